/**
 * Every column that holds something sealed under the master key. A rotation of the key goes through this list, so a column
 * that is missing here would be lost with the old key: `tests/server/master-key.test.ts` looks for columns named `sealed_…`.
 */
import { sql } from 'drizzle-orm';
import { rowsOf } from './server-database.ts';
import type { Writing } from './write.ts';

/** Table, primary key and column, as the database names them. */
export const sealedColumns = [
  { table: 'channel_account', key: 'id', column: 'sealed_settings' },
  { table: 'device_key', key: 'key_id', column: 'sealed_secret' },
  { table: 'api_answer', key: 'id', column: 'sealed_answer' },
  { table: 'administration_change', key: 'id', column: 'sealed_output' },
  { table: 'webhook', key: 'id', column: 'sealed_secret' },
  { table: 'second_factor', key: 'agent_id', column: 'sealed_secret' },
] as const;

type SealedColumn = (typeof sealedColumns)[number];
export type SealedText = { of: SealedColumn; id: string; sealed: string };

/** All sealed texts of the database, empty ones left out. */
export async function everySealed(w: Writing): Promise<SealedText[]> {
  const all: SealedText[] = [];
  for (const of of sealedColumns) {
    const rows = await rowsOf<{ id: string; sealed: string }>(
      w.tx,
      sql`select ${sql.identifier(of.key)}::text as id, ${sql.identifier(of.column)} as sealed from ${sql.identifier(of.table)}
        where ${sql.identifier(of.column)} <> '' order by 1`,
    );
    all.push(...rows.map((row) => ({ of, ...row })));
  }
  return all;
}

/** Puts another sealed text in the place of one. */
export async function replaceSealed(w: Writing, { of, id }: SealedText, sealed: string): Promise<void> {
  await w.tx.execute(
    sql`update ${sql.identifier(of.table)} set ${sql.identifier(of.column)} = ${sealed} where ${sql.identifier(of.key)}::text = ${id}`,
  );
}
