/** Customers that are shown under another, and those who may be the same person. */
export const name = '0013-merged-customers';

export const sql = `
ALTER TABLE "customer" ADD COLUMN "merged_into_id" uuid;
ALTER TABLE "customer" ADD COLUMN "merged_via_id" uuid;
CREATE INDEX "customer_merged" ON "customer" ("merged_into_id");
CREATE INDEX "customer_kana" ON "customer" ("workspace_id","kana");
CREATE TABLE "duplicate" (
  "id" uuid PRIMARY KEY NOT NULL,
  "sv" bigint DEFAULT 0 NOT NULL,
  "customer_id" uuid NOT NULL,
  "other_id" uuid NOT NULL,
  "reason" text NOT NULL,
  "state" text DEFAULT 'open' NOT NULL,
  "decided_by_name" text,
  "decided_at" bigint
);
ALTER TABLE "duplicate" ADD CONSTRAINT "duplicate_customer_id_customer_id_fk" FOREIGN KEY ("customer_id") REFERENCES "customer"("id");
ALTER TABLE "duplicate" ADD CONSTRAINT "duplicate_other_id_customer_id_fk" FOREIGN KEY ("other_id") REFERENCES "customer"("id");
CREATE UNIQUE INDEX "duplicate_pair" ON "duplicate" ("customer_id","other_id");
CREATE INDEX "duplicate_other" ON "duplicate" ("other_id");
ALTER TABLE "organisation" ADD COLUMN "duplicates_sv" bigint DEFAULT 0 NOT NULL;
`;
