/** Decides in which conversation an incoming message stands: the one that it answers, the one that is going on, or a new one. */
import { and, desc, eq, inArray } from 'drizzle-orm';
import { isOpen } from '../../shared/domain/conversation.ts';
import type { Channel } from '../../shared/domain/channel.ts';
import type { ChannelAccountId, ConversationId, CustomerId, QueueId, WorkspaceId } from '../../shared/domain/ids.ts';
import { conversation, message } from '../db/schema.ts';
import type { Writing } from '../db/write.ts';
import type { ConversationRecord } from './add-message.ts';

/**
 * How long after its end a conversation is revived by a customer's next word, in milliseconds. Later the word begins a
 * new one, so that two matters do not stand in one history and the figures of the first stay true.
 */
const REVIVE_WITHIN_MS = 24 * 3_600_000;

export type Arrival = {
  accountId: ChannelAccountId;
  workspaceId: WorkspaceId;
  queueId: QueueId;
  channel: Channel;
  customerId: CustomerId;
  threadId: string;
  subject: string | null;
  visibility: 'public' | 'private';
  answersExternalIds: string[];
};

/** The conversation in which an arrival stands, opened in this transaction when there is none. Fails only when the database does. */
export async function findOrOpenConversation(w: Writing, arrival: Arrival): Promise<ConversationRecord> {
  return (await findAnswered(w, arrival)) ?? (await findGoingOn(w, arrival)) ?? (await openConversation(w, arrival));
}

/** Anyone can guess a Message-ID, so an answer joins a conversation only when it comes from that conversation's customer. */
async function findAnswered(w: Writing, arrival: Arrival): Promise<ConversationRecord | null> {
  if (arrival.answersExternalIds.length === 0) return null;
  const rows = await w.tx
    .select({ externalId: message.externalId, conversation })
    .from(message)
    .innerJoin(conversation, eq(conversation.id, message.conversationId))
    .where(
      and(
        eq(message.channelAccountId, arrival.accountId),
        inArray(message.externalId, arrival.answersExternalIds.slice(0, 100)),
        eq(conversation.customerId, arrival.customerId),
      ),
    );
  for (const externalId of arrival.answersExternalIds) {
    const answered = rows.find((row) => row.externalId === externalId);
    if (answered) return answered.conversation;
  }
  return null;
}

async function findGoingOn(w: Writing, arrival: Arrival): Promise<ConversationRecord | null> {
  const [latest] = await w.tx
    .select()
    .from(conversation)
    .where(
      and(
        eq(conversation.channelAccountId, arrival.accountId),
        eq(conversation.externalThreadId, arrival.threadId),
        eq(conversation.customerId, arrival.customerId),
      ),
    )
    .orderBy(desc(conversation.openedAt))
    .limit(1);
  if (!latest) return null;
  if (isOpen(latest.status)) return latest;
  return w.now - (latest.resolvedAt ?? latest.lastActivityAt) <= REVIVE_WITHIN_MS ? latest : null;
}

/** Opens a new conversation with the next number and no message. Fails only when the database does. */
export async function openConversation(
  w: Writing,
  arrival: Omit<Arrival, 'answersExternalIds'>,
): Promise<ConversationRecord> {
  const [opened] = await w.tx
    .insert(conversation)
    .values({
      id: w.newId<ConversationId>(),
      workspaceId: arrival.workspaceId,
      channelAccountId: arrival.accountId,
      channel: arrival.channel,
      customerId: arrival.customerId,
      queueId: arrival.queueId,
      number: await w.nextConversationNumber(),
      subject: arrival.subject,
      visibility: arrival.visibility,
      openedAt: w.now,
      lastActivityAt: w.now,
      externalThreadId: arrival.threadId,
    })
    .returning();
  if (!opened) throw new Error('the conversation was not written');
  w.append('conversation', [opened.id]);
  return opened;
}
