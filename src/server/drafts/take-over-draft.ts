/** A lead goes on with what somebody else has begun: who and when stands in the draft and in the audit, the words are kept. */
import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import type { takenOverDraftSchema } from '../../shared/draft-asks.ts';
import { auditEvent, draft } from '../db/schema.ts';
import type { Writing } from '../db/write.ts';
import type { OrderingAgent } from '../sync/decide-command.ts';
import { keepVersion } from './keep-drafts.ts';
import { leadsIn } from './read-drafts.ts';

/**
 * The first lead has it; the same lead may ask again, for the answer may have been lost. Null when there is no such draft
 * or this agent does not lead there: nobody learns of a draft by asking.
 */
export async function takeOverDraft(
  w: Writing,
  by: OrderingAgent,
  draftId: string,
): Promise<z.output<typeof takenOverDraftSchema> | null> {
  const [found] = await w.tx.select().from(draft).where(eq(draft.id, draftId));
  if (!found || found.agentId === by.id || !(await leadsIn(w.tx, by, found.conversationId))) return null;
  if (found.takenOverById !== null && found.takenOverById !== by.id) {
    return { isTaken: false, byName: found.takenOverByName ?? '' };
  }
  if (found.takenOverById === null) {
    await keepVersion(w, found);
    await w.tx
      .update(draft)
      .set({ takenOverById: by.id, takenOverByName: by.displayName, takenOverAt: w.now })
      .where(eq(draft.id, found.id));
    w.append('draft', [found.id]);
    await w.tx.insert(auditEvent).values({
      id: w.newId(),
      at: w.now,
      agentId: by.id,
      what: 'draft.takenOver',
      target: found.id,
      after: { authorId: found.agentId, conversationId: found.conversationId },
    });
  }
  const { conversationId, what, text, mail } = found;
  return { isTaken: true, conversationId, what, text, mail };
}
