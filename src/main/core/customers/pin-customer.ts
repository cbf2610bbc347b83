/** `customers.pin`: asks the server to send this customer's whole history to the device and to keep it up to date. */
import type { CustomerId } from '../../../shared/domain/ids.ts';
import type { RefusalReason } from '../../../shared/console-frames.ts';
import type { Desk } from '../desk.ts';
import { Refused } from '../refused.ts';

/** Refused with `offline` without a line, and with the server's reason when this agent may not hold the customer. */
export async function pinCustomer(desk: Desk, { customerId }: { customerId: CustomerId }): Promise<{ ok: true }> {
  const answer = await desk.line.ask({ method: 'pinCustomer', customerId });
  if (answer.ok) return { ok: true };
  const why: RefusalReason = answer.why;
  throw new Refused(why, answer.detail.slice(0, 300));
}
