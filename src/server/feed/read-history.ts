/**
 * Reads the older part of one conversation for a device that does not hold it: newest first, page by page, cut by time.
 * Everything received from the cut on is in the page, so a device knows by one number what is still missing. Who may
 * read is asked by the caller, inside the same snapshot.
 */
import { sql } from 'drizzle-orm';
import type { ConversationId } from '../../shared/domain/ids.ts';
import { BYTES_PER_PAGE } from '../../shared/sync-protocol.ts';
import { type Queries, rowsOf, type ServerDatabase } from '../db/server-database.ts';
import { type Entry, fetchRows, wholePage } from './pack-page.ts';
import { inSnapshot } from './read-since.ts';

type HistoryPage = { json: string; upto: number | null };
type HistoryAnswer = { ok: true; page: HistoryPage } | { ok: false; why: 'not-allowed' };

/** Messages in one page at most, unless more were received in the same millisecond. Three screens of a thread. */
const MESSAGES_PER_PAGE = 200;

/**
 * The newest page of a conversation's children that were received at or before `upto` (epoch ms).
 * @param mayRead asked in the snapshot before anything is read
 */
export async function readHistory(
  database: ServerDatabase,
  conversationId: ConversationId,
  upto: number,
  mayRead: (queries: Queries) => Promise<boolean>,
): Promise<HistoryAnswer> {
  return await inSnapshot(database, async (queries) => {
    if (!(await mayRead(queries))) return { ok: false, why: 'not-allowed' };
    const from = await findCut(queries, conversationId, upto);
    const entries = await rowsOf<Entry>(
      queries,
      sql`with m as (
          select id, sv from message
          where conversation_id = ${conversationId} and received_at between ${from ?? 0}::bigint and ${upto}::bigint
        ), c as (
          select id, sv from call
          where conversation_id = ${conversationId} and offered_at between ${from ?? 0}::bigint and ${upto}::bigint
        )
        select 'message' as kind, id as row_id, sv, false as gone from m
        union all select 'attachment', id, sv, false from attachment where message_id in (select id from m)
        union all select 'call', id, sv, false from c
        union all select 'callNote', id, sv, false from call_note where call_id in (select id from c)`,
    );
    const json = wholePage(entries, await fetchRows(queries, entries));
    return { ok: true, page: { json, upto: from === null ? null : from - 1 } };
  });
}

/** The time from which on a page may bring everything, or null when all that is left fits. */
async function findCut(queries: Queries, conversationId: ConversationId, upto: number): Promise<number | null> {
  const newest = await rowsOf<{ at: number; bytes: number }>(
    queries,
    sql`select received_at as at, octet_length(text) + coalesce(octet_length(html), 0) as bytes from message
      where conversation_id = ${conversationId} and received_at <= ${upto}::bigint
      order by received_at desc limit ${MESSAGES_PER_PAGE + 1}`,
  );
  let bytes = 0;
  let cut: number | null = null;
  for (const [index, message] of newest.entries()) {
    bytes += message.bytes;
    const isTooMuch = index === MESSAGES_PER_PAGE || (index > 0 && bytes > BYTES_PER_PAGE);
    if (isTooMuch && message.at !== cut) return cut;
    cut = message.at;
  }
  return newest.length > MESSAGES_PER_PAGE ? cut : null;
}
