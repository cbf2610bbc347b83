/**
 * Joins customers under one and takes them apart again. A pointer is set and nothing moves: messages, identities, orders
 * and notes stay with the customer they came to, so whoever is taken out again has exactly what is theirs, also what
 * came in the meantime.
 */
import { eq, inArray, or } from 'drizzle-orm';
import type { CustomerId } from '../../shared/domain/ids.ts';
import { rootsOf } from '../../shared/domain/merge.ts';
import { auditEvent, customer, duplicate } from '../db/schema.ts';
import type { Writing } from '../db/write.ts';
import type { DecideCommand } from '../sync/decide-command.ts';
import { pinGroup } from '../sync/pin-customer.ts';
import { mayOpenCustomer } from '../sync/rights.ts';

type CustomerRecord = typeof customer.$inferSelect;

/** Joining twice, or the other way round, changes nothing: two agents who do the same apart do not conflict. */
export const decideCustomerMerge: DecideCommand<'customer.merge'> = async (w, by, { body }) => {
  const ids = [body.customerId, ...body.mergedIds];
  for (const id of ids) {
    if (!(await mayOpenCustomer(w.tx, by, id))) return { outcome: 'refused', reason: 'not-allowed' };
  }
  const before = await groupOf(w, ids);
  const named = new Map(before.map((row) => [row.id, row]));
  const rootId = named.get(body.customerId)?.mergedIntoId ?? body.customerId;
  const joining = new Set(body.mergedIds.map((id) => named.get(id)?.mergedIntoId ?? id));
  joining.delete(rootId);
  if (joining.size === 0) return { outcome: 'applied' };
  await applyPointers(
    w,
    before,
    before.map((row) => (joining.has(row.id) ? { ...row, mergedViaId: rootId } : row)),
  );
  await pinGroup(
    w,
    before.map(({ id }) => id),
  );
  await w.tx.insert(auditEvent).values({
    id: w.newId(),
    at: w.now,
    agentId: by.id,
    what: 'customer.merged',
    target: rootId,
    after: { mergedIds: [...joining] },
  });
  return { outcome: 'applied' };
};

/** Who was joined to the one that leaves goes along with them. */
export const decideCustomerUnmerge: DecideCommand<'customer.unmerge'> = async (w, by, { body }) => {
  if (!(await mayOpenCustomer(w.tx, by, body.customerId))) return { outcome: 'refused', reason: 'not-allowed' };
  const before = await groupOf(w, [body.customerId]);
  const leaving = before.find(({ id }) => id === body.customerId);
  if (!leaving) return { outcome: 'refused', reason: 'not-found' };
  if (leaving.mergedViaId === null) return { outcome: 'applied' };
  await applyPointers(
    w,
    before,
    before.map((row) => (row === leaving ? { ...row, mergedViaId: null } : row)),
  );
  await w.tx.insert(auditEvent).values({
    id: w.newId(),
    at: w.now,
    agentId: by.id,
    what: 'customer.unmerged',
    target: leaving.id,
    before: { mergedIntoId: leaving.mergedIntoId },
  });
  return { outcome: 'applied' };
};

/** Says that two customers are two persons; it is not suggested again. */
export const decideDismissDuplicate: DecideCommand<'customer.dismissDuplicate'> = async (w, by, { body }) => {
  if (!(await mayOpenCustomer(w.tx, by, body.customerId))) return { outcome: 'refused', reason: 'not-allowed' };
  const [found] = await w.tx.select().from(duplicate).where(eq(duplicate.id, body.duplicateId));
  if (!found) return { outcome: 'refused', reason: 'not-found' };
  if (!(await mayOpenCustomer(w.tx, by, found.customerId))) return { outcome: 'refused', reason: 'not-allowed' };
  if (found.state === 'dismissed') return { outcome: 'applied' };
  await w.tx
    .update(duplicate)
    .set({ state: 'dismissed', decidedByName: by.displayName, decidedAt: w.now })
    .where(eq(duplicate.id, found.id));
  w.append('duplicate', [found.id]);
  await w.tx.insert(auditEvent).values({
    id: w.newId(),
    at: w.now,
    agentId: by.id,
    what: 'customer.duplicateDismissed',
    target: found.customerId,
    after: { otherId: found.otherId },
  });
  return { outcome: 'applied' };
};

/** The customers named, with everybody of their groups. */
async function groupOf(w: Writing, ids: readonly CustomerId[]): Promise<CustomerRecord[]> {
  const named = await w.tx
    .select()
    .from(customer)
    .where(inArray(customer.id, [...ids]));
  const roots = [...new Set(named.map((row) => row.mergedIntoId ?? row.id))];
  if (roots.length === 0) return [];
  return await w.tx
    .select()
    .from(customer)
    .where(or(inArray(customer.id, roots), inArray(customer.mergedIntoId, roots)));
}

async function applyPointers(w: Writing, before: readonly CustomerRecord[], after: CustomerRecord[]): Promise<void> {
  const roots = rootsOf(after.map((row) => ({ id: row.id, viaId: row.mergedViaId })));
  for (const [at, row] of after.entries()) {
    const root = roots.get(row.id) ?? row.id;
    const mergedIntoId = root === row.id ? null : root;
    const was = before[at];
    if (was?.mergedIntoId === mergedIntoId && was.mergedViaId === row.mergedViaId) continue;
    await w.tx.update(customer).set({ mergedIntoId, mergedViaId: row.mergedViaId }).where(eq(customer.id, row.id));
    // The root as well: whoever looks at it must hear of one that has left.
    w.append('customer', [row.id, was?.mergedIntoId ?? root]);
  }
}
