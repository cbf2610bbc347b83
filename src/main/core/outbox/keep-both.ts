/**
 * `outbox.keepBoth`: a note that somebody else has written anew keeps their words, and this agent's become a note of
 * their own in the same place of the outbox.
 */
import { newId } from '../../../shared/domain/clock.ts';
import type { CommandBody } from '../../../shared/domain/command.ts';
import type { CommandId, MessageId } from '../../../shared/domain/ids.ts';
import type { Desk } from '../desk.ts';
import { Refused } from '../refused.ts';
import { findItem } from './outbox-state.ts';
import { orderAgain } from './send-anyway.ts';

/** Refused with `not-found`, and with `not-allowed` for an order of which there cannot be two. */
export function keepBoth(desk: Desk, { commandId }: { commandId: string }): { commandId: CommandId } {
  const item = findItem(desk.outbox.reader, commandId);
  if (!item) throw new Refused('not-found', 'this order is not in the outbox any more', 'commandId');
  const { body } = item;
  if (body.kind !== 'note.edit') throw new Refused('not-allowed', 'only of a note can both copies be kept');
  const { conversationId, text } = body;
  const messageId = newId(desk.clock, desk.random) as MessageId;
  const note: CommandBody = { kind: 'note.add', messageId, conversationId, text };
  return orderAgain(desk, item, note);
}
