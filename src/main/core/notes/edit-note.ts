/** `notes.edit`: orders that an internal note reads otherwise. What its author had seen travels along. */
import type { CommandId, MessageId } from '../../../shared/domain/ids.ts';
import { findRow } from '../db/find-row.ts';
import type { Desk } from '../desk.ts';
import { append, replaceWaiting, writeOutbox } from '../outbox/enqueue.ts';
import { Refused } from '../refused.ts';

type Input = { messageId: MessageId; text: string; seenText: string };

/** `seenText`: the note as it stood when the editing began. Refused with `not-found` when this device does not hold it. */
export function editNote(desk: Desk, { messageId, text, seenText }: Input): { commandId: CommandId } {
  const note = findRow(desk.cache.reader, 'message', messageId);
  if (note?.direction !== 'note') throw new Refused('not-found', 'this note is not on this device', 'messageId');
  const { conversationId } = note;
  const commandId = writeOutbox(desk, (writer, touch) => {
    const before = replaceWaiting(desk, writer, 'note.edit', (body) => body.messageId === messageId);
    const seen = before?.text === seenText ? before.seenText : seenText;
    return append(desk, writer, touch, { kind: 'note.edit', messageId, conversationId, text, seenText: seen });
  });
  desk.line.outboxChanged();
  return { commandId };
}
