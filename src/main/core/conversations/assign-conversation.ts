/** `conversations.assign`: orders that a conversation belongs to an agent, or to nobody. The server decides. */
import type { AgentId, CommandId, ConversationId } from '../../../shared/domain/ids.ts';
import type { Desk } from '../desk.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { getPredicted } from './get-conversation.ts';

type Input = { conversationId: ConversationId; assigneeId: AgentId | null };

/** Says whom the agent saw as the owner, so that the loser of two can be told. Refused with `not-found`. */
export function assignConversation(desk: Desk, { conversationId, assigneeId }: Input): { commandId: CommandId } {
  const seenAssigneeId = getPredicted(desk, conversationId).assigneeId;
  return { commandId: enqueue(desk, { kind: 'conversation.assign', conversationId, assigneeId, seenAssigneeId }) };
}
