/** Lays this agent's waiting orders over a customer as the server last said it. Pure; the server decides for itself. */
import type { CommandBody } from '../../../shared/domain/command.ts';
import { type ConsentPurpose, consentPurposes, type ConsentState } from '../../../shared/domain/consent.ts';
import type { CustomerField } from '../../../shared/domain/customer-field.ts';
import type { ConsentRow, CustomerRow } from '../../../shared/domain/rows.ts';

/** The customer as they will be when the orders are carried out, and the fields that wait. */
export function predictCustomer(
  row: CustomerRow,
  orders: readonly CommandBody[],
): { customer: CustomerRow; pendingFields: CustomerField[] } {
  const changes = orders.flatMap((order) => (order.kind === 'customer.setField' ? [order.change] : []));
  const customer = changes.reduce<CustomerRow>((now, { field, value }) => ({ ...now, [field]: value }), row);
  return { customer, pendingFields: [...new Set(changes.map(({ field }) => field))] };
}

export type ShownConsent = {
  purpose: ConsentPurpose;
  state: ConsentState;
  /** Who wrote it down and when; null when nobody has asked. */
  source: string | null;
  since: number | null;
  isPending: boolean;
};

/** Every purpose with its answer as it will stand. */
export function predictConsents(rows: readonly ConsentRow[], orders: readonly CommandBody[]): ShownConsent[] {
  return consentPurposes.map((purpose) => {
    const row = rows.find((each) => each.purpose === purpose);
    const order = orders.findLast((each) => each.kind === 'consent.set' && each.purpose === purpose);
    const waiting = order?.kind === 'consent.set' ? order.state : undefined;
    return {
      purpose,
      state: waiting ?? row?.state ?? 'unknown',
      source: row?.source ?? null,
      since: row?.since ?? null,
      isPending: waiting !== undefined,
    };
  });
}
