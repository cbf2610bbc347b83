/** Looks for answers by reading messages one by one: what the index has not reached, and everything while there is no index. */
import { searchableText } from '../../../shared/domain/fold-text.ts';
import { type SearchItem, searchStateOf } from '../../../shared/domain/search-filter.ts';
import type { ConversationStatus } from '../../../shared/domain/conversation.ts';
import type { Reader } from '../db/connection.ts';
import { isAnswer, type Question } from './question.ts';

/** Messages read before others get their turn. 500 messages fold in about 3 ms. */
const SLICE = 500;

/** A message that is an answer, as a filter looks at it. */
export type FoundMessage = SearchItem & { n: number; at: number };

type Row = {
  n: number;
  text: string;
  at: number;
  channel: FoundMessage['channel'];
  direction: string;
  agentId: string | null;
  status: ConversationStatus | null;
};

const SELECT = `select n, text, received_at as at, message.channel, direction, status,
  case when author_kind = 'agent' then author_id end as agentId
  from message left join conversation on conversation.id = message.conversation_id`;

/** Reads the messages above `after`, slice by slice, and gives those that are an answer. */
export function* scanMessages(cache: Reader, question: Question, after: number): Generator<FoundMessage[]> {
  let last = after;
  for (;;) {
    const rows = cache.all<Row>(`${SELECT} where n > ? order by n limit ?`, last, SLICE);
    yield answering(rows, question);
    last = rows.at(-1)?.n ?? last;
    if (rows.length < SLICE) return;
  }
}

/** Reads the messages of one customer, newest first: fewer than the index would go through. */
export function* scanCustomer(cache: Reader, question: Question, customerId: string): Generator<FoundMessage[]> {
  const ns = cache.column<number>(
    'select n from message where customer_id = ? order by received_at desc, seq desc, id desc',
    customerId,
  );
  for (let at = 0; at < ns.length; at += SLICE) yield scanNumbered(cache, question, ns.slice(at, at + SLICE));
}

/** Reads the messages with these numbers; one that is gone is left out. */
export function scanNumbered(cache: Reader, question: Question, ns: Iterable<number>): FoundMessage[] {
  const list = JSON.stringify([...ns]);
  return answering(cache.all<Row>(`${SELECT} where n in (select value from json_each(?))`, list), question);
}

function answering(rows: readonly Row[], question: Question): FoundMessage[] {
  return rows
    .filter((row) => isAnswer(searchableText(row.text), question))
    .map(({ n, at, channel, direction, agentId, status }) => ({
      kind: direction === 'note' ? 'note' : 'message',
      n,
      at,
      channel,
      agentId,
      state: status === null ? null : searchStateOf(status),
    }));
}
