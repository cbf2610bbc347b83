/**
 * Finds what happened since a webhook last looked: rows that changed, read from the feed as a console would read them. So
 * nobody who writes has to think of webhooks, and what happened while the server was down is told after it.
 */
import { and, asc, eq, gt, inArray } from 'drizzle-orm';
import type { WebhookEvent } from '../../shared/administration/webhook-calls.ts';
import type { ConversationId, CustomerId, MessageId } from '../../shared/domain/ids.ts';
import { directoryScope, queueScope, type Scope } from '../../shared/domain/scope.ts';
import { conversation, customer, feedEntry, message, queue, type webhook } from '../db/schema.ts';
import type { Transaction } from '../db/server-database.ts';

type Webhook = typeof webhook.$inferSelect;
export type Happening = { event: WebhookEvent; key: string; at: number; data: Record<string, unknown> };

const ROWS_AT_ONCE = 500;
/** What is older is not told, however late its row changes: its telling may have been forgotten. In ms. */
const TOLD_WITHIN_MS = 7 * 24 * 3_600_000;
const GONE_OUT = ['sent', 'delivered', 'read'];

/** The next happenings and how far the webhook has looked then; `upTo` is what it had seen when there is nothing. */
export async function findEvents(
  tx: Transaction,
  of: Webhook,
  now: number,
): Promise<{ happenings: Happening[]; upTo: number; isMore: boolean }> {
  const queues = await tx.select({ id: queue.id }).from(queue).where(eq(queue.workspaceId, of.workspaceId));
  const scopes: Scope[] = [directoryScope(of.workspaceId), ...queues.map(({ id }) => queueScope(id))];
  const entries = await tx
    .select({ kind: feedEntry.kind, rowId: feedEntry.rowId, sv: feedEntry.sv })
    .from(feedEntry)
    .where(
      and(
        inArray(feedEntry.scope, scopes),
        gt(feedEntry.sv, of.seenSv),
        inArray(feedEntry.kind, ['conversation', 'message', 'customer']),
        eq(feedEntry.gone, false),
      ),
    )
    .orderBy(asc(feedEntry.sv))
    .limit(ROWS_AT_ONCE);
  const idsOf = (kind: string): string[] => entries.filter((entry) => entry.kind === kind).map(({ rowId }) => rowId);
  const since = Math.max(of.createdAt, now - TOLD_WITHIN_MS);
  const found = [
    ...(await ofConversations(tx, idsOf('conversation'))),
    ...(await ofMessages(tx, idsOf('message'))),
    ...(await ofCustomers(tx, idsOf('customer'), now)),
  ];
  return {
    happenings: found.filter(({ event, at }) => of.events.includes(event) && at >= since),
    upTo: entries.at(-1)?.sv ?? of.seenSv,
    isMore: entries.length === ROWS_AT_ONCE,
  };
}

async function ofConversations(tx: Transaction, ids: string[]): Promise<Happening[]> {
  if (ids.length === 0) return [];
  const rows = await tx
    .select()
    .from(conversation)
    .where(inArray(conversation.id, ids as ConversationId[]));
  return rows.flatMap((row): Happening[] => {
    const { id, number, customerId, channel, queueId, status } = row;
    const data = { conversationId: id, number, customerId, channel, queueId, status };
    const opened: Happening = { event: 'conversation.opened', key: `opened:${id}`, at: row.openedAt, data };
    if (row.resolvedAt === null) return [opened];
    const key = `resolved:${id}:${row.resolvedAt}`;
    return [opened, { event: 'conversation.resolved', key, at: row.resolvedAt, data }];
  });
}

async function ofMessages(tx: Transaction, ids: string[]): Promise<Happening[]> {
  if (ids.length === 0) return [];
  const rows = await tx
    .select()
    .from(message)
    .where(inArray(message.id, ids as MessageId[]));
  return rows.flatMap((row): Happening[] => {
    const { id, conversationId, customerId, channel, receivedAt: at } = row;
    const data = { messageId: id, conversationId, customerId, channel };
    if (row.direction === 'in') return [{ event: 'message.received', key: `received:${id}`, at, data }];
    if (row.direction !== 'out' || !GONE_OUT.includes(row.deliveryState ?? '')) return [];
    return [{ event: 'message.sent', key: `sent:${id}`, at, data }];
  });
}

async function ofCustomers(tx: Transaction, ids: string[], now: number): Promise<Happening[]> {
  if (ids.length === 0) return [];
  const rows = await tx
    .select({ id: customer.id, sv: customer.sv, mergedIntoId: customer.mergedIntoId })
    .from(customer)
    .where(inArray(customer.id, ids as CustomerId[]));
  return rows.map(({ id, sv, mergedIntoId }) => ({
    event: 'customer.changed',
    key: `changed:${id}:${sv}`,
    at: now,
    data: { customerId: id, revision: sv, mergedIntoId },
  }));
}
