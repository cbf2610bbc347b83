/** Templates, approved answers and articles. */
export const name = '0014-knowledge';

export const sql = `
CREATE TABLE "knowledge" (
  "id" uuid PRIMARY KEY NOT NULL,
  "sv" bigint NOT NULL DEFAULT 0,
  "workspace_id" uuid NOT NULL REFERENCES "workspace"("id"),
  "kind" text NOT NULL,
  "title" text NOT NULL,
  "body" text NOT NULL,
  "tags" jsonb NOT NULL DEFAULT '[]',
  "channels" jsonb NOT NULL DEFAULT '[]',
  "state" text NOT NULL,
  "expires_at" bigint,
  "changed_at" bigint NOT NULL,
  "changed_by_name" text NOT NULL
);
CREATE INDEX "knowledge_workspace" ON "knowledge" ("workspace_id");
`;
