/** Decides where a conversation stands: its queue by compare-and-set, its tags as a set in which nobody loses. */
import { and, eq } from 'drizzle-orm';
import { agent, queue } from '../db/schema.ts';
import type { Writing } from '../db/write.ts';
import type { DecideCommand } from '../sync/decide-command.ts';
import { addEvent, type ConversationRecord, findConversation, setConversation } from './add-message.ts';

/** Most tags of one conversation. */
const MOST_TAGS = 30;

/** An owner who is no member of the new queue lets go: nobody there could reach them. */
export const decideMove: DecideCommand<'conversation.move'> = async (w, by, { body }) => {
  const found = await findConversation(w, body.conversationId);
  if (!found) return { outcome: 'refused', reason: 'not-found' };
  if (found.queueId === body.queueId) return { outcome: 'applied' };
  if (found.queueId !== body.seenQueueId) return { outcome: 'refused', reason: 'state-changed' };
  const [to] = await w.tx
    .select()
    .from(queue)
    .where(and(eq(queue.id, body.queueId), eq(queue.workspaceId, found.workspaceId)));
  if (!to) return { outcome: 'refused', reason: 'not-found' };
  // Before it moves, so that those whom it leaves see the line too.
  const told = await addEvent(w, found, 'moved', by.displayName, { to: to.name, byAgentId: by.id });
  await setConversation(w, found.id, { queueId: to.id, assigneeId: await ownerIn(w, told, to.id) });
  return { outcome: 'applied' };
};

async function ownerIn(
  w: Writing,
  of: ConversationRecord,
  queueId: ConversationRecord['queueId'],
): Promise<ConversationRecord['assigneeId']> {
  if (of.assigneeId === null) return null;
  const [owner] = await w.tx.select({ queueIds: agent.queueIds }).from(agent).where(eq(agent.id, of.assigneeId));
  return owner?.queueIds.includes(queueId) ? of.assigneeId : null;
}

/** What one adds and another takes away apart comes together; of one and the same tag the last commit counts. */
export const decideTag: DecideCommand<'conversation.tag'> = async (w, _by, { body }) => {
  const found = await findConversation(w, body.conversationId);
  if (!found) return { outcome: 'refused', reason: 'not-found' };
  const tags = new Set(found.tags.filter((tag) => !body.remove.includes(tag)));
  for (const tag of body.add) tags.add(tag);
  if (tags.size > MOST_TAGS) return { outcome: 'refused', reason: 'bad-input' };
  const next = [...tags];
  if (next.length === found.tags.length && next.every((tag) => found.tags.includes(tag))) return { outcome: 'applied' };
  await setConversation(w, found.id, { tags: next });
  return { outcome: 'applied' };
};
