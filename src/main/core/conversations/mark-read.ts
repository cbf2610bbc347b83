/** `conversations.markRead`: says how far the agent has read. One waiting mark for each conversation: the furthest. */
import type { ConversationId } from '../../../shared/domain/ids.ts';
import type { Desk } from '../desk.ts';
import { append, touchItem, writeOutbox } from '../outbox/enqueue.ts';
import { getPredicted } from './get-conversation.ts';

/** Orders nothing when the mark would not move. Refused with `not-found`. */
export function markRead(
  desk: Desk,
  { conversationId, upToSeq }: { conversationId: ConversationId; upToSeq: number },
): { ok: true } {
  const now = getPredicted(desk, conversationId);
  if (upToSeq <= now.readSeq) return { ok: true };
  writeOutbox(desk, (writer, touch) => {
    // Never sent, so nobody knows it: the new mark says the same and more.
    writer.run(
      "delete from outbox where conversation_id = ? and kind = 'conversation.markRead' and mid is null",
      conversationId,
    );
    append(desk, writer, touch, { kind: 'conversation.markRead', conversationId, upToSeq });
    touchItem(touch, conversationId, now.customerId);
  });
  desk.line.outboxChanged();
  return { ok: true };
}
