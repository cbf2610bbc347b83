/** Decides about internal notes: a new one always goes in; one that is written anew must have been seen as it stands. */
import { and, eq } from 'drizzle-orm';
import { auditEvent, conversation, message } from '../db/schema.ts';
import type { DecideCommand } from '../sync/decide-command.ts';
import { addMessage, findConversation, previewOf, setConversation } from './add-message.ts';

/** A memo always goes in: two of them never conflict. */
export const decideNote: DecideCommand<'note.add'> = async (w, by, { body, composedAt }) => {
  const found = await findConversation(w, body.conversationId);
  if (!found) return { outcome: 'refused', reason: 'not-found' };
  await addMessage(w, found, {
    id: body.messageId,
    direction: 'note',
    visibility: 'internal',
    authorKind: 'agent',
    authorId: by.id,
    authorName: by.displayName,
    text: body.text,
    detail: { kind: 'text' },
    sentAt: composedAt,
  });
  return { outcome: 'applied' };
};

/**
 * Writes a note anew. When somebody else has done so since this agent looked, theirs stays and the new text stays in its
 * author's outbox until a person has chosen: neither copy is ever lost.
 */
export const decideNoteEdit: DecideCommand<'note.edit'> = async (w, by, { body }) => {
  const [found] = await w.tx
    .select()
    .from(message)
    .where(and(eq(message.id, body.messageId), eq(message.conversationId, body.conversationId)));
  if (!found || found.direction !== 'note' || found.redactedAt !== null) {
    return { outcome: 'refused', reason: 'not-found' };
  }
  if (found.text === body.text) return { outcome: 'applied' };
  if (found.text !== body.seenText) return { outcome: 'needsReview', reason: 'edited-meanwhile' };
  await w.tx
    .update(message)
    .set({ text: body.text, editedAt: w.now, editedByName: by.displayName })
    .where(eq(message.id, found.id));
  w.append('message', [found.id]);
  const [of] = await w.tx.select().from(conversation).where(eq(conversation.id, found.conversationId));
  if (of?.previewDirection === 'note' && of.preview === previewOf(found.text, found.detail)) {
    await setConversation(w, of.id, { preview: previewOf(body.text, found.detail) });
  }
  await w.tx
    .insert(auditEvent)
    .values({ id: w.newId(), at: w.now, agentId: by.id, what: 'note.edited', target: found.id });
  return { outcome: 'applied' };
};
