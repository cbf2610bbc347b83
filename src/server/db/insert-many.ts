/**
 * Inserts many rows as one value. As a list of values PostgreSQL would parse and plan a statement with ten thousand
 * parameters anew for every batch, and drizzle would build it: that was most of what an import cost.
 */
import { getTableColumns, type InferInsertModel, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { snakeCase } from './columns.ts';
import type { Transaction } from './server-database.ts';

/** Every row must have the same fields; what none of them has gets its default. Not for tables with bytes. */
export async function insertMany<T extends PgTable>(
  tx: Transaction,
  table: T,
  rows: readonly InferInsertModel<T>[],
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const fields = Object.keys(getTableColumns(table)).filter((field) => field in first);
  const columns = sql.join(
    fields.map((field) => sql.identifier(snakeCase(field))),
    sql`, `,
  );
  const json = JSON.stringify(
    (rows as readonly Record<string, unknown>[]).map((row) =>
      Object.fromEntries(fields.map((field) => [snakeCase(field), row[field] ?? null])),
    ),
  );
  await tx.execute(
    sql`insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, ${json}::jsonb)`,
  );
}
