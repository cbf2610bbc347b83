/**
 * Finds the messages and notes that answer a question: by the index, and by reading what the index has not reached or
 * what has changed since. Exact whatever the state of the index; without one everything is read.
 */
import { fitsFilter, fitsTime, type SearchFilter, searchStateOf } from '../../../shared/domain/search-filter.ts';
import type { ConversationStatus } from '../../../shared/domain/conversation.ts';
import type { Reader } from '../db/connection.ts';
import { readIndexMeta, readIndexNumber } from './index-meta.ts';
import { facetsOf, timeAfter } from './message-document.ts';
import { planQuestion } from './plan-question.ts';
import type { Question } from './question.ts';
import { type FoundMessage, scanCustomer, scanMessages, scanNumbered } from './scan-messages.ts';
import { type IndexedMessage, rangeOf, walkIndex } from './walk-index.ts';

/** Documents of one slice: where the newest are wanted a few more than those, and many where all are counted. */
const PAGE = { beside: 16, all: 2_000 } as const;

/** What a search reads. `search` is a snapshot of the index, or null when there is none now. */
export type SearchFiles = { cache: Reader; search: Reader | null; pause(): Promise<void> };

/** Runs a job over the index as it is now; again without an index when that turns out to be damaged. */
export type ReadIndex = <T>(job: (files: SearchFiles) => Promise<T>) => Promise<T>;

type Index = {
  search: Reader;
  upTo: number;
  /** Messages in the index that it does not know as they are now. */
  changed: Set<number>;
};

/**
 * The newest answers that fit the filter, newest first.
 * @param limit how many at most
 */
export async function findNewest(
  files: SearchFiles,
  question: Question,
  filter: SearchFilter,
  limit: number,
): Promise<number[]> {
  const { cache, pause } = files;
  const hits: FoundMessage[] = [];
  const take = (found: FoundMessage[]): void => {
    for (const hit of found) if (fitsFilter(filter, hit)) hits.push(hit);
  };
  const index = openIndex(files);
  for await (const found of inTurns(unindexed(cache, index, question, filter), pause)) take(found);
  if (index !== null && filter.customerId === null) {
    for await (const { found, below } of inTurns(indexed(files, index, question, filter, limit + PAGE.beside), pause)) {
      take(found);
      // What comes later stands below; a message may stand a little above its time, never below it.
      if (hits.filter(({ at }) => at >= timeAfter(below)).length >= limit) break;
    }
  }
  hits.sort((a, b) => b.at - a.at || b.n - a.n);
  return hits.slice(0, limit).map(({ n }) => n);
}

/** Every answer whose customer and time fit, slice by slice, whatever its kind, channel, state and agent. */
export async function visitAll(
  files: SearchFiles,
  question: Question,
  filter: SearchFilter,
  visit: (found: FoundMessage) => void,
): Promise<void> {
  const { cache, pause } = files;
  const wide: SearchFilter = { ...filter, kind: null, channel: null, state: null, agentId: null };
  const take = (found: FoundMessage[]): void => {
    for (const one of found) if (fitsTime(filter, one.at)) visit(one);
  };
  const index = openIndex(files);
  for await (const found of inTurns(unindexed(cache, index, question, filter), pause)) take(found);
  if (index === null || filter.customerId !== null) return;
  for await (const { found } of inTurns(indexed(files, index, question, wide, PAGE.all, true), pause)) take(found);
}

/** Lets others have their turn between two slices. */
async function* inTurns<T>(slices: Iterable<T>, pause: () => Promise<void>): AsyncGenerator<T> {
  let isFirst = true;
  for (const slice of slices) {
    if (!isFirst) await pause();
    isFirst = false;
    yield slice;
  }
}

/** Messages that are read because the index has not reached them. */
export function countUnindexed(files: SearchFiles): number {
  const index = openIndex(files);
  return (
    (files.cache.value<number>('select count(*) from message where n > ?', index?.upTo ?? 0) ?? 0) +
    (index?.changed.size ?? 0)
  );
}

/** Null when there is no index, or one of another cache. */
function openIndex({ cache, search }: SearchFiles): Index | null {
  if (search === null) return null;
  const cacheId = cache.value<string>("select value from meta where key = 'cacheId'");
  if (cacheId === undefined || readIndexMeta(search, 'cacheId') !== cacheId) return null;
  const upTo = readIndexNumber(search, 'upTo');
  const changed = cache.column<number>(
    'select distinct message_n from search_change where n > ? and message_n <= ?',
    readIndexNumber(search, 'changesUpTo'),
    upTo,
  );
  return { search, upTo, changed: new Set(changed) };
}

/** What must be read: all of one customer, else what the index does not know as it is now. */
function* unindexed(
  cache: Reader,
  index: Index | null,
  question: Question,
  { customerId }: SearchFilter,
): Generator<FoundMessage[]> {
  if (customerId !== null) {
    yield* scanCustomer(cache, question, customerId);
    return;
  }
  if (index !== null && index.changed.size > 0) yield scanNumbered(cache, question, index.changed);
  yield* scanMessages(cache, question, index?.upTo ?? 0);
}

/** What the index knows as it is now, newest first. @param isTold whether state and agent are wanted beside the filter */
function* indexed(
  { cache }: SearchFiles,
  { search, changed }: Index,
  question: Question,
  filter: SearchFilter,
  pageSize: number,
  isTold = false,
): Generator<{ found: FoundMessage[]; below: number }> {
  const agentN =
    filter.agentId === null ? null : (search.value<number>('select n from name where id = ?', filter.agentId) ?? -1);
  if (agentN === -1) return;
  // Most are messages: leaving the notes out afterwards is cheaper than asking for what nearly all have.
  const isNote = filter.kind === 'note' ? true : null;
  const facets = facetsOf({ channel: filter.channel, isNote, agentN });
  const plan = planQuestion(search, question, facets);
  if (plan === 'nothing') return;
  const range = rangeOf(filter.from, filter.until, readIndexNumber(search, 'drift'));
  const look = lookUp(cache, search, isTold || filter.state !== null, isTold || filter.agentId !== null);
  for (const { found, below } of walkIndex(cache, search, question, plan, range, pageSize))
    yield { found: found.filter(({ n }) => !changed.has(n)).map(look), below };
}

/** Puts ids in the place of numbers where somebody wants them; each conversation is looked up once. */
function lookUp(
  cache: Reader,
  search: Reader,
  withState: boolean,
  withAgent: boolean,
): (document: IndexedMessage) => FoundMessage {
  const ids = new Map<number, string>();
  const idOf = (n: number): string => {
    const id = ids.get(n) ?? search.value<string>('select id from name where n = ?', n) ?? '';
    ids.set(n, id);
    return id;
  };
  const states = new Map<number, FoundMessage['state']>();
  const stateOf = (conversationN: number): FoundMessage['state'] => {
    const known = states.get(conversationN);
    if (known !== undefined) return known;
    const status = cache.value<string>('select status from conversation where id = ?', idOf(conversationN));
    const state = status === undefined ? null : searchStateOf(status as ConversationStatus);
    states.set(conversationN, state);
    return state;
  };
  return (document) => ({
    kind: document.isNote === 1 ? 'note' : 'message',
    n: document.n,
    at: document.receivedAt,
    channel: document.channel as FoundMessage['channel'],
    state: withState ? stateOf(document.conversationN) : null,
    agentId: document.agentN === 0 || !withAgent ? null : idOf(document.agentN),
  });
}
