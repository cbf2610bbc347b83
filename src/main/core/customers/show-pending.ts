/** Shows the replies and notes that wait in the outbox as entries of the timeline, until their message has come back. */
import type { TimelineEntry } from '../../../shared/console-shapes.ts';
import { findRow } from '../db/find-row.ts';
import type { Desk } from '../desk.ts';
import { bytesUp } from '../files/outgoing-files.ts';
import type { OutboxItem } from '../outbox/outbox-state.ts';

type PendingEntry = Extract<TimelineEntry, { kind: 'pending' }>;

/** Entries in the order in which the agent wrote them. An item whose message is already there is not shown twice. */
export function showPending(desk: Desk, waiting: readonly OutboxItem[]): PendingEntry[] {
  const cache = desk.cache.reader;
  return waiting.flatMap((item): PendingEntry[] => {
    const { body } = item;
    if (body.kind !== 'reply.send' && body.kind !== 'note.add') return [];
    if (cache.value('select 1 from message where id = ?', body.messageId) !== undefined) return [];
    return [
      {
        kind: 'pending',
        at: item.composedAt,
        id: body.messageId,
        commandId: item.commandId as PendingEntry['commandId'],
        conversationId: body.conversationId,
        channel: findRow(cache, 'conversation', body.conversationId)?.channel ?? 'other',
        what: body.kind === 'reply.send' ? 'reply' : 'note',
        text: body.text,
        files: body.kind === 'reply.send' ? (body.files ?? []) : [],
        bytesUp: bytesUp(desk.outbox.reader, body.messageId),
        mail: body.kind === 'reply.send' ? body.mail : null,
        state: item.state,
        reason: item.reason,
        holdUntil: item.holdUntil !== null && item.holdUntil > desk.clock.now() ? item.holdUntil : null,
      },
    ];
  });
}
