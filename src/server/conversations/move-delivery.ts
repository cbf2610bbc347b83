/** Moves an outgoing message on its ladder, when a provider, a visitor's page or a person says so. It never goes back. */
import { and, eq, inArray, lte } from 'drizzle-orm';
import type { DeliveryReport } from '../channels/channel-adapter.ts';
import { type DeliveryState, mayMoveDelivery } from '../../shared/domain/message.ts';
import type { ConversationId } from '../../shared/domain/ids.ts';
import { attachment, conversation, message, outbound } from '../db/schema.ts';
import type { Writing } from '../db/write.ts';
import type { ConversationChanges } from './conversation-changes.ts';
import type { AccountRecord } from './receive-message.ts';

export type MessageRecord = typeof message.$inferSelect;

/**
 * Applies a report of the provider. One about an unknown message, a late and a repeated one change nothing.
 * @returns whether the message moved
 */
export async function reportDelivery(
  w: Writing,
  changes: ConversationChanges,
  account: AccountRecord,
  report: DeliveryReport,
): Promise<boolean> {
  const [found] = await w.tx
    .select()
    .from(message)
    .where(
      and(
        eq(message.channelAccountId, account.id),
        eq(message.direction, 'out'),
        report.messageId !== null
          ? eq(message.id, report.messageId as MessageRecord['id'])
          : eq(message.externalId, report.externalId ?? ''),
      ),
    );
  if (!found || found.deliveryState === null || !mayMoveDelivery(found.deliveryState, report.state)) return false;
  await moveTo(w, changes, found, report.state, report.reason);
  if (report.state === 'failed') {
    await w.tx
      .update(outbound)
      .set({ state: 'failed', lastError: report.reason, updatedAt: w.now })
      .where(eq(outbound.messageId, found.id));
  }
  return true;
}

/** Sets a state that was decided to be right, and tells the feed and the channel. */
export async function moveTo(
  w: Writing,
  changes: ConversationChanges,
  of: MessageRecord,
  state: DeliveryState,
  reason: string | null,
): Promise<void> {
  await w.tx
    .update(message)
    .set({ deliveryState: state, deliveryReason: reason, deliveryAt: w.now })
    .where(eq(message.id, of.id));
  w.append('message', [of.id]);
  const [thread] = await w.tx
    .select({ threadId: conversation.externalThreadId })
    .from(conversation)
    .where(eq(conversation.id, of.conversationId));
  w.afterCommit(() => {
    changes.tell(of.channelAccountId, {
      what: 'delivery',
      threadId: thread?.threadId ?? '',
      conversationId: of.conversationId,
      messageId: of.id,
      state,
    });
  });
}

/** The customer's own page says how far it has come: every message up to there climbs together. */
export async function markSeenByCustomer(
  w: Writing,
  changes: ConversationChanges,
  conversationId: ConversationId,
  upToSeq: number,
  state: 'delivered' | 'read',
): Promise<void> {
  const below: DeliveryState[] =
    state === 'read'
      ? ['queued', 'sending', 'accepted', 'sent', 'delivered']
      : ['queued', 'sending', 'accepted', 'sent'];
  const found = await w.tx
    .select()
    .from(message)
    .where(
      and(
        eq(message.conversationId, conversationId),
        eq(message.direction, 'out'),
        lte(message.seq, upToSeq),
        inArray(message.deliveryState, below),
      ),
    );
  for (const one of found) await moveTo(w, changes, one, state, null);
}

/** The author took a message back: its text and files are gone from every screen; a stub and the raw event stay as evidence. */
export async function redactMessage(w: Writing, account: AccountRecord, externalId: string): Promise<void> {
  const [found] = await w.tx
    .select()
    .from(message)
    .where(and(eq(message.channelAccountId, account.id), eq(message.externalId, externalId)));
  if (!found || found.redactedAt !== null) return;
  await w.tx
    .update(message)
    .set({ text: '', html: null, detail: { kind: 'text' }, redactedAt: w.now })
    .where(eq(message.id, found.id));
  w.append('message', [found.id]);
  const files = await w.tx.select({ id: attachment.id }).from(attachment).where(eq(attachment.messageId, found.id));
  await w.tx.update(attachment).set({ isBlocked: true }).where(eq(attachment.messageId, found.id));
  w.append(
    'attachment',
    files.map((file) => file.id),
  );
  const [of] = await w.tx.select().from(conversation).where(eq(conversation.id, found.conversationId));
  if (of && of.lastInSeq === found.seq && of.previewDirection === 'in') {
    await w.tx.update(conversation).set({ preview: '' }).where(eq(conversation.id, of.id));
    w.append('conversation', [of.id]);
  }
}
