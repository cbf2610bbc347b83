/**
 * Walks through the documents of the index that may answer a question, newest first, in slices that are each over in a
 * few milliseconds: a common phrase gives its newest at once, a rare phrase of frequent characters is first looked for
 * among the documents that hold all of its pairs. Gives only documents whose text is an answer.
 */
import { searchableText } from '../../../shared/domain/fold-text.ts';
import type { Reader } from '../db/connection.ts';
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

/** Up to so many documents with all pairs are read at once instead of asking for the phrase. */
const FEW = 500;
/** The most documents with all pairs among which a phrase is looked for in one statement; about 5 ms. */
const WINDOW = { first: 2_000, most: 16_000 } as const;

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
  const few = search.column<number>(
    `select rowid from find_pair where find_pair match ? and ${IN_RANGE} order by rowid desc limit ?`,
    pairs,
    range.low,
    range.high,
    FEW + 1,
  );
  if (few.length <= FEW) {
    const page = search.all<IndexedMessage>(
      `select ${COLUMNS} from document where rowid in (select value from json_each(?)) order by rowid desc`,
      JSON.stringify(few),
    );
    yield { found: plan.arePairsExact ? page : answering(cache, page, question), below: range.low };
    return;
  }
  // A common phrase is among the newest of these already.
  let high = few.at(-1) ?? range.low;
  yield* pages(matching(search, 'find', find), { low: high, high: range.high }, pageSize, keep);
  for (let span: number = WINDOW.first; high > range.low; span = Math.min(span * 2, WINDOW.most)) {
    const low = search.value<number>(
      `select rowid from find_pair where find_pair match ? and ${IN_RANGE} order by rowid desc limit 1 offset ?`,
      pairs,
      range.low,
      high,
      span,
    );
    const window = { low: low ?? range.low, high };
    yield* pages(matching(search, 'find', find), window, pageSize, keep);
    high = window.low;
  }
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
