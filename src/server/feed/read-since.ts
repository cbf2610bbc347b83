/**
 * Reads what changed in a scope after a cursor, oldest change first: the catch-up, and what live frames carry. Reads one
 * snapshot; who may read is asked by the caller, inside the same snapshot.
 */
import { sql } from 'drizzle-orm';
import type { Scope } from '../../shared/domain/scope.ts';
import { ROWS_PER_PAGE } from '../../shared/sync-protocol.ts';
import { type Queries, rowsOf, type ServerDatabase } from '../db/server-database.ts';
import { type Entry, fetchRows, fillPage } from './pack-page.ts';

/** `to`: the cursor after the page. `left` is counted up to `MOST_COUNTED`. */
export type SincePage = { json: string; rows: number; to: number; more: boolean; left: number };
export type SinceAnswer = { ok: true; page: SincePage } | { ok: false; why: 'not-allowed' | 'resync' };

/** A progress line needs no exact number beyond this, and counting a million entries for each page would cost more than the page. */
const MOST_COUNTED = 20_000;

/** Runs a read in one snapshot: what it finds belongs to one `sv`, although writers go on. */
export async function inSnapshot<T>(database: ServerDatabase, read: (queries: Queries) => Promise<T>): Promise<T> {
  return await database.orm.transaction(read, { isolationLevel: 'repeatable read', accessMode: 'read only' });
}

/**
 * The first page of a scope after `after`.
 * @param mayRead asked in the snapshot before anything is read
 * @returns `resync` when tombstones after that cursor are forgotten, or the cursor is from a future that never was
 */
export async function readSince(
  database: ServerDatabase,
  scope: Scope,
  after: number,
  mayRead: (queries: Queries) => Promise<boolean> = async () => true,
): Promise<SinceAnswer> {
  return await inSnapshot(database, async (queries) => {
    if (!(await mayRead(queries))) return { ok: false, why: 'not-allowed' };
    const [now] = await rowsOf<{ sv: number; horizon: number }>(queries, sql`select sv, horizon from organisation`);
    if (!now) return { ok: false, why: 'resync' };
    // A cursor of 0 holds nothing yet, so no tombstone can be missing to it.
    if (after > now.sv || (after > 0 && after < now.horizon)) return { ok: false, why: 'resync' };
    const entries = await rowsOf<Entry>(
      queries,
      sql`select kind, row_id, sv, gone from feed_entry where scope = ${scope} and sv > ${after}::bigint
        order by sv limit ${ROWS_PER_PAGE}`,
    );
    const made = fillPage(entries, await fetchRows(queries, entries));
    const last = entries[made.taken - 1];
    const more = made.taken < entries.length || entries.length === ROWS_PER_PAGE;
    const to = more && last ? last.sv : now.sv;
    const left = more ? await countAfter(queries, scope, to) : 0;
    return { ok: true, page: { json: made.json, rows: made.taken, to, more, left } };
  });
}

async function countAfter(queries: Queries, scope: Scope, after: number): Promise<number> {
  const [counted] = await rowsOf<{ n: number }>(
    queries,
    sql`select count(*)::int as n from
      (select 1 from feed_entry where scope = ${scope} and sv > ${after}::bigint limit ${MOST_COUNTED}) as counted`,
  );
  return counted?.n ?? 0;
}
