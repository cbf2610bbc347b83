/** Webhooks to other systems, and what was sent to them. */
export const name = '0016-webhooks';

export const sql = `
CREATE TABLE "webhook" (
  "id" uuid PRIMARY KEY NOT NULL,
  "workspace_id" uuid NOT NULL,
  "name" text NOT NULL,
  "url" text NOT NULL,
  "events" jsonb NOT NULL,
  "is_paused" boolean DEFAULT false NOT NULL,
  "sealed_secret" text NOT NULL,
  "seen_sv" bigint NOT NULL,
  "created_at" bigint NOT NULL
);
ALTER TABLE "webhook" ADD CONSTRAINT "webhook_workspace_id_workspace_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id");
CREATE TABLE "webhook_delivery" (
  "id" uuid PRIMARY KEY NOT NULL,
  "webhook_id" uuid NOT NULL,
  "event_key" text NOT NULL,
  "event" text NOT NULL,
  "body" text NOT NULL,
  "state" text NOT NULL,
  "tries" integer DEFAULT 0 NOT NULL,
  "not_before" bigint NOT NULL,
  "last_status" integer,
  "last_error" text,
  "created_at" bigint NOT NULL,
  "updated_at" bigint NOT NULL
);
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_webhook_id_webhook_id_fk" FOREIGN KEY ("webhook_id") REFERENCES "webhook"("id") ON DELETE cascade;
CREATE UNIQUE INDEX "webhook_delivery_event" ON "webhook_delivery" USING btree ("webhook_id","event_key");
CREATE INDEX "webhook_delivery_due" ON "webhook_delivery" USING btree ("state","not_before");
`;
