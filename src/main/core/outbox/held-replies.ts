/** Replies that wait some seconds on this device, so that whoever sent them can take them back. */
import type { Reader } from '../db/connection.ts';
import type { Desk } from '../desk.ts';
import { Refused } from '../refused.ts';
import { touchItem, writeOutbox } from './enqueue.ts';
import { findItem } from './outbox-state.ts';

/** Longest hold, in ms. What seems to be held for longer was written before the clock was put back: it goes. */
export const LONGEST_HOLD_MS = 30_000;

/**
 * SQL of the outbox's own table: whether a hold keeps an order back. What was ordered after a held reply in its
 * conversation waits with it; read marks wait for nothing. Takes now twice, in epoch ms of this device.
 */
export const WAITS_FOR_HOLD = `outbox.kind <> 'conversation.markRead' and exists (
  select 1 from outbox as held where held.state = 'queued' and held.conversation_id = outbox.conversation_id
    and held.n <= outbox.n and held.hold_until > ? and held.hold_until <= ? + ${LONGEST_HOLD_MS})`;

/** When the next hold ends, in epoch ms of this device; undefined when nothing is held. */
export function nextHoldEnd(outbox: Reader, now: number): number | undefined {
  return (
    outbox.value<number>(
      `select min(hold_until) from outbox where state = 'queued' and hold_until > ? and hold_until <= ? + ${LONGEST_HOLD_MS}`,
      now,
      now,
    ) ?? undefined
  );
}

/** `outbox.sendNow`: ends the hold of a reply. Refused with `not-found` when it is not in the outbox any more. */
export function sendNow(desk: Desk, { commandId }: { commandId: string }): { ok: true } {
  writeOutbox(desk, (writer, touch) => {
    const item = findItem(desk.outbox.reader, commandId);
    if (!item) throw new Refused('not-found', 'this order is not in the outbox any more', 'commandId');
    writer.run('update outbox set hold_until = null where n = ?', item.n);
    touchItem(touch, item.conversationId, item.customerId);
  });
  desk.line.outboxChanged();
  return { ok: true };
}
