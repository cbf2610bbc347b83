/** Tokens of other systems, and what was answered to their repeated requests. */
export const name = '0015-api-tokens';

export const sql = `
CREATE TABLE "api_token" (
  "id" uuid PRIMARY KEY NOT NULL,
  "workspace_id" uuid NOT NULL,
  "name" text NOT NULL,
  "scopes" jsonb NOT NULL,
  "hash" text NOT NULL,
  "made_by_name" text NOT NULL,
  "created_at" bigint NOT NULL,
  "last_used_at" bigint,
  "revoked_at" bigint
);
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_workspace_id_workspace_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id");
CREATE UNIQUE INDEX "api_token_hash" ON "api_token" USING btree ("hash");
CREATE TABLE "api_answer" (
  "id" text PRIMARY KEY NOT NULL,
  "request_hash" text NOT NULL,
  "sealed_answer" text NOT NULL,
  "at" bigint NOT NULL
);
CREATE INDEX "api_answer_at" ON "api_answer" USING btree ("at");
`;
