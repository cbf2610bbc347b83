/**
 * Decides about a reply: may it go out as the agent meant it, or has the thread moved on? What may go is written with its
 * place in the dispatch queue; the sending itself is `dispatch/`.
 */
import { and, eq, gt, ne } from 'drizzle-orm';
import { addAttachments } from '../attachments/attachments.ts';
import { markUploadsUsed, takeUploads } from '../attachments/uploads.ts';
import { faultOfFiles } from '../../shared/domain/file.ts';
import { limitsOf } from '../../shared/domain/channel.ts';
import { isOpen, STALE_REPLY_MS } from '../../shared/domain/conversation.ts';
import type { VerdictReason } from '../../shared/domain/command.ts';
import type { MessageDetail } from '../../shared/domain/rows.ts';
import { channelAccount, message, outbound } from '../db/schema.ts';
import type { Writing } from '../db/write.ts';
import type { Decision, DecideCommand, OrderingAgent } from '../sync/decide-command.ts';
import { addEvent, addMessage, type ConversationRecord, findConversation, setConversation } from './add-message.ts';
import type { ConversationChanges } from './conversation-changes.ts';
import { addressOfCustomer } from './receive-message.ts';
import type { replySendSchema } from '../../shared/domain/command.ts';
import type { z } from 'zod';

type ReplySend = z.output<typeof replySendSchema>;

/** A reply that waited longer than this before it came here is stopped when the customer wrote meanwhile, in ms. */
const WAITED_MS = 60_000;

const applied: Decision = { outcome: 'applied' };
const review = (reason: VerdictReason): Decision => ({ outcome: 'needsReview', reason });
const refuse = (reason: VerdictReason): Decision => ({ outcome: 'refused', reason });

/** @param wake tells the dispatcher after the commit that this conversation has something to send */
export function decideReply(
  changes: ConversationChanges,
  wake: (conversationId: string) => void,
): DecideCommand<'reply.send'> {
  return async (w, by, { body, composedAt }) => {
    const found = await findConversation(w, body.conversationId);
    if (!found) return refuse('not-found');
    const stopped = refusalOf(found, body) ?? (await reviewOf(w, found, by, body, composedAt));
    if (stopped) return stopped;
    const sent = body.files ?? [];
    const files = await takeUploads(w, by.id, sent);
    if (files === 'file-missing') return review(files);
    if (files === 'file-not-allowed') return refuse(files);
    const revived = await takeUp(w, found, by);
    const detail = await detailOf(w, revived, body);
    const draft = {
      id: body.messageId,
      direction: 'out',
      visibility: revived.visibility,
      authorKind: 'agent',
      authorId: by.id,
      authorName: by.displayName,
      text: body.text,
      detail,
      sentAt: composedAt,
      deliveryState: 'queued',
    } as const;
    const added = await addMessage(w, revived, draft, { seenSeq: body.seenSeq });
    await addAttachments(w, body.messageId, found.id, files);
    await markUploadsUsed(w, sent);
    await w.tx.insert(outbound).values({
      messageId: body.messageId,
      accountId: found.channelAccountId,
      state: 'queued',
      // A UUID that lasts as long as this attempt: LINE's retry key and the left part of the Message-ID.
      idempotencyKey: body.messageId,
      createdAt: w.now,
      updatedAt: w.now,
    });
    w.afterCommit(() => {
      changes.tell(found.channelAccountId, {
        what: 'message',
        threadId: found.externalThreadId,
        conversationId: found.id,
        seq: added.seq,
      });
      wake(found.id);
    });
    return applied;
  };
}

function refusalOf(found: ConversationRecord, body: ReplySend): Decision | null {
  const limits = limitsOf(found.channel);
  if (!limits.canReply) return refuse('channel-cannot-send');
  const files = body.files ?? [];
  if (body.text === '' && files.length === 0) return refuse('bad-input');
  if (faultOfFiles(limits, files) !== null) return refuse('file-not-allowed');
  if (limits.maxCharacters !== null && body.text.length > limits.maxCharacters) return refuse('text-too-long');
  if (found.replyWindow === 'closed') return refuse('channel-window-over');
  return null;
}

/** What a person must look at first. The command carries what the agent had seen, so no clock decides but for great age. */
async function reviewOf(
  w: Writing,
  found: ConversationRecord,
  by: OrderingAgent,
  body: ReplySend,
  composedAt: number,
): Promise<Decision | null> {
  if (!isOpen(found.status) && isOpen(body.seenStatus)) return review('conversation-resolved');
  // The server was restored from an older copy: what the agent answered may not be here any more.
  if (body.seenSeq > found.lastSeq) return review('thread-moved-on');
  if (found.assigneeId !== null && found.assigneeId !== by.id && (await wasTakenAway(w, found, by, body.seenSeq))) {
    return review('not-yours-any-more');
  }
  const [answeredByOther] = await w.tx
    .select({ seq: message.seq })
    .from(message)
    .where(
      and(
        eq(message.conversationId, found.id),
        gt(message.seq, body.seenSeq),
        eq(message.direction, 'out'),
        ne(message.authorId, by.id),
      ),
    )
    .limit(1);
  if (answeredByOther) return review('thread-moved-on');
  const waited = w.now - composedAt;
  if (found.lastInSeq > body.seenSeq && waited > WAITED_MS) return review('thread-moved-on');
  return waited > STALE_REPLY_MS ? review('too-old') : null;
}

/** Somebody else took the conversation after the agent last looked at it, which the agent's screen did not show. */
async function wasTakenAway(
  w: Writing,
  found: ConversationRecord,
  by: OrderingAgent,
  seenSeq: number,
): Promise<boolean> {
  const events = await w.tx
    .select({ detail: message.detail, authorName: message.authorName })
    .from(message)
    .where(and(eq(message.conversationId, found.id), gt(message.seq, seenSeq), eq(message.direction, 'system')));
  return events.some(({ detail, authorName }) => {
    if (detail.kind !== 'event' || detail.event !== 'assigned') return false;
    const byAgentId = detail.params['byAgentId'];
    // Two agents may have one name; lines that were not written by an order of an agent have no id.
    return byAgentId === undefined ? authorName !== by.displayName : byAgentId !== by.id;
  });
}

/** Answering takes a conversation that nobody has, and revives one that has ended. */
async function takeUp(w: Writing, found: ConversationRecord, by: OrderingAgent): Promise<ConversationRecord> {
  let current = found;
  if (!isOpen(current.status)) current = await addEvent(w, current, 'reopened', by.displayName);
  if (current.assigneeId !== null) return current;
  const taken = await setConversation(w, current.id, { assigneeId: by.id });
  return await addEvent(w, taken, 'assigned', by.displayName, { to: by.displayName, byAgentId: by.id });
}

async function detailOf(w: Writing, current: ConversationRecord, body: ReplySend): Promise<MessageDetail> {
  if (current.channel !== 'mail') return { kind: body.text === '' ? 'file' : 'text' };
  const [account] = await w.tx
    .select({ address: channelAccount.address })
    .from(channelAccount)
    .where(eq(channelAccount.id, current.channelAccountId));
  const target = body.mail ?? (await mailDefaults(w, current));
  return {
    kind: 'mail',
    head: { from: account?.address ?? '', ...target, dmarc: null, remotePictures: 0, suspicious: false },
  };
}

/** To whom an answer goes when the agent named nobody: the sender of the last mail, under its subject. */
async function mailDefaults(
  w: Writing,
  current: ConversationRecord,
): Promise<{ to: string[]; cc: string[]; subject: string }> {
  const address = await addressOfCustomer(w, current);
  const subject = current.subject ?? '';
  return { to: address ? [address] : [], cc: [], subject: /^re:/i.test(subject) ? subject : `Re: ${subject}` };
}
