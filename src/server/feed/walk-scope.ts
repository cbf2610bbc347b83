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
import { idList } from './scopes-of.ts';

/** `passed`: entries of the scope that this page has dealt with, those that it leaves out among them. */
type WalkPage = { json: string; passed: number; ceiling: number; below: number | null };
/** `bad-input`: a ceiling that the organisation has not reached. */
type WalkAnswer = { ok: true; page: WalkPage } | { ok: false; why: 'not-allowed' | 'bad-input' };

/** Where a walk stands and what it wants. */
type WalkPosition = {
  /** The `sv` at which the walk began; null begins one now. */
  ceiling: number | null;
  /** Where the page before ended; null on the first page. */
  below: number | null;
  /** Messages and calls that are older (epoch ms) are left out, with what hangs on them; null brings everything. */
  since: number | null;
};

/** Entries looked at for one page: where most are older than `since`, a page would else read a whole history. */
const MOST_SCANNED = 20 * ROWS_PER_PAGE;

/**
 * The next page of a walk.
 * @param mayRead asked in the snapshot before anything is read
 */
export async function walkScope(
  database: ServerDatabase,
  scope: Scope,
  { ceiling, below, since }: WalkPosition,
  mayRead: (queries: Queries) => Promise<boolean> = async () => true,
): Promise<WalkAnswer> {
  return await inSnapshot(database, async (queries) => {
    if (!(await mayRead(queries))) return { ok: false, why: 'not-allowed' };
    const [now] = await rowsOf<{ sv: number }>(queries, sql`select sv from organisation`);
    if (!now) return { ok: false, why: 'bad-input' };
    const top = ceiling ?? now.sv;
    if (top > now.sv) return { ok: false, why: 'bad-input' };
    const { entries, scanned, end } = await scan(
      queries,
      scope,
      Math.min(top, below === null ? top : below - 1),
      since,
    );
    const made = fillPage(entries, await fetchRows(queries, entries));
    const last = entries[made.taken - 1];
    const isCut = last !== undefined && made.taken < entries.length;
    return {
      ok: true,
      page: {
        json: made.json,
        passed: isCut ? last.at : scanned,
        ceiling: top,
        below: isCut ? last.sv : end,
      },
    };
  });
}

/** Entries from `first` down that belong into a page. `at` counts what was passed up to there; `end` null: the bottom was met. */
async function scan(
  queries: Queries,
  scope: Scope,
  first: number,
  since: number | null,
): Promise<{ entries: (Entry & { at: number })[]; scanned: number; end: number | null }> {
  const entries: (Entry & { at: number })[] = [];
  let from = first;
  let scanned = 0;
  for (;;) {
    const part = await rowsOf<Entry>(
      queries,
      sql`select kind, row_id, sv, gone from feed_entry where scope = ${scope} and sv <= ${from}::bigint and not gone
        order by sv desc limit ${ROWS_PER_PAGE}`,
    );
    const leftOut = since === null ? new Set<string>() : await findOlder(queries, part, since);
    for (const entry of part) {
      scanned++;
      if (entries.length < ROWS_PER_PAGE && !leftOut.has(entry.row_id)) entries.push({ ...entry, at: scanned });
      if (entries.length === ROWS_PER_PAGE) return { entries, scanned, end: entry.sv };
    }
    const last = part.at(-1);
    if (part.length < ROWS_PER_PAGE || !last) return { entries, scanned, end: null };
    if (scanned >= MOST_SCANNED) return { entries, scanned, end: last.sv };
    from = last.sv - 1;
  }
}

/** Ids of the children among these entries that are older than `since`. By their own time, which never changes: what a walk left out can be named afterwards. */
async function findOlder(queries: Queries, entries: readonly Entry[], since: number): Promise<Set<string>> {
  const idsOf = (kind: Entry['kind']) =>
    idList(entries.filter((entry) => entry.kind === kind).map((entry) => entry.row_id));
  const rows = await rowsOf<{ id: string }>(
    queries,
    sql`select id from message where id = any(${idsOf('message')}) and received_at < ${since}::bigint
      union all select a.id from attachment a join message m on m.id = a.message_id
        where a.id = any(${idsOf('attachment')}) and m.received_at < ${since}::bigint
      union all select id from call where id = any(${idsOf('call')}) and offered_at < ${since}::bigint
      union all select n.id from call_note n join call c on c.id = n.call_id
        where n.id = any(${idsOf('callNote')}) and c.offered_at < ${since}::bigint`,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Entries of a scope that a walk from `ceiling` below `below` still has before it; for the progress line, counted once a walk. */
export async function countBelow(queries: Queries, scope: Scope, first: number): Promise<number> {
  const [counted] = await rowsOf<{ n: number }>(
    queries,
    sql`select count(*)::int as n from feed_entry where scope = ${scope} and sv <= ${first}::bigint and not gone`,
  );
  return counted?.n ?? 0;
}
