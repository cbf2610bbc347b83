/** Imports of customers and orders, and the indices by which a row of a file finds what is there already. */
export const name = '0011-imports';

export const sql = `
CREATE TABLE "import_job" (
  "id" uuid PRIMARY KEY NOT NULL,
  "workspace_id" uuid NOT NULL,
  "agent_id" uuid NOT NULL,
  "kind" text NOT NULL,
  "file_name" text NOT NULL,
  "size" bigint NOT NULL,
  "state" text NOT NULL,
  "encoding" text,
  "delimiter" text,
  "mapping" jsonb,
  "columns" jsonb,
  "total" integer,
  "done" integer DEFAULT 0 NOT NULL,
  "made" integer DEFAULT 0 NOT NULL,
  "changed" integer DEFAULT 0 NOT NULL,
  "same" integer DEFAULT 0 NOT NULL,
  "refused" integer DEFAULT 0 NOT NULL,
  "trouble_why" text,
  "trouble_line" integer,
  "created_at" bigint NOT NULL,
  "finished_at" bigint,
  "held_until" bigint
);
CREATE TABLE "import_refusal" (
  "id" uuid PRIMARY KEY NOT NULL,
  "import_id" uuid NOT NULL,
  "line" integer NOT NULL,
  "cells" jsonb NOT NULL,
  "faults" jsonb NOT NULL
);
ALTER TABLE "import_job" ADD CONSTRAINT "import_job_workspace_id_workspace_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id");
ALTER TABLE "import_job" ADD CONSTRAINT "import_job_agent_id_agent_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");
ALTER TABLE "import_refusal" ADD CONSTRAINT "import_refusal_import_id_import_job_id_fk" FOREIGN KEY ("import_id") REFERENCES "import_job"("id") ON DELETE cascade;
CREATE INDEX "import_job_workspace" ON "import_job" ("workspace_id","created_at");
CREATE INDEX "import_job_state" ON "import_job" ("state");
CREATE INDEX "import_refusal_import" ON "import_refusal" ("import_id","line");
CREATE INDEX "customer_member" ON "customer" ("workspace_id","member_number");
CREATE INDEX "order_number" ON "order" ("number");
`;
