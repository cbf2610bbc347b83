/** Files that agents send, while they come in parts and until a message takes them. */
export const name = '0005-uploads';

export const sql = `
CREATE TABLE "upload" (
  "id" uuid PRIMARY KEY NOT NULL,
  "agent_id" uuid NOT NULL REFERENCES "agent"("id"),
  "name" text NOT NULL,
  "declared_type" text NOT NULL,
  "size" bigint NOT NULL,
  "sha256" text NOT NULL,
  "received" bigint NOT NULL,
  "state" text NOT NULL,
  "sniffed_type" text,
  "path" text,
  "touched_at" bigint NOT NULL
);
CREATE INDEX "upload_agent" ON "upload" ("agent_id", "state");
CREATE INDEX "upload_touched" ON "upload" ("touched_at");
`;
