/** Decides about what an agent adds to a call: notes during it, code and note after it. Both may have been written offline. */
import { and, eq } from 'drizzle-orm';
import type { VerdictReason } from '../../shared/domain/command.ts';
import { call, callNote, wrapUpCode } from '../db/schema.ts';
import type { DecideCommand, Decision } from '../sync/decide-command.ts';
import { findConversation, setConversation } from '../conversations/add-message.ts';

const applied: Decision = { outcome: 'applied' };
const refuse = (reason: VerdictReason): Decision => ({ outcome: 'refused', reason });

/** A note always goes in, also after the call. */
export const decideCallNote: DecideCommand<'callNote.add'> = async (w, by, { body }) => {
  const [of] = await w.tx.select().from(call).where(eq(call.id, body.callId));
  if (!of || of.conversationId !== body.conversationId) return refuse('not-found');
  await w.tx.insert(callNote).values({
    id: body.callNoteId,
    callId: of.id,
    conversationId: of.conversationId,
    text: body.text,
    offsetMs: body.offsetMs,
    authorName: by.displayName,
    createdAt: w.now,
  });
  w.append('callNote', [body.callNoteId]);
  w.append('call', [of.id]);
  return applied;
};

/** The code and note of whoever had the call. An ended wrap-up closes the call; the last commit wins its text. */
export const decideWrapUp: DecideCommand<'call.wrapUp'> = async (w, by, { body }) => {
  const [of] = await w.tx.select().from(call).where(eq(call.id, body.callId));
  if (!of || of.conversationId !== body.conversationId) return refuse('not-found');
  if (of.agentId !== null && of.agentId !== by.id && by.role === 'agent') return refuse('not-allowed');
  if (body.wrapUpCodeId !== null) {
    const [code] = await w.tx
      .select({ id: wrapUpCode.id })
      .from(wrapUpCode)
      .where(and(eq(wrapUpCode.id, body.wrapUpCodeId), eq(wrapUpCode.workspaceId, by.workspaceId)));
    if (!code) return refuse('not-found');
  }
  await w.tx
    .update(call)
    .set({
      wrapUpCodeId: body.wrapUpCodeId,
      wrapUpNote: body.note,
      wrapUpStartedAt: of.wrapUpStartedAt ?? of.endedAt ?? w.now,
      wrapUpEndedAt: body.endedAt === null ? of.wrapUpEndedAt : w.now,
    })
    .where(eq(call.id, of.id));
  w.append('call', [of.id]);
  const found = await findConversation(w, of.conversationId);
  if (found && body.note.trim()) {
    await setConversation(w, found.id, {
      preview: body.note.replaceAll(/\s+/g, ' ').slice(0, 120),
      previewDirection: 'note',
    });
  }
  return applied;
};
