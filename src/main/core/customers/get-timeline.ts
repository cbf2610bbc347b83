/**
 * `customers.timeline`: messages ∪ calls ∪ what waits in the outbox, over all channels, in order of server receipt.
 * What waits stands at the end: no wall clock of this device decides order.
 */
import type { TimelineEntry } from '../../../shared/console-shapes.ts';
import type { CustomerId } from '../../../shared/domain/ids.ts';
import type { AttachmentRow, CallRow, MessageRow } from '../../../shared/domain/rows.ts';
import type { Value } from '../db/connection.ts';
import { codecOf } from '../db/row-codec.ts';
import type { Desk } from '../desk.ts';
import { isUnderWay, listItems, type OutboxItem } from '../outbox/outbox-state.ts';
import { groupOf } from './customer-group.ts';
import { readAbsences } from './show-absence.ts';
import { showCall } from './show-call.ts';
import { showPending } from './show-pending.ts';

export type TimelineInput = {
  customerId: CustomerId;
  conversationId: string | null;
  before: { at: number; id: string } | null;
  limit: number;
};
type Timeline = { entries: TimelineEntry[]; older: { at: number; id: string } | null };

/** Order of the timeline: server receipt, then the conversation's own order, then the id. */
type Key = { at: number; seq: number; id: string };
type Keyed = Key &
  ({ kind: 'message'; row: MessageRow } | { kind: 'call'; row: CallRow } | { kind: 'absent'; entry: TimelineEntry });

const messages = codecOf('message');
const calls = codecOf('call');
const attachments = codecOf('attachment');

/** SQL of one page of messages or calls, newest first; exported so that a test can look at its plan. */
export function timelineSql(kind: 'message' | 'call', by: 'customer_id' | 'conversation_id'): string {
  return kind === 'message'
    ? `select ${messages.select} from message
       where ${by} = ? and (received_at, seq, id) < (?, ?, ?)
       order by received_at desc, seq desc, id desc limit 0 + ?`
    : `select ${calls.select} from call
       where ${by} = ? and (offered_at, id) < (?, ?)
       order by offered_at desc, id desc limit 0 + ?`;
}

/** Up to `limit` entries that end before `before`, in ascending order; what waits comes with the newest page. */
export function getTimeline(desk: Desk, input: TimelineInput): Timeline {
  const before = input.before === null ? null : keyOf(desk, input.before);
  const owners = ownersOf(desk, input);
  const found = owners
    .flatMap((owner) => [
      ...readPage(desk, 'message', owner, input.limit, before),
      ...readPage(desk, 'call', owner, input.limit, before),
      ...readAbsent(desk, owner, input.limit, before),
    ])
    .sort(compareKeys);
  const page = found.slice(-input.limit);
  const [oldest] = page;
  const waiting = listWaiting(desk, owners);
  const entries = page.map((entry) => {
    if (entry.kind === 'absent') return entry.entry;
    return entry.kind === 'call' ? showCall(desk, entry.row, waiting) : showMessage(entry.row, waiting);
  });
  addAttachments(desk, entries);
  return {
    entries: before === null ? [...entries, ...showPending(desk, waiting)] : entries,
    older: found.length > page.length && oldest ? { at: oldest.at, id: oldest.id } : null,
  };
}

/** Whose rows are read: one conversation's, or those of a customer and of everybody who is merged with them. */
type Owner = { by: 'customer_id' | 'conversation_id'; id: string };

function ownersOf(desk: Desk, input: TimelineInput): Owner[] {
  return input.conversationId === null
    ? groupOf(desk, input.customerId).ids.map((id) => ({ by: 'customer_id', id }))
    : [{ by: 'conversation_id', id: input.conversationId }];
}

function compareKeys(a: Key, b: Key): number {
  return a.at - b.at || a.seq - b.seq || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** What is missing stands after everything of its moment, for it was received at or before it. */
const ABSENT_SEQ = Number.MAX_SAFE_INTEGER;

/** The full key of a position: a window remembers only time and id. */
function keyOf(desk: Desk, position: { at: number; id: string }): Key {
  if (desk.cache.reader.value('select 1 from conversation where id = ?', position.id) !== undefined)
    return { ...position, seq: ABSENT_SEQ };
  const seq = desk.cache.reader.value<number>(
    'select seq from message where id = ? and received_at = ?',
    position.id,
    position.at,
  );
  return { ...position, seq: seq ?? 0 };
}

/** One row more than asked for, so that the caller knows whether there is more. */
function readPage(desk: Desk, kind: 'message' | 'call', { by, id }: Owner, limit: number, before: Key | null): Keyed[] {
  const end = before ?? { at: Number.MAX_SAFE_INTEGER, seq: Number.MAX_SAFE_INTEGER, id: '' };
  // A call has no seq of its own; it counts as 0, so at the same millisecond it stands before a message.
  const callEnd = end.seq > 0 ? [end.at + 1, ''] : [end.at, end.id];
  const position: Value[] = kind === 'message' ? [end.at, end.seq, end.id] : callEnd;
  return desk.cache.reader.rows(timelineSql(kind, by), id, ...position, limit + 1).map((values): Keyed => {
    if (kind === 'message') {
      const row = messages.decode(values);
      return { kind, at: row.receivedAt, seq: row.seq, id: row.id, row };
    }
    const row = calls.decode(values);
    return { kind, at: row.offeredAt, seq: 0, id: row.id, row };
  });
}

function readAbsent(desk: Desk, of: Owner, limit: number, before: Key | null): Keyed[] {
  const end = before ?? { at: Number.MAX_SAFE_INTEGER, seq: ABSENT_SEQ, id: '' };
  const position = { at: end.at, id: end.seq === ABSENT_SEQ ? end.id : '' };
  return readAbsences(desk, of, position, limit + 1).map((entry) => ({
    kind: 'absent',
    at: entry.at,
    seq: ABSENT_SEQ,
    id: entry.id,
    entry,
  }));
}

/** This agent's orders about the customer or the conversation, in their order. */
function listWaiting(desk: Desk, owners: readonly Owner[]): OutboxItem[] {
  return owners.flatMap(({ by, id }) => listItems(desk.outbox.reader, `${by} = ?`, id)).sort((a, b) => a.n - b.n);
}

function showMessage(message: MessageRow, waiting: readonly OutboxItem[]): TimelineEntry {
  const decided = waiting.findLast(
    ({ body, state }) => body.kind === 'message.decide' && body.messageId === message.id && isUnderWay(state),
  );
  const edited = waiting.findLast(
    ({ body, state }) => body.kind === 'note.edit' && body.messageId === message.id && isUnderWay(state),
  );
  return {
    kind: 'message',
    at: message.receivedAt,
    id: message.id,
    message: edited?.body.kind === 'note.edit' ? { ...message, text: edited.body.text } : message,
    attachments: [],
    isEditPending: edited !== undefined,
    pendingDecision: decided?.body.kind === 'message.decide' ? decided.body.decision : null,
  };
}

function addAttachments(desk: Desk, entries: TimelineEntry[]): void {
  const shown = entries.filter((entry) => entry.kind === 'message');
  const rows = desk.cache.reader
    .rows(
      `select ${attachments.select} from attachment where message_id in (select value from json_each(?))`,
      JSON.stringify(shown.map((entry) => entry.id)),
    )
    .map((values): AttachmentRow => attachments.decode(values))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const row of rows) shown.find((entry) => entry.id === row.messageId)?.attachments.push(row);
}
