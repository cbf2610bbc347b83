/**
 * Finds the newest messages that hold all terms: by the index, and by reading what the index has not reached or what
 * has changed since. Exact whatever the state of the index; without one everything is read.
 */
import type { DbFile, Reader } from '../db/connection.ts';
import { readSnapshot } from '../db/read-snapshot.ts';
import { facetOf, readMeta } from './indexer.ts';
import { type Hit, scanMessages } from './scan-messages.ts';
import { questionOf, type Vocabulary } from './tokens.ts';

export type FoundMessages = {
  /** Local numbers of the newest hits, newest first. */
  ns: number[];
  /** All hits. */
  count: number;
  /** Messages that were read because the index has not reached them. */
  unindexed: number;
};
export type MessageFinder = (terms: readonly string[], channel: string | null, limit: number) => Promise<FoundMessages>;

type FromIndex = { upTo: number; changesUpTo: number; newest: number[]; count: number; changed: Set<number> };

/** @param search the index, or null when there is none now */
export async function findMessages(
  cache: Reader,
  search: DbFile | null,
  pause: () => Promise<void>,
  terms: readonly string[],
  channel: string | null,
  limit: number,
): Promise<FoundMessages> {
  const index = search && askIndex(cache, search, terms, channel, limit);
  const upTo = index?.upTo ?? 0;
  const changed = index?.changed ?? new Set<number>();
  const range = {
    where: 'n > ? or n in (select value from json_each(?))',
    values: [upTo, JSON.stringify([...changed])],
  };
  const read =
    upTo === 0 ? { where: '1', values: [] } : changed.size === 0 ? { where: 'n > ?', values: [upTo] } : range;
  const scanned = await scanMessages(cache, terms, channel, read, pause);
  const hits: Hit[] = [...(index ? hitsOf(cache, index.newest) : []), ...scanned];
  hits.sort((a, b) => b.receivedAt - a.receivedAt || b.n - a.n);
  return {
    ns: hits.slice(0, limit).map(({ n }) => n),
    count: (index?.count ?? 0) + scanned.length,
    unindexed: (cache.value<number>('select count(*) from message where n > ?', upTo) ?? 0) + changed.size,
  };
}

/** Null when reading is cheaper than asking. All in one snapshot, because the other thread goes on writing. */
function askIndex(
  cache: Reader,
  search: DbFile,
  terms: readonly string[],
  channel: string | null,
  limit: number,
): FromIndex | null {
  return readSnapshot(search, (reader) => {
    const cacheId = cache.value<string>("select value from meta where key = 'cacheId'");
    if (cacheId === undefined || readMeta(reader, 'cacheId') !== cacheId) return null;
    const upTo = Number(readMeta(reader, 'upTo') ?? 0);
    const changesUpTo = Number(readMeta(reader, 'changesUpTo') ?? 0);
    const changed = new Set(
      cache.column<number>(
        'select distinct message_n from search_change where n > ? and message_n <= ?',
        changesUpTo,
        upTo,
      ),
    );
    const vocabulary: Vocabulary = {
      holding: (part) => reader.column<string>('select text from word where instr(text, ?) > 0 limit 1001', part),
      endingWith: (part) =>
        reader.column<string>('select text from word where substr(text, -length(?)) = ? limit 1001', part, part),
    };
    const questions = terms.map((term) => questionOf(term, vocabulary));
    if (questions.includes('nothing')) return { upTo, changesUpTo, newest: [], count: 0, changed };
    if (questions.includes('scan')) return null;
    const body = `{body} : (${questions.join(' AND ')})`;
    const match = channel === null ? body : `${body} AND {facet} : "${facetOf(channel)}"`;
    const numbers = reader.column<number>(
      'select message_n from document where rowid in (select rowid from find where find match ? order by rowid desc limit ?)',
      match,
      limit + changed.size,
    );
    const count = reader.value<number>('select count(*) from find where find match ?', match) ?? 0;
    const outdated = [...changed].filter((n) => {
      const rowid = reader.value<number>('select rowid from document where message_n = ?', n);
      return (
        rowid !== undefined &&
        reader.value('select 1 from find where find match ? and rowid = ?', match, rowid) !== undefined
      );
    });
    return {
      upTo,
      changesUpTo,
      newest: numbers.filter((n) => !changed.has(n)),
      count: count - outdated.length,
      changed,
    };
  });
}

function hitsOf(cache: Reader, ns: readonly number[]): Hit[] {
  return cache.all<Hit>(
    'select n, received_at as receivedAt from message where n in (select value from json_each(?))',
    JSON.stringify(ns),
  );
}
