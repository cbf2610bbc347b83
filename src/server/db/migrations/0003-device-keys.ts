/** The second way to the key of a device's files, how long a device may be opened without a line, and what was wiped. */
export const name = '0003-device-keys';

export const sql = `
ALTER TABLE "organisation" ADD COLUMN "offline_hours" integer NOT NULL DEFAULT 168;
ALTER TABLE "device" ADD COLUMN "wiped_at" bigint;
CREATE TABLE "device_key" (
  "key_id" uuid PRIMARY KEY NOT NULL,
  "agent_id" uuid NOT NULL REFERENCES "agent"("id"),
  "client_id" uuid NOT NULL REFERENCES "device"("client_id"),
  "sealed_secret" text,
  "created_at" bigint NOT NULL,
  "given_at" bigint NOT NULL,
  "revoked_at" bigint
);
CREATE INDEX "device_key_agent" ON "device_key" ("agent_id");
CREATE INDEX "device_key_client" ON "device_key" ("client_id");
`;
