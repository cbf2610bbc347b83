/** Decides that an agent has taken note of a handover. The first who says so stands in the row. */
import { and, eq, isNull } from 'drizzle-orm';
import { handoverNote } from '../db/schema.ts';
import type { DecideCommand } from '../sync/decide-command.ts';

export const decideAcknowledgeHandover: DecideCommand<'handoverNote.acknowledge'> = async (w, by, { body }) => {
  const [found] = await w.tx
    .select({ id: handoverNote.id })
    .from(handoverNote)
    .where(eq(handoverNote.id, body.handoverNoteId));
  if (!found) return { outcome: 'refused', reason: 'not-found' };
  await w.tx
    .update(handoverNote)
    .set({ acknowledgedByName: by.displayName, acknowledgedAt: w.now })
    .where(and(eq(handoverNote.id, body.handoverNoteId), isNull(handoverNote.acknowledgedAt)));
  w.append('handoverNote', [body.handoverNoteId]);
  return { outcome: 'applied' };
};
