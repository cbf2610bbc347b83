/** When the inbox changes by itself: the next conversation that becomes overdue or due soon, or the end of the day. */
import { SOON_MS } from '../../../shared/domain/conversation.ts';
import type { Desk } from '../desk.ts';
import { today } from './today.ts';

/** Server time (epoch ms) at which the groups must be worked out again. */
export function nextInboxChange(desk: Desk): number {
  const { now, endOfToday } = today(desk);
  const after = (at: number) =>
    desk.cache.reader.value<number>(
      'select order_key from conversation indexed by conversation_everyone where bucket = 0 and order_key >= ? order by bucket, order_key limit 1',
      at,
    );
  const overdue = after(now);
  const soon = after(now + SOON_MS + 1);
  // `urgencyOf`: overdue when due < now, so one millisecond after the due time; soon from due - SOON_MS on.
  return Math.min(
    overdue === undefined ? Infinity : overdue + 1,
    soon === undefined ? Infinity : soon - SOON_MS,
    endOfToday + 1,
  );
}
