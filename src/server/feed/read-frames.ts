/**
 * Reads what grew in several scopes at once, for live frames: one snapshot, and each row once however many of the scopes
 * it stands in. Rights are the sender's business: it sends only to consoles that hold the scope.
 */
import { sql } from 'drizzle-orm';
import type { Scope } from '../../shared/domain/scope.ts';
import { ROWS_PER_PAGE } from '../../shared/sync-protocol.ts';
import { rowsOf, type ServerDatabase } from '../db/server-database.ts';
import { type Entry, fetchRows, fillPage } from './pack-page.ts';
import { inSnapshot } from './read-since.ts';

/** `page` null: more than a frame holds, or tombstones after `from` are forgotten; whoever holds the scope must pull. */
export type ReadFrame = { scope: Scope; to: number; page: { json: string; rows: number } | null };

/** What stands in each scope after its `from`. A scope in which nothing is new is left out. */
export async function readFrames(
  database: ServerDatabase,
  scopes: readonly { scope: Scope; from: number }[],
): Promise<ReadFrame[]> {
  if (scopes.length === 0) return [];
  return await inSnapshot(database, async (queries) => {
    const names = sql`${sql.param(scopes.map(({ scope }) => scope))}::text[]`;
    const froms = sql`${sql.param(scopes.map(({ from }) => from))}::bigint[]`;
    // One more than a page holds tells that there is more.
    const entries = await rowsOf<Entry & { scope: Scope; upto: number; horizon: number }>(
      queries,
      sql`select s.scope, f.kind, f.row_id, f.sv, f.gone, o.sv as upto, o.horizon
        from organisation o, unnest(${names}, ${froms}) as s(scope, start),
        lateral (
          select kind, row_id, sv, gone from feed_entry where scope = s.scope and sv > s.start
          order by sv limit ${ROWS_PER_PAGE + 1}
        ) f order by f.sv`,
    );
    const [first] = entries;
    if (!first) return [];
    const texts = await fetchRows(queries, entries);
    const frames: ReadFrame[] = [];
    for (const { scope, from } of scopes) {
      const own = entries.filter((entry) => entry.scope === scope);
      if (own.length === 0) continue;
      const made = fillPage(own, texts);
      const isWhole = own.length <= ROWS_PER_PAGE && made.taken === own.length && from >= first.horizon;
      frames.push({ scope, to: first.upto, page: isWhole ? { json: made.json, rows: made.taken } : null });
    }
    return frames;
  });
}
