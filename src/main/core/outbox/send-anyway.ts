/**
 * `outbox.sendAnyway`: the same text once more as a new command that has seen everything on this device. It keeps the
 * old one's place and its message's id: a stopped reply was never applied, so nobody has that id yet.
 */
import { newId } from '../../../shared/domain/clock.ts';
import type { CommandBody } from '../../../shared/domain/command.ts';
import type { ConsentState } from '../../../shared/domain/consent.ts';
import type { CustomerChange } from '../../../shared/domain/customer-field.ts';
import type { CommandId } from '../../../shared/domain/ids.ts';
import { getPredicted, lastSeqHere } from '../conversations/get-conversation.ts';
import { findRow } from '../db/find-row.ts';
import type { Desk } from '../desk.ts';
import { distrustUploads } from '../files/outgoing-files.ts';
import { Refused } from '../refused.ts';
import { refuseWhileReadOnly, rowOf, touchItem, writeOutbox } from './enqueue.ts';
import { findItem, type OutboxItem } from './outbox-state.ts';
import { releaseBlocked } from './release-blocked.ts';

/** Refused with `not-found`, and with `not-allowed` for an item that the server has not stopped. */
export function sendAnyway(desk: Desk, { commandId }: { commandId: string }): { commandId: CommandId } {
  const item = findItem(desk.outbox.reader, commandId);
  if (!item) throw new Refused('not-found', 'this order is not in the outbox any more', 'commandId');
  return orderAgain(desk, item, seenAnew(desk, item.body));
}

/** Puts a new command in the place of a stopped one. Refused with `not-allowed` for an item that the server has not stopped. */
export function orderAgain(desk: Desk, item: OutboxItem, body: CommandBody): { commandId: CommandId } {
  if (item.state !== 'needsReview' && item.state !== 'refused') {
    throw new Refused('not-allowed', 'only an order that was stopped can be sent anyway');
  }
  refuseWhileReadOnly(desk, body.kind);
  const next = newId(desk.clock, desk.random) as CommandId;
  writeOutbox(desk, (writer, touch) => {
    writer.run(
      `update outbox set command_id = ?, kind = ?, body = ?, row_id = ?, composed_at = ?, mid = null, was_sent = 0, state = 'queued',
         reason = null, verdict_sv = null, verdict_scopes = null where n = ?`,
      next,
      body.kind,
      JSON.stringify(body),
      rowOf(body),
      Math.round(desk.serverNow()),
      item.n,
    );
    // The server may have stopped it because it does not have its files.
    if (item.rowId !== null) distrustUploads(writer, item.rowId);
    releaseBlocked(desk, writer, item.conversationId);
    touchItem(touch, item.conversationId, item.customerId);
  });
  desk.line.outboxChanged();
  return { commandId: next };
}

/** The order with what stands on this device now in place of what the agent saw then. */
function seenAnew(desk: Desk, body: CommandBody): CommandBody {
  const cache = desk.cache.reader;
  switch (body.kind) {
    case 'reply.send':
      return {
        ...body,
        seenSeq: lastSeqHere(cache, body.conversationId),
        seenStatus: getPredicted(desk, body.conversationId).status,
      };
    case 'conversation.assign':
      return { ...body, seenAssigneeId: getPredicted(desk, body.conversationId).assigneeId };
    case 'conversation.setStatus':
      return {
        ...body,
        seenStatus: getPredicted(desk, body.conversationId).status,
        seenSeq: lastSeqHere(cache, body.conversationId),
      };
    case 'conversation.move':
      return { ...body, seenQueueId: getPredicted(desk, body.conversationId).queueId };
    case 'note.edit':
      return { ...body, seenText: findRow(cache, 'message', body.messageId)?.text ?? body.seenText };
    case 'customer.setField': {
      const row = findRow(cache, 'customer', body.customerId);
      if (!row) return body;
      return { ...body, change: { ...body.change, seen: row[body.change.field] } as CustomerChange };
    }
    case 'consent.set':
      return {
        ...body,
        seenState:
          cache.value<ConsentState>(
            'select state from consent where customer_id = ? and purpose = ?',
            body.customerId,
            body.purpose,
          ) ?? 'unknown',
      };
    default:
      return body;
  }
}
