/** Decides what becomes of a message that failed or whose fate nobody knows, when a person has said it. */
import { eq } from 'drizzle-orm';
import type { VerdictReason } from '../../shared/domain/command.ts';
import { message, outbound } from '../db/schema.ts';
import type { DecideCommand, Decision } from '../sync/decide-command.ts';
import type { ConversationChanges } from './conversation-changes.ts';
import { moveTo } from './move-delivery.ts';

const refuse = (reason: VerdictReason): Decision => ({ outcome: 'refused', reason });

/** @param wake tells the dispatcher after the commit that this conversation has something to send */
export function decideMessage(
  changes: ConversationChanges,
  wake: (conversationId: string) => void,
): DecideCommand<'message.decide'> {
  return async (w, _by, { body }) => {
    const [found] = await w.tx.select().from(message).where(eq(message.id, body.messageId));
    if (!found || found.conversationId !== body.conversationId) return refuse('not-found');
    const [waiting] = await w.tx.select().from(outbound).where(eq(outbound.messageId, found.id));
    if (!waiting) return refuse('not-found');
    if (
      found.deliveryState !== 'failed' &&
      found.deliveryState !== 'needsReview' &&
      found.deliveryState !== 'refused'
    ) {
      return refuse('already-decided');
    }
    switch (body.decision) {
      case 'sendAgain':
        await w.tx
          .update(outbound)
          // A new attempt is a new order to the provider: the old key would be answered with "already sent".
          .set({
            state: 'queued',
            attempt: waiting.attempt + 1,
            tries: 0,
            idempotencyKey: w.newId(),
            usedReplyToken: false,
            notBefore: null,
            lastError: null,
            updatedAt: w.now,
          })
          .where(eq(outbound.messageId, found.id));
        await moveTo(w, changes, found, 'queued', null);
        w.afterCommit(() => wake(found.conversationId));
        break;
      case 'countAsSent':
        await w.tx.update(outbound).set({ state: 'done', updatedAt: w.now }).where(eq(outbound.messageId, found.id));
        await moveTo(w, changes, found, 'sent', null);
        break;
      case 'discard':
        await w.tx
          .update(outbound)
          .set({ state: 'discarded', updatedAt: w.now })
          .where(eq(outbound.messageId, found.id));
        await moveTo(w, changes, found, 'refused', 'discarded');
        break;
    }
    return { outcome: 'applied' };
  };
}
