/**
 * Finds customers, conversations, calls and orders by reading narrow indices of their folded texts: there are few of them
 * beside messages (100,000 take about 10 ms), and so they are exact at every moment without an index of their own.
 */
import {
  fitsFilter,
  fitsTime,
  type SearchFilter,
  type SearchItem,
  searchStateOf,
} from '../../../shared/domain/search-filter.ts';
import { maskMail, maskPhone } from '../../../shared/domain/mask.ts';
import type { ConversationStatus } from '../../../shared/domain/conversation.ts';
import type { Reader } from '../db/connection.ts';
import { exactForm } from '../db/local-columns.ts';
import type { Question } from './question.ts';

export const recordKinds = ['customer', 'conversation', 'call', 'order'] as const;
export type RecordKind = (typeof recordKinds)[number];
export type FoundRecord = SearchItem & { kind: RecordKind; id: string };

/** Rows described in one statement; about 5 ms. */
const SLICE = 2_000;

/** Ids of records one of whose texts holds a term, in one of the forms in which the term can stand there. */
type Source = { sql: string; formsOf(term: string): readonly string[] };

const asTyped = (term: string): string[] => [term];

const sources: Record<RecordKind, readonly Source[]> = {
  customer: [
    { sql: 'select id from customer indexed by customer_find where instr(find_text, ?) > 0', formsOf: asTyped },
    {
      sql: 'select customer_id from personal_data indexed by personal_data_find where instr(find_value, ?) > 0',
      formsOf: valueFormsOf,
    },
    {
      sql: 'select customer_id from channel_identity indexed by channel_identity_find where instr(find_text, ?) > 0',
      formsOf: asTyped,
    },
    { sql: 'select customer_id from channel_identity where masked_value = ?', formsOf: shownFormsOf },
    {
      sql: 'select customer_id from caution indexed by caution_find where instr(find_text, ?) > 0',
      formsOf: asTyped,
    },
    {
      sql: 'select customer_id from handover_note indexed by handover_note_find where instr(find_text, ?) > 0',
      formsOf: asTyped,
    },
  ],
  conversation: [
    { sql: 'select id from conversation indexed by conversation_find where instr(find_text, ?) > 0', formsOf: asTyped },
  ],
  call: [
    { sql: 'select id from call indexed by call_find where instr(find_text, ?) > 0', formsOf: asTyped },
    { sql: 'select call_id from call_note indexed by call_note_find where instr(find_text, ?) > 0', formsOf: asTyped },
  ],
  order: [{ sql: 'select id from order_row indexed by order_find where instr(find_text, ?) > 0', formsOf: asTyped }],
};

/** What a filter looks at, by kind; `rank` is the order, newest first. A record that is not on this device is left out. */
const described: Record<RecordKind, string> = {
  customer: `select id, null as channel, null as status, null as agentId, id as customerId, null as at,
    last_activity_at as rank from customer`,
  conversation: `select id, channel, status, assignee_id as agentId, customer_id as customerId, last_activity_at as at,
    last_activity_at as rank from conversation`,
  call: `select call.id, 'phone' as channel, conversation.status as status, agent_id as agentId,
    call.customer_id as customerId, offered_at as at, offered_at as rank
    from call left join conversation on conversation.id = call.conversation_id`,
  order: `select order_row.id, null as channel, null as status, null as agentId, customer_id as customerId,
    ordered_at as at, ordered_at as rank from order_row`,
};
const idColumn: Record<RecordKind, string> = {
  customer: 'id',
  conversation: 'id',
  call: 'call.id',
  order: 'order_row.id',
};

type Row = {
  id: string;
  channel: FoundRecord['channel'];
  status: ConversationStatus | null;
  agentId: string | null;
  customerId: string;
  at: number | null;
  rank: number | null;
};

/** The newest records of a kind that answer the question and fit the filter, and whether there are more. */
export async function findRecords(
  cache: Reader,
  kind: RecordKind,
  question: Question,
  filter: SearchFilter,
  limit: number,
  pause: () => Promise<void>,
): Promise<{ ids: string[]; isCut: boolean }> {
  const found: { id: string; rank: number }[] = [];
  await visitRecords(cache, kind, question, filter, pause, (record, rank) => {
    if (fitsFilter(filter, record)) found.push({ id: record.id, rank });
  });
  found.sort((a, b) => b.rank - a.rank || (a.id < b.id ? -1 : 1));
  return { ids: found.slice(0, limit).map(({ id }) => id), isCut: found.length > limit };
}

/** Every record of a kind that answers the question and whose customer and time fit. */
export async function visitRecords(
  cache: Reader,
  kind: RecordKind,
  question: Question,
  filter: SearchFilter,
  pause: () => Promise<void>,
  visit: (found: FoundRecord, rank: number) => void,
): Promise<void> {
  const ids = idsOf(cache, kind, question);
  for (let at = 0; at < ids.length; at += SLICE) {
    if (at > 0) await pause();
    const rows = cache.all<Row>(
      `${described[kind]} where ${idColumn[kind]} in (select value from json_each(?))`,
      JSON.stringify(ids.slice(at, at + SLICE)),
    );
    for (const { id, channel, status, agentId, customerId, at: time, rank } of rows) {
      if (filter.customerId !== null && filter.customerId !== customerId) continue;
      if (!fitsTime(filter, time)) continue;
      visit({ kind, id, channel, state: status === null ? null : searchStateOf(status), agentId, at: time }, rank ?? 0);
    }
  }
}

/** Each term may stand in another text of the record: 「田中 5678」 finds a name and a number. */
function idsOf(cache: Reader, kind: RecordKind, { terms, without }: Question): string[] {
  const [first, ...others] = terms;
  if (first === undefined) return [];
  let ids = holding(cache, kind, first);
  for (const term of others) {
    if (ids.size === 0) return [];
    const more = holding(cache, kind, term);
    ids = new Set([...ids].filter((id) => more.has(id)));
  }
  for (const term of without) for (const id of holding(cache, kind, term)) ids.delete(id);
  return [...ids];
}

function holding(cache: Reader, kind: RecordKind, term: string): Set<string> {
  return new Set(
    sources[kind].flatMap(({ sql, formsOf }) => formsOf(term).flatMap((form) => cache.column<string>(sql, form))),
  );
}

/** How a term stands among personal data: as it is, and a part of a number as its digits. */
function valueFormsOf(term: string): readonly string[] {
  if (!/^\+?[\d\s().ー]*\d[\d\s().ー]*$/.test(term)) return [term];
  const digits = term.replaceAll(/[^\d+]/g, '').replace(/^\+81/, '0');
  return digits === term ? [term] : [term, digits];
}

/**
 * How a number or address would be shown here. Who may not see the whole still finds the caller by it: those whose shown
 * form it fits, which is all that this device knows (the key of `keyedHash` never leaves the server).
 */
function shownFormsOf(term: string): readonly string[] {
  const exact = exactForm(term);
  if (/^[+0-9]{8,}$/.test(exact)) return [maskPhone(exact)];
  if (/^[^\s@]+@[^\s@]+$/.test(exact)) return [maskMail(exact)];
  return /^@?[\w.]{3,}$/.test(exact) ? [exact, exact.replace(/^@/, ''), `@${exact.replace(/^@/, '')}`] : [];
}
