/** `conversations.setStatus`: orders a status, such as resolved or pending. The server decides. */
import { type ConversationStatus, mayMoveStatus } from '../../../shared/domain/conversation.ts';
import type { CommandId, ConversationId } from '../../../shared/domain/ids.ts';
import type { Desk } from '../desk.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { Refused } from '../refused.ts';
import { getPredicted, lastSeqHere } from './get-conversation.ts';

type Input = { conversationId: ConversationId; status: ConversationStatus };

/** Says which status the agent saw. Refused with `not-found`, and with `not-allowed` for a move that no rule allows. */
export function setStatus(desk: Desk, { conversationId, status }: Input): { commandId: CommandId } {
  const seenStatus = getPredicted(desk, conversationId).status;
  if (seenStatus !== status && !mayMoveStatus(seenStatus, status)) {
    throw new Refused('not-allowed', `a conversation that is ${seenStatus} cannot become ${status}`, 'status');
  }
  const seenSeq = lastSeqHere(desk.cache.reader, conversationId);
  return { commandId: enqueue(desk, { kind: 'conversation.setStatus', conversationId, status, seenStatus, seenSeq }) };
}
