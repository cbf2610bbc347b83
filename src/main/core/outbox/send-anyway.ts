/**
 * `outbox.sendAnyway`: the same text once more as a new command that has seen everything on this device. It keeps the
 * old one's place and its message's id: a stopped reply was never applied, so nobody has that id yet.
 */
import { newId } from '../../../shared/domain/clock.ts';
import type { CommandBody } from '../../../shared/domain/command.ts';
import type { CommandId } from '../../../shared/domain/ids.ts';
import { getPredicted, lastSeqHere } from '../conversations/get-conversation.ts';
import type { Desk } from '../desk.ts';
import { Refused } from '../refused.ts';
import { refuseWhileReadOnly, touchItem, writeOutbox } from './enqueue.ts';
import { findItem } from './outbox-state.ts';
import { releaseBlocked } from './release-blocked.ts';

/** Refused with `not-found`, and with `not-allowed` for an item that the server has not stopped. */
export function sendAnyway(desk: Desk, { commandId }: { commandId: string }): { commandId: CommandId } {
  const item = findItem(desk.outbox.reader, commandId);
  if (!item) throw new Refused('not-found', 'this order is not in the outbox any more', 'commandId');
  if (item.state !== 'needsReview' && item.state !== 'refused') {
    throw new Refused('not-allowed', 'only an order that was stopped can be sent anyway');
  }
  refuseWhileReadOnly(desk, item.body.kind);
  const body = seenAnew(desk, item.body);
  const next = newId(desk.clock, desk.random) as CommandId;
  writeOutbox(desk, (writer, touch) => {
    writer.run(
      `update outbox set command_id = ?, body = ?, composed_at = ?, mid = null, was_sent = 0, state = 'queued', reason = null,
         verdict_sv = null, verdict_scopes = null where n = ?`,
      next,
      JSON.stringify(body),
      desk.clock.now(),
      item.n,
    );
    releaseBlocked(desk, writer, item.conversationId);
    touchItem(touch, item.conversationId, item.customerId);
  });
  desk.line.outboxChanged();
  return { commandId: next };
}

/** The order with what the agent sees now in place of what they saw then. */
function seenAnew(desk: Desk, body: CommandBody): CommandBody {
  if (body.kind === 'reply.send') {
    const now = getPredicted(desk, body.conversationId);
    return { ...body, seenSeq: lastSeqHere(desk.cache.reader, body.conversationId), seenStatus: now.status };
  }
  if (body.kind === 'conversation.assign')
    return { ...body, seenAssigneeId: getPredicted(desk, body.conversationId).assigneeId };
  if (body.kind === 'conversation.setStatus')
    return {
      ...body,
      seenStatus: getPredicted(desk, body.conversationId).status,
      seenSeq: lastSeqHere(desk.cache.reader, body.conversationId),
    };
  return body;
}
