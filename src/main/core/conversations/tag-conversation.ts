/** `conversations.tag`: orders which tags come and go. Only the difference travels, so two agents never lose a tag. */
import type { CommandId, ConversationId } from '../../../shared/domain/ids.ts';
import type { Desk } from '../desk.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { getPredicted } from './get-conversation.ts';

type Input = { conversationId: ConversationId; add: string[]; remove: string[] };

/** Refused with `not-found` when this device does not hold the conversation. */
export function tagConversation(desk: Desk, { conversationId, add, remove }: Input): { commandId: CommandId } {
  getPredicted(desk, conversationId);
  return { commandId: enqueue(desk, { kind: 'conversation.tag', conversationId, add, remove }) };
}
