/**
 * Decides about what changes a conversation but says nothing to the customer: owner, status, read mark.
 * Compare-and-set for owner and status: the first commit wins and the loser is told.
 */
import { and, count, eq, gt } from 'drizzle-orm';
import type { VerdictReason } from '../../shared/domain/command.ts';
import { isOpen, mayMoveStatus } from '../../shared/domain/conversation.ts';
import type { ConversationId } from '../../shared/domain/ids.ts';
import { agent, message } from '../db/schema.ts';
import type { Writing } from '../db/write.ts';
import type { DecideCommand, Decision } from '../sync/decide-command.ts';
import { addEvent, findConversation, setConversation } from './add-message.ts';
import type { ConversationChanges } from './conversation-changes.ts';

const applied: Decision = { outcome: 'applied' };
const review = (reason: VerdictReason): Decision => ({ outcome: 'needsReview', reason });
const refuse = (reason: VerdictReason): Decision => ({ outcome: 'refused', reason });

/** An owner must be an active agent of the queue; what is already so is applied without a trace. */
export const decideAssign: DecideCommand<'conversation.assign'> = async (w, by, { body }) => {
  const found = await findConversation(w, body.conversationId);
  if (!found) return refuse('not-found');
  if (found.assigneeId === body.assigneeId) return applied;
  if (found.assigneeId !== body.seenAssigneeId) return refuse('state-changed');
  let to = '';
  if (body.assigneeId !== null) {
    const [owner] = await w.tx.select().from(agent).where(eq(agent.id, body.assigneeId));
    if (!owner || owner.state !== 'active' || owner.workspaceId !== found.workspaceId) return refuse('not-found');
    if (!owner.queueIds.includes(found.queueId)) return refuse('not-allowed');
    to = owner.displayName;
  }
  const after = await setConversation(w, found.id, {
    assigneeId: body.assigneeId,
    status: body.assigneeId !== null && found.status === 'new' ? 'inProgress' : found.status,
  });
  await addEvent(w, after, body.assigneeId === null ? 'released' : 'assigned', by.displayName, {
    to,
    byAgentId: by.id,
  });
  return applied;
};

/**
 * A status counts as seen also when only the agent's own answer moved it from new to in progress. Ending what somebody
 * else has ended changes nothing and is no conflict.
 */
export function decideStatus(changes: ConversationChanges): DecideCommand<'conversation.setStatus'> {
  return async (w, by, { body }) => {
    const found = await findConversation(w, body.conversationId);
    if (!found) return refuse('not-found');
    if (found.status === body.status) return applied;
    const isAsSeen = found.status === body.seenStatus || (found.status === 'inProgress' && body.seenStatus === 'new');
    if (!isAsSeen || !mayMoveStatus(found.status, body.status)) return refuse('state-changed');
    const ends = !isOpen(body.status);
    // Ordered without a line, perhaps hours ago: what the customer wrote since would be put away unread.
    const putsAway = ends || body.status === 'pending';
    if (putsAway && body.seenSeq !== undefined && found.lastInSeq > body.seenSeq) return review('thread-moved-on');
    const after = await setConversation(w, found.id, {
      status: body.status,
      resolvedAt: ends ? w.now : null,
      // Nobody waits for an answer while it waits for the customer or has ended.
      ...(ends || body.status === 'pending' ? { dueAt: null, firstUnansweredAt: null } : {}),
      ...(ends ? { readSeq: found.lastInSeq, unreadCount: 0 } : {}),
    });
    await addEvent(w, after, isOpen(found.status) ? body.status : 'reopened', by.displayName);
    w.afterCommit(() => {
      changes.tell(found.channelAccountId, {
        what: 'status',
        threadId: found.externalThreadId,
        conversationId: found.id,
        isOpen: !ends,
      });
    });
    return applied;
  };
}

/** Read marks only go forward; the customer's page hears of it. */
export function decideMarkRead(changes: ConversationChanges): DecideCommand<'conversation.markRead'> {
  return async (w, _by, { body }) => {
    const found = await findConversation(w, body.conversationId);
    if (!found) return refuse('not-found');
    const upToSeq = Math.min(body.upToSeq, found.lastSeq);
    if (upToSeq <= found.readSeq) return applied;
    const unreadCount = upToSeq >= found.lastInSeq ? 0 : await countUnread(w, found.id, upToSeq);
    await setConversation(w, found.id, { readSeq: upToSeq, unreadCount });
    w.afterCommit(() => {
      changes.tell(found.channelAccountId, {
        what: 'read',
        threadId: found.externalThreadId,
        conversationId: found.id,
        upToSeq,
      });
    });
    return applied;
  };
}

async function countUnread(w: Writing, conversationId: ConversationId, afterSeq: number): Promise<number> {
  const [row] = await w.tx
    .select({ unread: count() })
    .from(message)
    .where(and(eq(message.conversationId, conversationId), eq(message.direction, 'in'), gt(message.seq, afterSeq)));
  return row?.unread ?? 0;
}
