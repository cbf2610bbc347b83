/** What the window shows of a hit: the row, with the places that were found. One that has gone meanwhile gives nothing. */
import type { SearchResult } from '../../../shared/console-shapes.ts';
import { shownNameOf } from '../customers/find-shown-customer.ts';
import type { Reader } from '../db/connection.ts';
import { findRow } from '../db/find-row.ts';
import { codecOf } from '../db/row-codec.ts';
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

const messages = codecOf('message');

/** @param n local number */
export function showMessage(cache: Reader, n: number, terms: Terms): Hits<'messages'> {
  const [values] = cache.rows(`select ${messages.select} from message where n = ?`, n);
  if (!values) return [];
  const row = messages.decode(values);
  return [
    {
      messageId: row.id,
      conversationId: row.conversationId,
      customerId: row.customerId,
      customerName: shownNameOf(cache, row.customerId),
      channel: row.channel,
      direction: row.direction,
      authorName: row.authorName,
      snippet: snippetOf(row.text, terms),
      receivedAt: row.receivedAt,
    },
  ];
}
