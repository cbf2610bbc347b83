/** Second factors, links that work once, and what an organisation asks of its people's devices. */
export const name = '0008-accounts';

export const sql = `
ALTER TABLE "organisation" ADD COLUMN "idle_lock_minutes" integer NOT NULL DEFAULT 15;
ALTER TABLE "organisation" ADD COLUMN "second_factor_roles" jsonb NOT NULL DEFAULT '[]';
ALTER TABLE "credential" ADD COLUMN "password_changed_at" bigint;
ALTER TABLE "device" ADD COLUMN "unsent_at_wipe" integer;
ALTER TABLE "session" ADD COLUMN "is_restricted" boolean NOT NULL DEFAULT false;
CREATE TABLE "second_factor" (
  "agent_id" uuid PRIMARY KEY NOT NULL REFERENCES "agent"("id"),
  "sealed_secret" text NOT NULL,
  "created_at" bigint NOT NULL,
  "confirmed_at" bigint,
  "last_step" bigint NOT NULL DEFAULT 0
);
CREATE TABLE "recovery_code" (
  "hash" text PRIMARY KEY NOT NULL,
  "agent_id" uuid NOT NULL REFERENCES "agent"("id"),
  "used_at" bigint
);
CREATE INDEX "recovery_code_agent" ON "recovery_code" ("agent_id");
CREATE TABLE "one_time_link" (
  "hash" text PRIMARY KEY NOT NULL,
  "purpose" text NOT NULL,
  "agent_id" uuid NOT NULL REFERENCES "agent"("id"),
  "made_by" uuid NOT NULL,
  "created_at" bigint NOT NULL,
  "expires_at" bigint NOT NULL,
  "used_at" bigint
);
CREATE INDEX "one_time_link_agent" ON "one_time_link" ("agent_id");
`;
