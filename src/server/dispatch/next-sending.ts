/** Takes the next message of a conversation for sending: `sending` is committed before the provider hears of it. */
import { and, asc, eq, inArray } from 'drizzle-orm';
import type { FileStore } from '../attachments/file-store.ts';
import type { OutgoingFile, OutgoingMessage } from '../channels/channel-adapter.ts';
import type { ConversationId } from '../../shared/domain/ids.ts';
import { mayMoveDelivery } from '../../shared/domain/message.ts';
import type { ConversationRecord } from '../conversations/add-message.ts';
import type { ConversationChanges } from '../conversations/conversation-changes.ts';
import { moveTo, type MessageRecord } from '../conversations/move-delivery.ts';
import { addressOfCustomer } from '../conversations/receive-message.ts';
import { attachment, blob, conversation, customer, message, outbound } from '../db/schema.ts';
import type { Writing } from '../db/write.ts';

export type OutboundRecord = typeof outbound.$inferSelect;
export type Sending = { accountId: string; outgoing: OutgoingMessage; outbound: OutboundRecord };

/** Most Message-IDs that go into References; RFC 5322 asks for all, mail servers for short lines. */
const REFERENCES = 20;

/**
 * @returns the oldest message of the conversation that waits, now marked `sending`; `null` when nothing waits or an older
 * one is still under way or waits for its time, since answers of one conversation leave in order
 */
export async function nextSending(
  w: Writing,
  changes: ConversationChanges,
  store: FileStore,
  conversationId: ConversationId,
): Promise<Sending | null> {
  const [first] = await w.tx
    .select({ outbound, message })
    .from(outbound)
    .innerJoin(message, eq(message.id, outbound.messageId))
    .where(and(eq(message.conversationId, conversationId), inArray(outbound.state, ['queued', 'sending'])))
    .orderBy(asc(message.seq))
    .limit(1);
  if (!first || first.outbound.state === 'sending') return null;
  if (first.outbound.notBefore !== null && first.outbound.notBefore > w.now) return null;
  const [of] = await w.tx.select().from(conversation).where(eq(conversation.id, conversationId));
  if (!of) return null;
  const replyToken = await takeReplyToken(w, of);
  const [marked] = await w.tx
    .update(outbound)
    .set({ state: 'sending', tries: first.outbound.tries + 1, usedReplyToken: replyToken !== null, updatedAt: w.now })
    .where(eq(outbound.messageId, first.message.id))
    .returning();
  if (!marked) return null;
  // A visitor's page reads the message from the list, so it may have said "read" before the sending begins.
  if (first.message.deliveryState && mayMoveDelivery(first.message.deliveryState, 'sending'))
    await moveTo(w, changes, first.message, 'sending', null);
  return {
    accountId: of.channelAccountId,
    outbound: marked,
    outgoing: await outgoingOf(w, store, of, first.message, marked, replyToken),
  };
}

/** A reply token works once, so it is gone from the conversation in the same commit that marks the sending. */
async function takeReplyToken(w: Writing, of: ConversationRecord): Promise<string | null> {
  if (of.replyToken === null) return null;
  await w.tx
    .update(conversation)
    .set({ replyToken: null, replyTokenExpiresAt: null, replyWindow: null, replyWindowClosesAt: null })
    .where(eq(conversation.id, of.id));
  w.append('conversation', [of.id]);
  return of.replyTokenExpiresAt !== null && of.replyTokenExpiresAt > w.now ? of.replyToken : null;
}

async function outgoingOf(
  w: Writing,
  store: FileStore,
  of: ConversationRecord,
  what: MessageRecord,
  marked: OutboundRecord,
  replyToken: string | null,
): Promise<OutgoingMessage> {
  const [person] = await w.tx
    .select({ displayName: customer.displayName })
    .from(customer)
    .where(eq(customer.id, of.customerId));
  return {
    messageId: what.id,
    attempt: marked.attempt,
    idempotencyKey: marked.idempotencyKey,
    conversationId: of.id,
    threadId: of.externalThreadId,
    to: { address: (await addressOfCustomer(w, of)) ?? '', displayName: person?.displayName ?? null },
    text: what.text,
    files: await filesOf(w, store, what.id),
    mail: what.detail.kind === 'mail' ? { ...what.detail.head, ...(await threadHeaders(w, what)) } : null,
    replyToken,
    authorName: what.authorName,
  };
}

/** The files of a message in their order; a file's bytes are only read when the channel wants them. */
async function filesOf(w: Writing, store: FileStore, messageId: MessageRecord['id']): Promise<OutgoingFile[]> {
  const rows = await w.tx
    .select({ name: attachment.name, type: attachment.sniffedType, size: attachment.size, path: blob.path })
    .from(attachment)
    .innerJoin(blob, eq(blob.sha256, attachment.sha256))
    .where(eq(attachment.messageId, messageId))
    .orderBy(asc(attachment.id));
  return rows.map(({ path, ...file }) => ({ ...file, read: () => store.get(path) }));
}

/** In-Reply-To and References: the mails of this conversation, oldest first. */
async function threadHeaders(
  w: Writing,
  what: MessageRecord,
): Promise<{ inReplyTo: string | null; references: string[] }> {
  const rows = await w.tx
    .select({ externalId: message.externalId, direction: message.direction, seq: message.seq })
    .from(message)
    .where(and(eq(message.conversationId, what.conversationId), inArray(message.direction, ['in', 'out'])))
    .orderBy(asc(message.seq));
  // Only what looks like a Message-ID: an offline form has another id and cannot be referred to.
  const earlier = rows.filter(
    (row) => row.seq < what.seq && row.externalId !== null && /^<[^<>\s]+>$/.test(row.externalId),
  );
  const lastIn = earlier.findLast((row) => row.direction === 'in') ?? earlier.at(-1);
  return {
    inReplyTo: lastIn?.externalId ?? null,
    references: earlier.slice(-REFERENCES).map((row) => row.externalId ?? ''),
  };
}
