/** Decides about one field of a customer, and about what they agreed to: each is its own compare-and-set. */
import { and, eq } from 'drizzle-orm';
import { mayOverwriteConsent } from '../../shared/domain/consent.ts';
import { auditEvent, consent, customer } from '../db/schema.ts';
import type { DecideCommand } from '../sync/decide-command.ts';
import { mayOpenCustomer } from '../sync/rights.ts';

/** The first commit of a field wins; another field of the same customer is no conflict. */
export const decideCustomerField: DecideCommand<'customer.setField'> = async (w, by, { body }) => {
  if (!(await mayOpenCustomer(w.tx, by, body.customerId))) return { outcome: 'refused', reason: 'not-allowed' };
  const [found] = await w.tx.select().from(customer).where(eq(customer.id, body.customerId));
  if (!found) return { outcome: 'refused', reason: 'not-found' };
  const { field, value, seen } = body.change;
  if (found[field] === value) return { outcome: 'applied' };
  if (found[field] !== seen) return { outcome: 'needsReview', reason: 'edited-meanwhile' };
  await w.tx
    .update(customer)
    .set({ [field]: value })
    .where(eq(customer.id, found.id));
  w.append('customer', [found.id]);
  await w.tx.insert(auditEvent).values({
    id: w.newId(),
    at: w.now,
    agentId: by.id,
    what: 'customer.fieldChanged',
    target: found.id,
    after: { field },
  });
  return { outcome: 'applied' };
};

/** Of two answers that were written down apart the stricter stands. */
export const decideConsent: DecideCommand<'consent.set'> = async (w, by, { body }) => {
  if (!(await mayOpenCustomer(w.tx, by, body.customerId))) return { outcome: 'refused', reason: 'not-allowed' };
  const [found] = await w.tx
    .select()
    .from(consent)
    .where(and(eq(consent.customerId, body.customerId), eq(consent.purpose, body.purpose)));
  const current = found?.state ?? 'unknown';
  if (current === body.state) return { outcome: 'applied' };
  if (!mayOverwriteConsent(body.state, current, body.seenState)) {
    return { outcome: 'needsReview', reason: 'edited-meanwhile' };
  }
  const id: string = found?.id ?? w.newId();
  const answer = { state: body.state, source: by.displayName, since: w.now };
  await w.tx
    .insert(consent)
    .values({ id, customerId: body.customerId, purpose: body.purpose, ...answer })
    .onConflictDoUpdate({ target: consent.id, set: answer });
  w.append('consent', [id]);
  await w.tx.insert(auditEvent).values({
    id: w.newId(),
    at: w.now,
    agentId: by.id,
    what: 'consent.changed',
    target: body.customerId,
    before: { purpose: body.purpose, state: current },
    after: { purpose: body.purpose, state: body.state },
  });
  return { outcome: 'applied' };
};
