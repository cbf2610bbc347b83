/** Writes down what became of a sending. The only place that turns a provider's outcome into a state of a message. */
import { eq } from 'drizzle-orm';
import type { SendOutcome } from '../channels/channel-adapter.ts';
import type { MessageId } from '../../shared/domain/ids.ts';
import { hasLeft, mayMoveDelivery } from '../../shared/domain/message.ts';
import { unreachable } from '../../shared/domain/unreachable.ts';
import type { ConversationChanges } from '../conversations/conversation-changes.ts';
import { moveTo } from '../conversations/move-delivery.ts';
import { message, outbound } from '../db/schema.ts';
import type { Writing } from '../db/write.ts';
import type { OutboundRecord } from './next-sending.ts';

/** After this many tries of one attempt a person decides. With the pauses below that is 20 hours; LINE knows a retry key for 24. */
const MOST_TRIES = 18;
/** First pause after a failed try in ms; doubles up to the second number. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 4 * 3_600_000;

/**
 * @returns when the message is to be tried again (epoch ms), or null when this attempt has ended
 */
export async function settleOutcome(
  w: Writing,
  changes: ConversationChanges,
  sending: OutboundRecord,
  outcome: SendOutcome,
): Promise<number | null> {
  const [of] = await w.tx
    .select()
    .from(message)
    .where(eq(message.id, sending.messageId as MessageId));
  const [now] = await w.tx.select().from(outbound).where(eq(outbound.messageId, sending.messageId));
  // A person or a report was faster; what they said stands.
  if (!of || !now || now.state !== 'sending' || now.attempt !== sending.attempt) return null;
  const set = (fields: Partial<OutboundRecord>) =>
    w.tx
      .update(outbound)
      .set({ ...fields, updatedAt: w.now })
      .where(eq(outbound.messageId, sending.messageId));

  // A report overtook the answer, which was lost or late: it is there, and a new try would take its state back.
  if (outcome.outcome !== 'sent' && of.deliveryState !== null && hasLeft(of.deliveryState)) {
    await set({ state: 'done', lastError: null });
    return null;
  }
  switch (outcome.outcome) {
    case 'sent':
      await set({ state: 'done', externalId: outcome.externalId, lastError: null });
      if (outcome.externalId !== null)
        await w.tx.update(message).set({ externalId: outcome.externalId }).where(eq(message.id, of.id));
      // The customer's own page may have said "read" before the provider said "sent".
      if (of.deliveryState && mayMoveDelivery(of.deliveryState, outcome.state))
        await moveTo(w, changes, of, outcome.state, null);
      return null;
    case 'refused':
      await set({ state: 'refused', lastError: outcome.reason });
      await moveTo(w, changes, of, 'failed', outcome.reason);
      return null;
    case 'unknown':
      if (!outcome.hadKey) {
        await set({ state: 'needsReview', lastError: outcome.reason });
        await moveTo(w, changes, of, 'needsReview', outcome.reason);
        return null;
      }
      return await again(w, changes, set, of, sending, outcome.reason, 0);
    case 'retry':
      return await again(w, changes, set, of, sending, outcome.reason, outcome.afterMs);
    default:
      return unreachable(outcome);
  }
}

async function again(
  w: Writing,
  changes: ConversationChanges,
  set: (fields: Partial<OutboundRecord>) => PromiseLike<unknown>,
  of: typeof message.$inferSelect,
  sending: OutboundRecord,
  reason: string,
  atLeastMs: number,
): Promise<number | null> {
  if (sending.tries >= MOST_TRIES) {
    await set({ state: 'failed', lastError: reason });
    await moveTo(w, changes, of, 'failed', reason);
    return null;
  }
  const pause = Math.max(atLeastMs, Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (sending.tries - 1)));
  const notBefore = w.now + pause;
  await set({ state: 'queued', notBefore, lastError: reason });
  await moveTo(w, changes, of, 'queued', reason);
  return notBefore;
}
