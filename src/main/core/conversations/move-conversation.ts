/** `conversations.move`: orders that a conversation goes to another queue. The server decides. */
import type { CommandId, ConversationId, QueueId } from '../../../shared/domain/ids.ts';
import type { Desk } from '../desk.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { getPredicted } from './get-conversation.ts';

type Input = { conversationId: ConversationId; queueId: QueueId };

/** Says in which queue the agent saw it, so that the loser of two can be told. Refused with `not-found`. */
export function moveConversation(desk: Desk, { conversationId, queueId }: Input): { commandId: CommandId } {
  const seenQueueId = getPredicted(desk, conversationId).queueId;
  return { commandId: enqueue(desk, { kind: 'conversation.move', conversationId, queueId, seenQueueId }) };
}
