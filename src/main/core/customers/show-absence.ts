/** Conversations of which this device lacks a part, as entries of the timeline: each stands where its missing part ended. */
import type { TimelineEntry } from '../../../shared/console-shapes.ts';
import type { Value } from '../db/connection.ts';
import { codecOf } from '../db/row-codec.ts';
import type { Desk } from '../desk.ts';

type AbsentEntry = Extract<TimelineEntry, { kind: 'absent' }>;

const conversations = codecOf('conversation');

/** SQL of one page, newest first; exported so that a test can look at its plan. */
export function absencesSql(by: 'customer_id' | 'conversation_id'): string {
  return `select absence.shown_at, absence.upto, ${conversations.select}
    from absence cross join conversation on conversation.id = absence.conversation_id
    where absence.${by} = ? and (absence.shown_at, absence.conversation_id) < (?, ?)
    order by absence.shown_at desc, absence.conversation_id desc limit 0 + ?`;
}

/**
 * Up to `limit` entries that end before `before`, newest first.
 * @param of the customer or the conversation that the timeline is of
 */
export function readAbsences(
  desk: Desk,
  of: { by: 'customer_id' | 'conversation_id'; id: string },
  before: { at: number; id: string },
  limit: number,
): AbsentEntry[] {
  const position: Value[] = [before.at, before.id];
  return desk.cache.reader.rows(absencesSql(of.by), of.id, ...position, limit).map(([shownAt, upto, ...values]) => {
    const row = conversations.decode(values);
    return {
      kind: 'absent',
      at: Number(shownAt),
      id: row.id,
      conversationId: row.id,
      channel: row.channel,
      subject: row.subject,
      openedAt: row.openedAt,
      lastActivityAt: row.lastActivityAt,
      upto: Number(upto),
    };
  });
}
