/** Administration: who administers all workspaces, versions of settings, answered changes, more in the audit. */
export const name = '0009-administration';

export const sql = `
ALTER TABLE "agent" ADD COLUMN "administers_all" boolean DEFAULT false NOT NULL;
UPDATE "agent" SET "administers_all" = true WHERE "role" = 'admin';
ALTER TABLE "audit_event" ADD COLUMN "workspace_id" uuid;
ALTER TABLE "audit_event" ADD COLUMN "version" integer;
CREATE TABLE "setting_version" (
  "kind" text NOT NULL,
  "target_id" text NOT NULL,
  "version" integer NOT NULL,
  "changed_at" bigint NOT NULL,
  "changed_by_id" uuid,
  CONSTRAINT "setting_version_kind_target_id_pk" PRIMARY KEY ("kind","target_id")
);
CREATE TABLE "administration_change" (
  "id" uuid PRIMARY KEY NOT NULL,
  "agent_id" uuid NOT NULL,
  "call" text NOT NULL,
  "sealed_output" text NOT NULL,
  "at" bigint NOT NULL
);
ALTER TABLE "administration_change" ADD CONSTRAINT "administration_change_agent_id_agent_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");
CREATE INDEX "administration_change_at" ON "administration_change" ("at");
`;
