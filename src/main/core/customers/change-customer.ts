/** `customers.setField` and `customers.setConsent`: order that one fact about a customer is another. The server decides. */
import type { ConsentPurpose, ConsentState } from '../../../shared/domain/consent.ts';
import type { CustomerChange } from '../../../shared/domain/customer-field.ts';
import type { CommandId, CustomerId } from '../../../shared/domain/ids.ts';
import { findRow } from '../db/find-row.ts';
import type { Desk } from '../desk.ts';
import { append, replaceWaiting, writeOutbox } from '../outbox/enqueue.ts';
import { Refused } from '../refused.ts';

type FieldInput = { customerId: CustomerId; change: CustomerChange };
type ConsentInput = { customerId: CustomerId; purpose: ConsentPurpose; state: ConsentState; seenState: ConsentState };

/** Refused with `not-found` when this device does not hold the customer. */
export function setField(desk: Desk, { customerId, change }: FieldInput): { commandId: CommandId } {
  checkIsHere(desk, customerId);
  const commandId = writeOutbox(desk, (writer, touch) => {
    const before = replaceWaiting(
      desk,
      writer,
      'customer.setField',
      (body) => body.customerId === customerId && body.change.field === change.field,
    );
    const seen = before !== undefined && before.change.value === change.seen ? before.change.seen : change.seen;
    const kept = { ...change, seen } as CustomerChange;
    return append(desk, writer, touch, { kind: 'customer.setField', customerId, change: kept });
  });
  desk.line.outboxChanged();
  return { commandId };
}

/** Refused with `not-found` when this device does not hold the customer. */
export function setConsent(
  desk: Desk,
  { customerId, purpose, state, seenState }: ConsentInput,
): { commandId: CommandId } {
  checkIsHere(desk, customerId);
  const commandId = writeOutbox(desk, (writer, touch) => {
    const before = replaceWaiting(
      desk,
      writer,
      'consent.set',
      (body) => body.customerId === customerId && body.purpose === purpose,
    );
    const seen = before?.state === seenState ? before.seenState : seenState;
    return append(desk, writer, touch, { kind: 'consent.set', customerId, purpose, state, seenState: seen });
  });
  desk.line.outboxChanged();
  return { commandId };
}

function checkIsHere(desk: Desk, customerId: CustomerId): void {
  if (!findRow(desk.cache.reader, 'customer', customerId)) {
    throw new Refused('not-found', 'this customer is not on this device', 'customerId');
  }
}
