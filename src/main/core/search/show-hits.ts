/** What the window shows of a hit: the row, with the places that were found. One that has gone meanwhile gives nothing. */
import type { SearchResult } from '../../../shared/console-shapes.ts';
import { shownNameOf } from '../customers/find-shown-customer.ts';
import type { Reader } from '../db/connection.ts';
import { findRow } from '../db/find-row.ts';
import { markText, snippetOf } from './mark-text.ts';

type Hits<K extends keyof SearchResult> = SearchResult[K];
type Terms = readonly string[];

/** `found`: what else of the customer holds a term that name, kana and number do not hold. */
export function showCustomer(cache: Reader, id: string, terms: Terms): Hits<'customers'> {
  const row = findRow(cache, 'customer', id);
  if (!row) return [];
  const name = markText(row.displayName, terms);
  const kana = markText(row.kana, terms);
  const memberNumber = row.memberNumber === null ? null : markText(row.memberNumber, terms);
  const isShown = [name, kana, memberNumber].some((marked) => (marked?.marks.length ?? 0) > 0);
  return [{ customerId: row.id, name, kana, memberNumber, found: isShown ? null : elsewhere(cache, id, terms) }];
}

function elsewhere(cache: Reader, customerId: string, terms: Terms): Hits<'customers'>[number]['found'] {
  const texts = cache.column<string>(
    `select value from personal_data where customer_id = ?
     union all select masked_value from channel_identity where customer_id = ?
     union all select text from caution where customer_id = ?
     union all select text from handover_note where customer_id = ?
     union all select address_masked from customer where id = ? and address_masked is not null`,
    customerId,
    customerId,
    customerId,
    customerId,
    customerId,
  );
  const snippets = texts.map((text) => snippetOf(text, terms));
  return snippets.find(({ marks }) => marks.length > 0) ?? null;
}

/** By subject and number. */
export function showConversation(cache: Reader, id: string, terms: Terms): Hits<'conversations'> {
  const row = findRow(cache, 'conversation', id);
  if (!row) return [];
  return [
    {
      conversationId: row.id,
      customerId: row.customerId,
      customerName: shownNameOf(cache, row.customerId),
      channel: row.channel,
      subject: row.subject === null ? null : markText(row.subject, terms),
      number: markText(row.number, terms),
      status: row.status,
      lastActivityAt: row.lastActivityAt,
    },
  ];
}

/** The first of the call's texts that holds a term: wrap-up note, notes, number. */
export function showCall(cache: Reader, id: string, terms: Terms): Hits<'calls'> {
  const row = findRow(cache, 'call', id);
  if (!row) return [];
  const notes = cache.column<string>('select text from call_note where call_id = ? order by created_at, id', id);
  const snippets = [row.wrapUpNote, ...notes, row.fromMasked ?? ''].map((text) => snippetOf(text, terms));
  return [
    {
      callId: row.id,
      conversationId: row.conversationId,
      customerId: row.customerId,
      customerName: shownNameOf(cache, row.customerId),
      direction: row.direction,
      state: row.state,
      snippet: snippets.find(({ marks }) => marks.length > 0) ?? snippetOf(row.wrapUpNote, terms),
      offeredAt: row.offeredAt,
    },
  ];
}

/** By number and what was bought. */
export function showOrder(cache: Reader, id: string, terms: Terms): Hits<'orders'> {
  const row = findRow(cache, 'order', id);
  if (!row) return [];
  return [
    {
      orderId: row.id,
      customerId: row.customerId,
      customerName: shownNameOf(cache, row.customerId),
      number: markText(row.number, terms),
      products: markText(row.lines.map(({ productName }) => productName).join('、'), terms),
      orderedAt: row.orderedAt,
    },
  ];
}

type Shown = Omit<Hits<'messages'>[number], 'customerName' | 'snippet'> & {
  n: number;
  text: string;
  displayName: string | null;
};

/** In the order of the numbers. @param ns local numbers */
export function showMessages(cache: Reader, ns: readonly number[], terms: Terms): Hits<'messages'> {
  const rows = cache.all<Shown>(
    `select n, message.id as messageId, conversation_id as conversationId, customer_id as customerId, channel, direction,
       author_name as authorName, text, received_at as receivedAt, customer.display_name as displayName
     from json_each(?) as wanted cross join message on message.n = wanted.value
       left join customer on customer.id = message.customer_id`,
    JSON.stringify(ns),
  );
  const found = new Map(rows.map((row) => [row.n, row]));
  return ns.flatMap((n) => {
    const row = found.get(n);
    if (row === undefined) return [];
    const { n: _, text, displayName, ...shown } = row;
    const customerName = displayName ?? shownNameOf(cache, row.customerId);
    return [{ ...shown, customerName, snippet: snippetOf(text, terms) }];
  });
}
