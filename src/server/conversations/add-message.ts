/**
 * The one way in which a message enters a conversation: gives it its place, moves the conversation's figures, appends both
 * to the feed. Decides nothing: whether the message may be there was decided before.
 */
import { and, asc, eq, gt } from 'drizzle-orm';
import { isOpen } from '../../shared/domain/conversation.ts';
import type { ConversationId, MessageId } from '../../shared/domain/ids.ts';
import type { DeliveryState, Direction, Visibility } from '../../shared/domain/message.ts';
import type { MessageDetail } from '../../shared/domain/rows.ts';
import { replyDueAt } from '../../shared/domain/sla.ts';
import { conversation, message, queue } from '../db/schema.ts';
import type { Writing } from '../db/write.ts';

export type ConversationRecord = typeof conversation.$inferSelect;

export type NewMessage = {
  id: MessageId;
  direction: Direction;
  visibility: Visibility;
  authorKind: 'customer' | 'agent' | 'system';
  authorId: string | null;
  authorName: string;
  text: string;
  html?: string | null;
  detail: MessageDetail;
  /** Provider's or device's time; the server's own is added. */
  sentAt: number;
  externalId?: string | null;
  clientMessageId?: string | null;
  answersExternalIds?: string[];
  /** A machine wrote it: it stands there to be read, but nobody waits for an answer. */
  isAutomatic?: boolean;
  deliveryState?: DeliveryState | null;
};

/** @property seenSeq of an answer: the last `seq` that its author saw. What the customer wrote after it stays unanswered. */
export type Seen = { seenSeq?: number };

/** Longest preview in an inbox row, in UTF-16 units. */
const PREVIEW = 120;

/** @returns the conversation as it stands after the message, and the message's `seq` */
export async function addMessage(
  w: Writing,
  before: ConversationRecord,
  draft: NewMessage,
  { seenSeq = before.lastInSeq }: Seen = {},
): Promise<{ conversation: ConversationRecord; seq: number }> {
  const seq = before.lastSeq + 1;
  await w.tx.insert(message).values({
    ...draft,
    conversationId: before.id,
    customerId: before.customerId,
    channel: before.channel,
    channelAccountId: before.channelAccountId,
    seq,
    receivedAt: w.now,
    deliveryAt: draft.deliveryState ? w.now : null,
  });
  const [after] = await w.tx
    .update(conversation)
    .set({ lastSeq: seq, lastActivityAt: w.now, ...(await figuresAfter(w, before, draft, seq, seenSeq)) })
    .where(eq(conversation.id, before.id))
    .returning();
  if (!after) throw new Error('the conversation vanished while it was written');
  w.append('message', [draft.id]);
  w.append('conversation', [before.id]);
  return { conversation: after, seq };
}

async function figuresAfter(
  w: Writing,
  before: ConversationRecord,
  draft: NewMessage,
  seq: number,
  seenSeq: number,
): Promise<Partial<ConversationRecord>> {
  const preview = { preview: previewOf(draft.text, draft.detail), previewDirection: draft.direction };
  switch (draft.direction) {
    case 'in': {
      const arrived = { ...preview, lastInSeq: seq, lastInAt: w.now, unreadCount: before.unreadCount + 1 };
      if (draft.isAutomatic) return isOpen(before.status) ? arrived : { ...arrived, unreadCount: 0, readSeq: seq };
      const firstUnansweredAt = before.firstUnansweredAt ?? w.now;
      const [owner] = await w.tx
        .select({ targets: queue.replyTargets })
        .from(queue)
        .where(eq(queue.id, before.queueId));
      return {
        ...arrived,
        firstUnansweredAt,
        dueAt: replyDueAt(owner?.targets ?? {}, before.channel, firstUnansweredAt),
        status:
          before.status === 'new'
            ? 'new'
            : before.assigneeId
              ? 'inProgress'
              : isOpen(before.status)
                ? 'inProgress'
                : 'new',
        resolvedAt: null,
      };
    }
    case 'out':
      return {
        ...preview,
        lastOutAt: w.now,
        status: 'inProgress',
        resolvedAt: null,
        ...(seenSeq >= before.lastInSeq
          ? { readSeq: before.lastInSeq, unreadCount: 0, firstUnansweredAt: null, dueAt: null }
          : await figuresOfUnseen(w, before, seenSeq)),
      };
    case 'note':
      return preview;
    case 'system':
      return {};
  }
}

/** The customer wrote while the answer was on its way: its author has not read that, and somebody must still answer it. */
async function figuresOfUnseen(
  w: Writing,
  before: ConversationRecord,
  seenSeq: number,
): Promise<Partial<ConversationRecord>> {
  const readSeq = Math.max(before.readSeq, seenSeq);
  const unseen = await w.tx
    .select({ seq: message.seq, receivedAt: message.receivedAt })
    .from(message)
    .where(and(eq(message.conversationId, before.id), eq(message.direction, 'in'), gt(message.seq, seenSeq)))
    .orderBy(asc(message.seq));
  const firstUnansweredAt = unseen[0]?.receivedAt ?? w.now;
  const [owner] = await w.tx.select({ targets: queue.replyTargets }).from(queue).where(eq(queue.id, before.queueId));
  return {
    readSeq,
    unreadCount: unseen.filter((one) => one.seq > readSeq).length,
    firstUnansweredAt,
    dueAt: replyDueAt(owner?.targets ?? {}, before.channel, firstUnansweredAt),
  };
}

/** What an inbox row says of its last message. Pictures stand for what has no words, so that it needs no language. */
export function previewOf(words: string, detail: NewMessage['detail']): string {
  const text = words.replaceAll(/\s+/g, ' ').trim();
  if (text) return text.slice(0, PREVIEW);
  switch (detail.kind) {
    case 'sticker':
      return '🙂';
    case 'image':
      return '🖼';
    case 'file':
      return '📎';
    case 'mail':
      return detail.head.subject.slice(0, PREVIEW);
    case 'text':
    case 'event':
      return '';
  }
}

/** Writes a line that tells what happened (`assigned`, `resolved`, `reopened` …); who did it is a name, not an id. */
export async function addEvent(
  w: Writing,
  before: ConversationRecord,
  event: string,
  who: string,
  params: Record<string, string> = {},
): Promise<ConversationRecord> {
  const added = await addMessage(w, before, {
    id: w.newId<MessageId>(),
    direction: 'system',
    visibility: 'internal',
    authorKind: 'system',
    authorId: null,
    authorName: who,
    text: '',
    detail: { kind: 'event', event, who, params },
    sentAt: w.now,
  });
  return added.conversation;
}

/** The conversation, or null. Inside `write()` nobody else can change it before the commit. */
export async function findConversation(w: Writing, conversationId: ConversationId): Promise<ConversationRecord | null> {
  const [row] = await w.tx.select().from(conversation).where(eq(conversation.id, conversationId));
  return row ?? null;
}

/** Sets fields of a conversation and appends it to the feed. */
export async function setConversation(
  w: Writing,
  conversationId: ConversationId,
  fields: Partial<ConversationRecord>,
): Promise<ConversationRecord> {
  const [after] = await w.tx.update(conversation).set(fields).where(eq(conversation.id, conversationId)).returning();
  if (!after) throw new Error('the conversation vanished while it was written');
  w.append('conversation', [conversationId]);
  return after;
}
