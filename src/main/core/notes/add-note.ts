/** `notes.add`: an internal note goes into the outbox and its draft is done, in one transaction. */
import { newId } from '../../../shared/domain/clock.ts';
import type { CommandId, ConversationId, MessageId } from '../../../shared/domain/ids.ts';
import { getPredicted } from '../conversations/get-conversation.ts';
import type { Desk } from '../desk.ts';
import { finishDraft } from '../drafts/draft-store.ts';
import { append, writeOutbox } from '../outbox/enqueue.ts';

/** Refused with `not-found` when this device does not hold the conversation. */
export function addNote(
  desk: Desk,
  { conversationId, text }: { conversationId: ConversationId; text: string },
): { commandId: CommandId; messageId: MessageId } {
  getPredicted(desk, conversationId);
  const messageId = newId(desk.clock, desk.random) as MessageId;
  const commandId = writeOutbox(desk, (writer, touch) => {
    finishDraft(desk, writer, touch, conversationId, 'note');
    return append(desk, writer, touch, { kind: 'note.add', messageId, conversationId, text });
  });
  desk.line.outboxChanged();
  desk.line.draftsChanged();
  return { commandId, messageId };
}
