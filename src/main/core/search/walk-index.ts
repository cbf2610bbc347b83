/**
 * Walks through the documents of the index that may answer a question, newest first, in slices that are each over in a
 * few milliseconds: a common phrase gives its newest at once, a rare phrase of frequent characters is looked for among the
 * documents that hold all of its pairs. Gives only documents whose text is an answer.
 */
import { searchableText } from '../../../shared/domain/fold-text.ts';
import type { Reader } from '../db/connection.ts';
import { readIndexNumber } from './index-meta.ts';
import { firstDocumentAt } from './message-document.ts';
import type { Plan } from './plan-question.ts';
import { isAnswer, type Question } from './question.ts';

export type IndexedMessage = {
  rowid: number;
  n: number;
  receivedAt: number;
  channel: string;
  isNote: number;
  agentN: number;
  conversationN: number;
};

/** Documents with all pairs that are looked at in one turn; reading so many takes about 8 ms. */
const SOME = 500;
/** Reading one text costs as much as looking for a phrase of frequent characters in so many documents. */
const FAR = 30;

const COLUMNS = `document.rowid as rowid, message_n as n, received_at as receivedAt, channel, is_note as isNote,
  agent_n as agentN, conversation_n as conversationN`;
const IN_RANGE = 'rowid >= cast(? as integer) and rowid < cast(? as integer)';

type Range = { low: number; high: number };

/** The document numbers at which messages of a time can stand. @param drift see `IndexMetaKey` */
export function rangeOf(from: number | null, until: number | null, drift: number): Range {
  return {
    low: from === null ? 0 : firstDocumentAt(from),
    high: until === null ? Number.MAX_SAFE_INTEGER : firstDocumentAt(until) + drift + 1,
  };
}

/** `below`: what comes later has a smaller document number. */
export type IndexSlice = { found: IndexedMessage[]; below: number };

/** @param pageSize documents in one slice @yields slices; between two the caller may let others have their turn */
export function* walkIndex(
  cache: Reader,
  search: Reader,
  question: Question,
  plan: Plan,
  range: Range,
  pageSize: number,
): Generator<IndexSlice> {
  const keep = (page: IndexedMessage[]): IndexedMessage[] => (plan.isExact ? page : answering(cache, page, question));
  if (plan.find === null) {
    yield* pages(allOf(search), range, pageSize, keep);
    return;
  }
  const { find, pairs } = plan;
  if (pairs === null) {
    yield* pages(matching(search, 'find', find), range, pageSize, keep);
    return;
  }
  if (plan.arePairsExact && !plan.isNarrowed) {
    yield* pages(matching(search, 'find_pair', pairs), range, pageSize, (page) => page);
    return;
  }
  const perPair = documentsPerNumber(search);
  for (let { high } = range; high > range.low; ) {
    const some = search.column<number>(
      `select rowid from find_pair where find_pair match ? and ${IN_RANGE} order by rowid desc limit ?`,
      pairs,
      range.low,
      high,
      SOME,
    );
    const low = some.length < SOME ? range.low : (some.at(-1) ?? range.low);
    const near = (Math.min(high, (some[0] ?? low) + 1) - low) * perPair;
    // To look for the phrase in all that lies between costs more than to read the few that hold its pairs.
    if (some.length < SOME || near > some.length * FAR) {
      const page = search.all<IndexedMessage>(
        `select ${COLUMNS} from document where rowid in (select value from json_each(?)) order by rowid desc`,
        JSON.stringify(some),
      );
      yield { found: plan.arePairsExact ? page : answering(cache, page, question), below: low };
    } else yield* pages(matching(search, 'find', find), { low, high }, pageSize, keep);
    high = low;
  }
}

/** About how many documents there are for one number, between the oldest and the newest. */
function documentsPerNumber(search: Reader): number {
  const end = (which: 'min' | 'max'): number =>
    search.value<number | null>(`select ${which}(rowid) from document`) ?? 0;
  return readIndexNumber(search, 'upTo') / (end('max') - end('min') + 1);
}

type ReadPage = (range: Range, limit: number) => IndexedMessage[];

function matching(search: Reader, table: 'find' | 'find_pair', question: string): ReadPage {
  return ({ low, high }, limit) =>
    search.all<IndexedMessage>(
      `select ${COLUMNS} from ${table} cross join document on document.rowid = ${table}.rowid
       where ${table} match ? and ${table}.rowid >= cast(? as integer) and ${table}.rowid < cast(? as integer)
       order by ${table}.rowid desc limit ?`,
      question,
      low,
      high,
      limit,
    );
}

function allOf(search: Reader): ReadPage {
  return ({ low, high }, limit) =>
    search.all<IndexedMessage>(
      `select ${COLUMNS} from document where ${IN_RANGE} order by rowid desc limit ?`,
      low,
      high,
      limit,
    );
}

function* pages(
  read: ReadPage,
  { low, high }: Range,
  size: number,
  keep: (page: IndexedMessage[]) => IndexedMessage[],
): Generator<IndexSlice> {
  let below = high;
  for (;;) {
    const page = read({ low, high: below }, size);
    const last = page.length < size ? undefined : page.at(-1);
    below = last?.rowid ?? low;
    yield { found: keep(page), below };
    if (!last) return;
  }
}

/** Those whose text in the cache is an answer; one that is gone is left out. */
function answering(cache: Reader, page: IndexedMessage[], question: Question): IndexedMessage[] {
  const texts = cache.all<{ n: number; text: string }>(
    'select n, text from message where n in (select value from json_each(?))',
    JSON.stringify(page.map(({ n }) => n)),
  );
  const found = new Set(texts.filter(({ text }) => isAnswer(searchableText(text), question)).map(({ n }) => n));
  return page.filter(({ n }) => found.has(n));
}
