/** What customers agreed to, and who wrote a note anew. */
export const name = '0004-consents-and-edited-notes';

export const sql = `
CREATE TABLE "consent" (
  "id" uuid PRIMARY KEY NOT NULL,
  "sv" bigint DEFAULT 0 NOT NULL,
  "customer_id" uuid NOT NULL,
  "purpose" text NOT NULL,
  "state" text NOT NULL,
  "source" text NOT NULL,
  "since" bigint NOT NULL
);
ALTER TABLE "consent" ADD CONSTRAINT "consent_customer_id_customer_id_fk" FOREIGN KEY ("customer_id") REFERENCES "customer"("id");
CREATE UNIQUE INDEX "consent_purpose" ON "consent" ("customer_id","purpose");
ALTER TABLE "message" ADD COLUMN "edited_at" bigint;
ALTER TABLE "message" ADD COLUMN "edited_by_name" text;
`;
