/**
 * Finds the newest messages that hold all terms: by the index, and by reading what the index has not reached or what
 * has changed since. Exact whatever the state of the index; without one everything is read.
 */
import type { DbFile, Reader } from '../db/connection.ts';
import { readSnapshot } from '../db/read-snapshot.ts';
import { facetOf, readMeta } from './indexer.ts';
import { type Hit, scanMessages, scanNumbered } from './scan-messages.ts';
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

type FromIndex = {
  upTo: number;
  /** Messages in the index that it does not know as they are now. */
  changed: Set<number>;
  /** `count` null: the messages hold some of the terms and must be read for the others. */
  found: { ns: number[]; count: number | null } | null;
};

/** When a term is in too many words, messages that hold the other terms are read up to this number. */
const MOST_CANDIDATES = 5_000;

/** Numbers are bound as floating point, and FTS5 takes a rowid that is not an integer for no condition at all. */
const IS_MATCH = 'select 1 from find where find match ? and rowid = cast(? as integer)';

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
  const reached = index?.upTo ?? 0;
  const changed = index?.changed ?? new Set<number>();
  const unindexed = (cache.value<number>('select count(*) from message where n > ?', reached) ?? 0) + changed.size;
  // A term that is in too many words is cheaper to look for by reading, with or without an index.
  const found = index?.found ?? null;
  const fromIndex = found === null ? [] : hitsOf(cache, found, terms, channel);
  const scanned = await scanMessages(cache, terms, channel, found === null ? 0 : reached, pause);
  if (found !== null) scanned.push(...scanNumbered(cache, terms, channel, changed));
  const hits = [...fromIndex, ...scanned].sort((a, b) => b.receivedAt - a.receivedAt || b.n - a.n);
  const counted = found?.count ?? fromIndex.length;
  return { ns: hits.slice(0, limit).map(({ n }) => n), count: counted + scanned.length, unindexed };
}

/** Null when the index is of another cache. All in one snapshot, because the other thread goes on writing. */
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
    const changed = new Set(
      cache.column<number>(
        'select distinct message_n from search_change where n > ? and message_n <= ?',
        Number(readMeta(reader, 'changesUpTo') ?? 0),
        upTo,
      ),
    );
    const questions = terms.map((term) => questionOf(term, vocabularyOf(reader)));
    return { upTo, changed, found: ask(reader, questions, channel, limit, changed) };
  });
}

function vocabularyOf(search: Reader): Vocabulary {
  return {
    holding: (part) => search.column<string>('select text from word where instr(text, ?) > 0 limit 1001', part),
    endingWith: (part) =>
      search.column<string>('select text from word where substr(text, -length(?)) = ? limit 1001', part, part),
  };
}

/** What the index says, but for messages that have changed since; null when it must be read instead. */
function ask(
  search: Reader,
  questions: readonly string[],
  channel: string | null,
  limit: number,
  changed: ReadonlySet<number>,
): FromIndex['found'] {
  if (questions.includes('nothing')) return { ns: [], count: 0 };
  const askable = questions.filter((question) => question !== 'scan');
  if (askable.length === 0) return null;
  const body = `{body} : (${askable.join(' AND ')})`;
  const match = channel === null ? body : `${body} AND {facet} : "${facetOf(channel)}"`;
  const isWhole = askable.length === questions.length;
  const ns = search
    .column<number>(
      'select message_n from document where rowid in (select rowid from find where find match ? order by rowid desc limit ?)',
      match,
      isWhole ? limit + changed.size : MOST_CANDIDATES + 1,
    )
    .filter((n) => !changed.has(n));
  if (!isWhole) return ns.length > MOST_CANDIDATES ? null : { ns, count: null };
  const count = search.value<number>('select count(*) from find where find match ?', match) ?? 0;
  const outdated = [...changed].filter((n) => {
    const rowid = search.value<number>('select rowid from document where message_n = ?', n);
    return rowid !== undefined && search.value(IS_MATCH, match, rowid) !== undefined;
  });
  return { ns, count: count - outdated.length };
}

/** The messages that the index has found; read once more when it could not be asked for every term. */
function hitsOf(
  cache: Reader,
  { ns, count }: NonNullable<FromIndex['found']>,
  terms: readonly string[],
  channel: string | null,
): Hit[] {
  if (count === null) return scanNumbered(cache, terms, channel, ns);
  return cache.all<Hit>(
    'select n, received_at as receivedAt from message where n in (select value from json_each(?))',
    JSON.stringify(ns),
  );
}
