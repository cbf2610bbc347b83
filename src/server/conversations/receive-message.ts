/**
 * A message came in on any channel: finds its customer and its conversation and writes it, all in one transaction, once.
 * Never answers and never sends.
 */
import { and, eq } from 'drizzle-orm';
import type { InboundMessage, Received } from '../channels/channel-adapter.ts';
import { toStorableText } from '../../shared/domain/clean-text.ts';
import type { MessageId } from '../../shared/domain/ids.ts';
import { addAttachments, type StoredFile } from '../attachments/attachments.ts';
import { findAddress, keepClaimedMail, resolveCustomer } from '../customers/resolve-customer.ts';
import { channelAccount, conversation, message } from '../db/schema.ts';
import type { Queries } from '../db/server-database.ts';
import type { Writing } from '../db/write.ts';
import { addEvent, addMessage, type ConversationRecord, setConversation } from './add-message.ts';
import type { ConversationChanges } from './conversation-changes.ts';
import { findOrOpenConversation } from './find-or-open-conversation.ts';

export type AccountRecord = typeof channelAccount.$inferSelect;

/** Longest text that is stored; the rest is in the raw event. Source: `channels.md` §8.8. */
const MAX_TEXT = 100_000;

/**
 * @param files what came with it, already stored (`storeFiles`)
 * @returns where it stands; `isNew` false when it had come before and nothing was changed
 */
export async function receiveMessage(
  w: Writing,
  changes: ConversationChanges,
  account: AccountRecord,
  inbound: InboundMessage,
  files: StoredFile[],
): Promise<Received> {
  const target = await accountFor(w, account, inbound);
  const byMail = target.id !== account.id && inbound.answerByMail !== null;
  // An offline form keeps its own channel's id; the mail account must not mistake it for a Message-ID.
  const externalId = byMail ? `${account.id}:${inbound.externalId}` : inbound.externalId;
  const known = await findKnown(w, target, externalId);
  if (known) return known;
  const author = byMail
    ? { address: inbound.answerByMail, displayName: inbound.author.displayName, isVerified: false }
    : inbound.author;
  const channel = target.channel === 'other' ? 'webChat' : target.channel;
  const customer = await resolveCustomer(w, target.workspaceId, channel, author, inbound.author.address);
  await keepClaimedMail(w, customer.customerId, inbound.author.claimedMail ?? null);
  const found = await findOrOpenConversation(w, {
    accountId: target.id,
    workspaceId: target.workspaceId,
    queueId: target.queueId,
    channel,
    customerId: customer.customerId,
    threadId: inbound.threadId,
    subject: inbound.subject === null ? null : toStorableText(inbound.subject).slice(0, 500),
    visibility: inbound.visibility,
    answersExternalIds: inbound.answersExternalIds,
  });
  const wasEnded = found.status === 'resolved' || found.status === 'noActionNeeded';
  // A machine's answer to what has ended (an absence note, a receipt) revives nothing.
  const isAutomatic = inbound.isAutomatic ?? false;
  const before = wasEnded && !isAutomatic ? await addEvent(w, found, 'reopened', customer.displayName) : found;
  const messageId = w.newId<MessageId>();
  const added = await addMessage(w, before, {
    id: messageId,
    direction: 'in',
    visibility: inbound.visibility,
    authorKind: 'customer',
    authorId: customer.customerId,
    authorName: inbound.author.displayName?.trim() || customer.displayName,
    text: toStorableText(inbound.text.slice(0, MAX_TEXT)),
    html: inbound.html,
    detail:
      isAutomatic && inbound.detail.kind === 'mail'
        ? { ...inbound.detail, head: { ...inbound.detail.head, isAutomatic } }
        : inbound.detail,
    isAutomatic,
    sentAt: inbound.sentAt,
    externalId,
    answersExternalIds: inbound.answersExternalIds,
  });
  await addAttachments(w, messageId, found.id, files);
  await keepReplyToken(w, added.conversation, inbound);
  // No mail account to answer from: the form is kept, and the desk says that nothing can be sent from here.
  if (inbound.answerByMail !== null && !byMail) {
    await keepClaimedMail(w, customer.customerId, inbound.answerByMail);
    await setConversation(w, found.id, { replyWindow: 'closed', replyWindowClosesAt: w.now });
  }
  w.afterCommit(() => {
    changes.tell(target.id, {
      what: 'message',
      threadId: found.externalThreadId,
      conversationId: found.id,
      seq: added.seq,
    });
  });
  return { isNew: true, conversationId: found.id, messageId, seq: added.seq };
}

async function findKnown(w: Writing, account: AccountRecord, externalId: string): Promise<Received | null> {
  const [known] = await w.tx
    .select({ id: message.id, conversationId: message.conversationId, seq: message.seq })
    .from(message)
    .where(and(eq(message.channelAccountId, account.id), eq(message.externalId, externalId)));
  return known ? { isNew: false, conversationId: known.conversationId, messageId: known.id, seq: known.seq } : null;
}

/** An offline form is answered by mail, so it opens on a mail account of the same workspace, if there is one. */
async function accountFor(w: Writing, account: AccountRecord, inbound: InboundMessage): Promise<AccountRecord> {
  if (inbound.answerByMail === null || account.channel === 'mail') return account;
  const [mail] = await w.tx
    .select()
    .from(channelAccount)
    .where(and(eq(channelAccount.workspaceId, account.workspaceId), eq(channelAccount.channel, 'mail')))
    .orderBy(channelAccount.id)
    .limit(1);
  return mail ?? account;
}

async function keepReplyToken(w: Writing, after: ConversationRecord, inbound: InboundMessage): Promise<void> {
  if (!inbound.replyToken) return;
  await setConversation(w, after.id, {
    replyToken: inbound.replyToken.value,
    replyTokenExpiresAt: inbound.replyToken.expiresAt,
    replyWindow: 'lineReplyToken',
    replyWindowClosesAt: inbound.replyToken.expiresAt,
  });
}

/** The customer's address for an answer in this conversation; null when it was never known. */
export async function addressOfCustomer(w: Writing, of: ConversationRecord): Promise<string | null> {
  const channel = of.channel;
  if (channel === 'other') return null;
  if (channel === 'webChat' || channel === 'line') return of.externalThreadId;
  return (await findAddress(w, of.customerId, channel))?.address ?? null;
}

/** A conversation by its provider's thread, the newest first; null when that thread never reached us. */
export async function findByThread(
  queries: Queries,
  accountId: AccountRecord['id'],
  threadId: string,
): Promise<ConversationRecord | null> {
  const rows = await queries
    .select()
    .from(conversation)
    .where(and(eq(conversation.channelAccountId, accountId), eq(conversation.externalThreadId, threadId)));
  return rows.sort((a, b) => b.openedAt - a.openedAt)[0] ?? null;
}
