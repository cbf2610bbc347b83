/**
 * Reads what the agent has ordered and the server has not shown yet. The optimistic view is worked out from here at
 * every question and stored nowhere, so it can never disagree with what really waits.
 */
import type { CommandBody, VerdictReason } from '../../../shared/domain/command.ts';
import type { OutboxRow } from '../../../shared/console-shapes.ts';
import type { DbFile, Reader, Value } from '../db/connection.ts';

export type OutboxItemState = OutboxRow['state'];

export type OutboxItem = {
  n: number;
  commandId: string;
  body: CommandBody;
  /** Server time as far as the device knew it then, epoch ms. */
  composedAt: number;
  conversationId: string | null;
  customerId: string | null;
  rowId: string | null;
  mid: number | null;
  wasSent: boolean;
  state: OutboxItemState;
  reason: VerdictReason | null;
  verdictSv: number | null;
  verdictScopes: string[];
  /** Epoch ms of this device. */
  holdUntil: number | null;
};

type Stored = Omit<OutboxItem, 'body' | 'verdictScopes' | 'wasSent'> & {
  body: string;
  verdictScopes: string | null;
  wasSent: number;
};

const SELECT = `select n, command_id as commandId, body, composed_at as composedAt, conversation_id as conversationId,
  customer_id as customerId, row_id as rowId, mid, was_sent as wasSent, state, reason, verdict_sv as verdictSv,
  verdict_scopes as verdictScopes, hold_until as holdUntil from outbox`;

/** Items that match, in the order in which they were ordered. `where` is SQL of ours, never of an agent. */
export function listItems(outbox: Reader, where: string, ...values: Value[]): OutboxItem[] {
  return outbox.all<Stored>(`${SELECT} where ${where} order by n`, ...values).map(read);
}

/** One item by its command, or undefined. */
export function findItem(outbox: Reader, commandId: string): OutboxItem | undefined {
  const stored = outbox.get<Stored>(`${SELECT} where command_id = ?`, commandId);
  return stored && read(stored);
}

function read(stored: Stored): OutboxItem {
  return {
    ...stored,
    wasSent: stored.wasSent === 1,
    body: JSON.parse(stored.body) as CommandBody,
    verdictScopes: stored.verdictScopes === null ? [] : (JSON.parse(stored.verdictScopes) as string[]),
  };
}

/** Whether an item still counts as going to happen, so that the desk shows its effect already. */
export function isUnderWay(state: OutboxItemState): boolean {
  return state === 'queued' || state === 'sending' || state === 'applied';
}

/** Whether an item waits for a person. */
export function needsAttention(state: OutboxItemState): boolean {
  return state === 'needsReview' || state === 'refused' || state === 'blocked';
}

/** Read marks travel in the outbox like everything else, but nobody waits for them: they are not shown there. */
export const SHOWN_IN_OUTBOX = "kind <> 'conversation.markRead'";

/** How many items wait for the line, and how many for a person. */
export function countOutbox(outbox: Reader): { waiting: number; attention: number } {
  const rows = outbox.all<{ state: OutboxItemState; n: number }>(
    `select state, count(*) as n from outbox where ${SHOWN_IN_OUTBOX} group by state`,
  );
  let waiting = 0;
  let attention = 0;
  for (const row of rows) {
    if (needsAttention(row.state)) attention += row.n;
    else if (row.state !== 'applied') waiting += row.n;
  }
  return { waiting, attention };
}

/** What an agent's orders will make of one conversation, as far as the desk shows it. */
export type ConversationOutlook = {
  /** Replies and notes that wait for the line, and items that wait for a person. */
  queued: number;
  attention: number;
  /** Text of the newest reply or note that is not on the server yet. */
  newestText: string | null;
  newestNeedsAttention: boolean;
  /** Orders in their order, to be laid over the row by `predict-conversation.ts`. */
  orders: CommandBody[];
};

const known = new WeakMap<DbFile, { changes: number; outlook: ReadonlyMap<string, ConversationOutlook> }>();

/**
 * The outlook of every conversation with something in the outbox. Read once after each change of the file: an inbox is
 * asked for far more often than the agent orders something.
 */
export function outlookByConversation(outbox: DbFile): ReadonlyMap<string, ConversationOutlook> {
  const changes = Number(outbox.reader.value<number>('select total_changes()'));
  const last = known.get(outbox);
  if (last?.changes === changes) return last.outlook;
  const outlook = new Map<string, ConversationOutlook>();
  for (const item of listItems(outbox.reader, 'conversation_id is not null')) addTo(outlook, item);
  known.set(outbox, { changes, outlook });
  return outlook;
}

function addTo(outlook: Map<string, ConversationOutlook>, item: OutboxItem): void {
  const id = item.conversationId ?? '';
  const entry = outlook.get(id) ?? {
    queued: 0,
    attention: 0,
    newestText: null,
    newestNeedsAttention: false,
    orders: [],
  };
  outlook.set(id, entry);
  const { body } = item;
  if (isUnderWay(item.state)) entry.orders.push(body);
  const isText = body.kind === 'reply.send' || body.kind === 'note.add';
  if (needsAttention(item.state)) entry.attention += 1;
  else if (isText && item.state !== 'applied') entry.queued += 1;
  if (isText) {
    entry.newestText = body.kind === 'reply.send' && body.text === '' ? wordsForFiles(body.files ?? []) : body.text;
    entry.newestNeedsAttention = needsAttention(item.state);
  }
}

/** Stands for a reply without words. */
export function wordsForFiles(files: readonly { name: string }[]): string {
  return `📎 ${files.map(({ name }) => name).join(', ')}`;
}
