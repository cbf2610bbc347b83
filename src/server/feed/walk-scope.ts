/**
 * Reads a scope for the first time, newest change first, in small reads that can be taken up again with one number. What
 * changes meanwhile has a higher `sv` than the walk's ceiling and comes with the catch-up from there.
 */
import { sql } from 'drizzle-orm';
import type { Scope } from '../../shared/domain/scope.ts';
import { ROWS_PER_PAGE } from '../../shared/sync-protocol.ts';
import { type Queries, rowsOf, type ServerDatabase } from '../db/server-database.ts';
import { type Entry, fetchRows, fillPage } from './pack-page.ts';
import { inSnapshot } from './read-since.ts';

export type WalkPage = { json: string; rows: number; ceiling: number; below: number | null };
/** `bad-input`: a ceiling that the organisation has not reached. */
export type WalkAnswer = { ok: true; page: WalkPage } | { ok: false; why: 'not-allowed' | 'bad-input' };

/**
 * The next page of a walk.
 * @param ceiling the `sv` at which the walk began; null begins one now
 * @param below where the page before ended; null on the first page
 * @param mayRead asked in the snapshot before anything is read
 */
export async function walkScope(
  database: ServerDatabase,
  scope: Scope,
  ceiling: number | null,
  below: number | null,
  mayRead: (queries: Queries) => Promise<boolean> = async () => true,
): Promise<WalkAnswer> {
  return await inSnapshot(database, async (queries) => {
    if (!(await mayRead(queries))) return { ok: false, why: 'not-allowed' };
    const [now] = await rowsOf<{ sv: number }>(queries, sql`select sv from organisation`);
    if (!now) return { ok: false, why: 'bad-input' };
    const top = ceiling ?? now.sv;
    if (top > now.sv) return { ok: false, why: 'bad-input' };
    const first = Math.min(top, below === null ? top : below - 1);
    const entries = await rowsOf<Entry>(
      queries,
      sql`select kind, row_id, sv, gone from feed_entry where scope = ${scope} and sv <= ${first}::bigint and not gone
        order by sv desc limit ${ROWS_PER_PAGE}`,
    );
    const made = fillPage(entries, await fetchRows(queries, entries));
    const last = entries[made.taken - 1];
    const isLast = made.taken === entries.length && entries.length < ROWS_PER_PAGE;
    return {
      ok: true,
      page: { json: made.json, rows: made.taken, ceiling: top, below: isLast || !last ? null : last.sv },
    };
  });
}

/** Entries of a scope that a walk from `ceiling` below `below` still has before it; for the progress line, counted once a walk. */
export async function countBelow(queries: Queries, scope: Scope, first: number): Promise<number> {
  const [counted] = await rowsOf<{ n: number }>(
    queries,
    sql`select count(*)::int as n from feed_entry where scope = ${scope} and sv <= ${first}::bigint and not gone`,
  );
  return counted?.n ?? 0;
}
