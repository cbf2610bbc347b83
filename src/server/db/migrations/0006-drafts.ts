/** Copies of what agents are writing, and what it was before. */
export const name = '0006-drafts';

export const sql = `
CREATE TABLE "draft" (
  "id" uuid PRIMARY KEY NOT NULL,
  "sv" bigint DEFAULT 0 NOT NULL,
  "agent_id" uuid NOT NULL,
  "conversation_id" uuid NOT NULL,
  "what" text NOT NULL,
  "text" text NOT NULL,
  "mail" jsonb,
  "revision" integer NOT NULL,
  "device_name" text NOT NULL,
  "copied_at" bigint NOT NULL,
  "superseded_at" bigint,
  "taken_over_by_name" text,
  "taken_over_at" bigint,
  "taken_over_by_id" uuid
);
CREATE TABLE "draft_version" (
  "id" uuid PRIMARY KEY NOT NULL,
  "draft_id" uuid NOT NULL,
  "agent_id" uuid NOT NULL,
  "conversation_id" uuid NOT NULL,
  "what" text NOT NULL,
  "text" text NOT NULL,
  "saved_at" bigint NOT NULL
);
ALTER TABLE "draft" ADD CONSTRAINT "draft_agent_id_agent_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");
ALTER TABLE "draft" ADD CONSTRAINT "draft_conversation_id_conversation_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "conversation"("id");
CREATE INDEX "draft_agent" ON "draft" ("agent_id");
CREATE INDEX "draft_conversation" ON "draft" ("conversation_id");
CREATE INDEX "draft_version_of" ON "draft_version" ("agent_id","conversation_id","saved_at");
CREATE INDEX "draft_version_draft" ON "draft_version" ("draft_id","saved_at");
CREATE INDEX "draft_version_saved" ON "draft_version" ("saved_at");
`;
