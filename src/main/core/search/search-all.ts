/** `search.all`: customers, subjects and messages that hold all terms. Exact: the same set as reading every text. */
import type { SearchResult } from '../../../shared/console-shapes.ts';
import { maskMail, maskPhone } from '../../../shared/domain/mask.ts';
import type { ConversationRow, CustomerRow } from '../../../shared/domain/rows.ts';
import { shownNameOf } from '../customers/find-shown-customer.ts';
import type { Value } from '../db/connection.ts';
import { exactForm } from '../db/local-columns.ts';
import { codecOf } from '../db/row-codec.ts';
import type { Desk } from '../desk.ts';
import { markText, snippetOf } from './mark-text.ts';
import type { MessageFinder } from './find-messages.ts';
import { termsOf } from './terms.ts';

type Input = { text: string; limit: number; channel: ConversationRow['channel'] | null };

const customers = codecOf('customer');
const conversations = codecOf('conversation');
const messages = codecOf('message');

/** @param findMessages the index with the scan behind it */
export async function searchAll(desk: Desk, findMessages: MessageFinder, input: Input): Promise<SearchResult> {
  const terms = termsOf(input.text);
  const found =
    terms.length === 0 ? { ns: [], count: 0, unindexed: 0 } : await findMessages(terms, input.channel, input.limit);
  return {
    ...searchCustomers(desk, terms, input),
    ...searchSubjects(desk, terms, input),
    messages: found.ns.flatMap((n) => showMessage(desk, n, terms)),
    messageCount: found.count,
    unindexed: found.unindexed,
  };
}

/** Reads the narrow index of folded names; 100,000 customers take about 10 ms. */
function searchCustomers(
  desk: Desk,
  terms: readonly string[],
  input: Input,
): Pick<SearchResult, 'customers' | 'customerCount'> {
  const cache = desk.cache.reader;
  // A customer has no channel: with one chosen, the question is about conversations.
  if (terms.length === 0 || input.channel !== null) return { customers: [], customerCount: 0 };
  const { where, values } = holdsAllSql('find_text', terms);
  const byText = cache.column<number>(`select rowid from customer indexed by customer_find where ${where}`, ...values);
  const byValue = cache.column<number>(
    'select customer.rowid from personal_data join customer on customer.id = personal_data.customer_id where find_value = ?',
    exactForm(input.text),
  );
  const byShownForm = cache.column<number>(
    `select customer.rowid from channel_identity join customer on customer.id = channel_identity.customer_id
     where masked_value in (select value from json_each(?))`,
    JSON.stringify(shownFormsOf(input.text)),
  );
  const all = [...new Set([...byValue, ...byShownForm, ...byText])];
  const shown = cache
    .rows(
      `select ${customers.select} from customer where rowid in (select value from json_each(?))
       order by last_activity_at desc, id limit ?`,
      JSON.stringify(all),
      input.limit,
    )
    .map((row): CustomerRow => customers.decode(row));
  return {
    customers: shown.map((row) => ({
      customerId: row.id,
      name: markText(row.displayName, terms),
      kana: markText(row.kana, terms),
      memberNumber: row.memberNumber,
    })),
    customerCount: all.length,
  };
}

/**
 * How a number or address would be shown here. Who may not see the whole still finds the caller by it: those whose shown
 * form it fits, which is all that this device knows (the key of `keyedHash` never leaves the server).
 */
function shownFormsOf(text: string): string[] {
  const exact = exactForm(text);
  if (/^[+0-9]{8,}$/.test(exact)) return [maskPhone(exact)];
  if (/^[^\s@]+@[^\s@]+$/.test(exact)) return [maskMail(exact)];
  return /^@?[\w.]{3,}$/.test(exact) ? [exact, exact.replace(/^@/, ''), `@${exact.replace(/^@/, '')}`] : [];
}

function searchSubjects(
  desk: Desk,
  terms: readonly string[],
  input: Input,
): Pick<SearchResult, 'conversations' | 'conversationCount'> {
  const cache = desk.cache.reader;
  if (terms.length === 0) return { conversations: [], conversationCount: 0 };
  const { where, values } = holdsAllSql('find_text', terms);
  const all = cache.column<number>(
    `select rowid from conversation indexed by conversation_find where ${where}`,
    ...values,
  );
  const ofChannel = input.channel === null ? '' : 'and channel = ?';
  const chosen: Value[] = input.channel === null ? [] : [input.channel];
  const ids = JSON.stringify(all);
  const shown = cache
    .rows(
      `select ${conversations.select} from conversation where rowid in (select value from json_each(?)) ${ofChannel}
       order by last_activity_at desc, id limit ?`,
      ids,
      ...chosen,
      input.limit,
    )
    .map((row): ConversationRow => conversations.decode(row));
  const count =
    input.channel === null
      ? all.length
      : cache.value<number>(
          `select count(*) from conversation where rowid in (select value from json_each(?)) ${ofChannel}`,
          ids,
          ...chosen,
        );
  return {
    conversations: shown.map((row) => ({
      conversationId: row.id,
      customerId: row.customerId,
      customerName: shownNameOf(cache, row.customerId),
      channel: row.channel,
      subject: markText(row.subject ?? row.number, terms),
      status: row.status,
      lastActivityAt: row.lastActivityAt,
    })),
    conversationCount: count ?? 0,
  };
}

function holdsAllSql(column: string, terms: readonly string[]): { where: string; values: Value[] } {
  return { where: terms.map(() => `instr(${column}, ?) > 0`).join(' and '), values: [...terms] };
}

function showMessage(desk: Desk, n: number, terms: readonly string[]): SearchResult['messages'] {
  const [values] = desk.cache.reader.rows(`select ${messages.select} from message where n = ?`, n);
  if (!values) return [];
  const row = messages.decode(values);
  return [
    {
      messageId: row.id,
      conversationId: row.conversationId,
      customerId: row.customerId,
      customerName: shownNameOf(desk.cache.reader, row.customerId),
      channel: row.channel,
      direction: row.direction,
      snippet: snippetOf(row.text, terms),
      receivedAt: row.receivedAt,
    },
  ];
}
