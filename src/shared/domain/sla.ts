/** When an answer is due. Calendar clock for now: business hours are a setting of the queue that comes with calendars. */
import type { ChannelOnWire } from './channel.ts';

/** Minutes in which a queue wants a customer answered, by channel; a channel that is absent has no target. */
export type ReplyTargets = Partial<Record<ChannelOnWire, number>>;

/**
 * When the conversation's next answer is due, in epoch ms, or null when nobody waits.
 * The clock starts with the first customer message that has no answer yet: a second message does not push it out.
 * @param firstUnansweredAt server time of that message
 */
export function replyDueAt(
  targets: ReplyTargets,
  channel: ChannelOnWire,
  firstUnansweredAt: number | null,
): number | null {
  const minutes = targets[channel];
  if (firstUnansweredAt === null || minutes === undefined) return null;
  return firstUnansweredAt + minutes * 60_000;
}
