/** `replies.decide`: what a person says about a message that failed or whose fate nobody knows. */
import type { CommandId, MessageId } from '../../../shared/domain/ids.ts';
import { findRow } from '../db/find-row.ts';
import type { Desk } from '../desk.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { Refused } from '../refused.ts';

type Input = { messageId: MessageId; decision: 'sendAgain' | 'countAsSent' | 'discard' };

/** Refused with `not-found`, and with `not-allowed` when there is nothing to decide about the message. */
export function decideMessage(desk: Desk, { messageId, decision }: Input): { commandId: CommandId } {
  const message = findRow(desk.cache.reader, 'message', messageId);
  if (!message) throw new Refused('not-found', 'this message is not on this device', 'messageId');
  const state = message.deliveryState;
  if (state !== 'failed' && state !== 'refused' && state !== 'needsReview') {
    throw new Refused('not-allowed', 'there is nothing to decide about this message');
  }
  return {
    commandId: enqueue(desk, { kind: 'message.decide', messageId, conversationId: message.conversationId, decision }),
  };
}
