/** `customers.merge`, `unmerge` and `dismissDuplicate`: orders about who is the same person. The server decides. */
import type { CommandId, CustomerId } from '../../../shared/domain/ids.ts';
import type { Desk } from '../desk.ts';
import { findRow } from '../db/find-row.ts';
import { append, replaceWaiting, writeOutbox } from '../outbox/enqueue.ts';
import { Refused } from '../refused.ts';

/** Refused with `not-found` when this device does not hold one of them, and with `not-allowed` for one with itself. */
export function mergeCustomers(
  desk: Desk,
  { customerId, mergedIds }: { customerId: CustomerId; mergedIds: CustomerId[] },
): { commandId: CommandId } {
  for (const id of [customerId, ...mergedIds]) checkIsHere(desk, id);
  const others = [...new Set(mergedIds)].filter((id) => id !== customerId);
  if (others.length === 0) throw new Refused('not-allowed', 'a customer is merged with another one', 'mergedIds');
  const commandId = writeOutbox(desk, (writer, touch) => {
    for (const id of others) takeBack(desk, writer, id);
    return append(desk, writer, touch, { kind: 'customer.merge', customerId, mergedIds: others });
  });
  desk.line.outboxChanged();
  return { commandId };
}

/** Refused with `not-found`. */
export function unmergeCustomer(desk: Desk, { customerId }: { customerId: CustomerId }): { commandId: CommandId } {
  checkIsHere(desk, customerId);
  const commandId = writeOutbox(desk, (writer, touch) => {
    takeBack(desk, writer, customerId);
    return append(desk, writer, touch, { kind: 'customer.unmerge', customerId });
  });
  desk.line.outboxChanged();
  return { commandId };
}

/** Refused with `not-found`. */
export function dismissDuplicate(
  desk: Desk,
  { customerId, duplicateId }: { customerId: CustomerId; duplicateId: string },
): { commandId: CommandId } {
  if (!findRow(desk.cache.reader, 'duplicate', duplicateId))
    throw new Refused('not-found', 'this suggestion is not on this device', 'duplicateId');
  const commandId = writeOutbox(desk, (writer, touch) =>
    append(desk, writer, touch, { kind: 'customer.dismissDuplicate', customerId, duplicateId }),
  );
  desk.line.outboxChanged();
  return { commandId };
}

/** Orders about this one customer that never left say nothing any more: the new one says how it shall be. */
function takeBack(desk: Desk, writer: Parameters<typeof replaceWaiting>[1], customerId: CustomerId): void {
  replaceWaiting(desk, writer, 'customer.unmerge', (body) => body.customerId === customerId);
  replaceWaiting(
    desk,
    writer,
    'customer.merge',
    (body) => body.mergedIds.length === 1 && body.mergedIds[0] === customerId,
  );
}

function checkIsHere(desk: Desk, customerId: CustomerId): void {
  if (!findRow(desk.cache.reader, 'customer', customerId))
    throw new Refused('not-found', 'this customer is not on this device', 'customerId');
}
