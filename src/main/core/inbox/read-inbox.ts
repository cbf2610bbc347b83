/**
 * Reads slices of the inbox from the ordered indices, and lays the agent's waiting orders over them. An order may move
 * a conversation to another group or out of the view, so the few conversations with orders are taken out of the
 * reading and put back where they will stand.
 */
import type { ConversationRow } from '../../../shared/domain/rows.ts';
import type { Value } from '../db/connection.ts';
import { findRow } from '../db/find-row.ts';
import { codecOf } from '../db/row-codec.ts';
import type { Desk } from '../desk.ts';
import { predictConversation } from '../conversations/predict-conversation.ts';
import { outlookByConversation } from '../outbox/outbox-state.ts';
import { bucketOf, compareInbox, type InboxSlice, isInSlice, orderKeyOf } from './inbox-order.ts';

/** A conversation with waiting orders: as the server said it, and as it will be. */
export type Moved = { base: ConversationRow; predicted: ConversationRow };

const codec = codecOf('conversation');

/** Every conversation whose row the agent's waiting orders change. Few: as many as wait in the outbox. */
export function listMoved(desk: Desk): Moved[] {
  const moved: Moved[] = [];
  for (const [conversationId, outlook] of outlookByConversation(desk.outbox)) {
    if (outlook.orders.length === 0) continue;
    const base = findRow(desk.cache.reader, 'conversation', conversationId);
    if (base) moved.push({ base, predicted: predictConversation(base, outlook.orders, desk.me.agentId) });
  }
  return moved;
}

/** SQL of a slice: condition on the index, without the conversations that are laid over it. */
function conditionOf(slice: InboxSlice, without: readonly Moved[]): { where: string; values: Value[] } {
  const first = slice.buckets[0] ?? 9;
  const last = slice.buckets.at(-1) ?? 9;
  const where = `${slice.owner} bucket between ? and ?`;
  if (without.length === 0) return { where, values: [first, last] };
  const ids = JSON.stringify(without.map(({ base }) => base.id));
  return { where: `${where} and id not in (select value from json_each(?))`, values: [first, last, ids] };
}

/** Statement that reads one part of a slice; exported so that a test can look at its plan. */
export function sliceSql(slice: InboxSlice, where: string): string {
  return `select ${codec.select} from conversation indexed by ${slice.index}
    where ${where} order by bucket, order_key, id limit 0 + ? offset ?`;
}

/** Conversations `offset … offset + limit` of a slice in inbox order, with the agent's orders laid over. */
export function readSlice(desk: Desk, slice: InboxSlice, offset: number, limit: number): ConversationRow[] {
  const moved = listMoved(desk);
  const { where, values } = conditionOf(slice, moved);
  const laid = moved
    .map(({ predicted }) => predicted)
    .filter((row) => isInSlice(slice, row, desk.me.agentId))
    .sort(compareInbox);
  // Up to `laid.length` of the rows before `offset` may be laid over, so that much earlier the reading begins.
  const start = Math.max(0, offset - laid.length);
  const base = desk.cache.reader
    .rows(sliceSql(slice, where), ...values, offset + limit - start, start)
    .map((row) => codec.decode(row));
  const first = base[0];
  const before = first === undefined || start === 0 ? 0 : laid.filter((row) => compareInbox(row, first) < 0).length;
  const merged = [...base, ...laid.slice(before)].sort(compareInbox);
  const skip = offset - start - before;
  return merged.slice(skip, skip + limit);
}

/** How many conversations stand in a slice. Read from counters, so it costs the same at any size. */
export function countSlice(desk: Desk, slice: InboxSlice, moved: readonly Moved[]): number {
  if (slice.buckets.length === 0) return 0;
  const counted = desk.cache.reader.value<number>(
    `select coalesce(sum(conversations), 0) from inbox_count
     where whose in (select value from json_each(?)) and bucket in (select value from json_each(?))`,
    JSON.stringify(slice.whose),
    JSON.stringify(slice.buckets),
  );
  return Number(counted) + difference(slice, moved, desk, () => true);
}

/** How many conversations of a slice are due in `[from, to]` (server epoch ms). Costs as much as are due. */
export function countDue(desk: Desk, slice: InboxSlice, from: number, to: number, moved: readonly Moved[]): number {
  if (!slice.buckets.includes(0)) return 0;
  const counted = desk.cache.reader.value<number>(
    `select count(*) from conversation indexed by ${slice.index} where ${slice.owner} bucket = 0 and order_key between ? and ?`,
    from,
    to,
  );
  const isDue = (row: ConversationRow) => bucketOf(row) === 0 && orderKeyOf(row) >= from && orderKeyOf(row) <= to;
  return Number(counted) + difference(slice, moved, desk, isDue);
}

function difference(
  slice: InboxSlice,
  moved: readonly Moved[],
  desk: Desk,
  counts: (row: ConversationRow) => boolean,
): number {
  const isCounted = (row: ConversationRow) => isInSlice(slice, row, desk.me.agentId) && counts(row);
  return moved.reduce((sum, { base, predicted }) => sum + Number(isCounted(predicted)) - Number(isCounted(base)), 0);
}

/** Where a conversation stands in a slice, or null when it is not in it. */
export function placeInSlice(desk: Desk, slice: InboxSlice, conversationId: string): number | null {
  const moved = listMoved(desk);
  const row =
    moved.find(({ base }) => base.id === conversationId)?.predicted ??
    findRow(desk.cache.reader, 'conversation', conversationId);
  if (!row || !isInSlice(slice, row, desk.me.agentId)) return null;
  const { where, values } = conditionOf(slice, moved);
  const before = desk.cache.reader.value<number>(
    `select count(*) from conversation indexed by ${slice.index}
     where ${where} and (bucket, order_key, id) < (?, ?, ?)`,
    ...values,
    bucketOf(row),
    orderKeyOf(row),
    row.id,
  );
  const laidBefore = moved.filter(
    ({ predicted }) => isInSlice(slice, predicted, desk.me.agentId) && compareInbox(predicted, row) < 0,
  );
  return Number(before) + laidBefore.length;
}
