/** The link of the first start; teams and skills. */
export const name = '0012-set-up';

export const sql = `
CREATE TABLE "set_up_link" (
  "hash" text PRIMARY KEY NOT NULL,
  "created_at" bigint NOT NULL,
  "expires_at" bigint NOT NULL,
  "used_at" bigint
);
CREATE TABLE "team" (
  "id" uuid PRIMARY KEY NOT NULL,
  "workspace_id" uuid NOT NULL,
  "name" text NOT NULL
);
ALTER TABLE "team" ADD CONSTRAINT "team_workspace_id_workspace_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id");
ALTER TABLE "agent" ADD COLUMN "team_ids" jsonb DEFAULT '[]'::jsonb NOT NULL;
ALTER TABLE "agent" ADD COLUMN "skills" jsonb DEFAULT '[]'::jsonb NOT NULL;
`;
