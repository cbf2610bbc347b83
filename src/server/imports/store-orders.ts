/** Writes checked rows of orders under their number, for customers who are there already. Twice is as once. */
import { and, eq, sql } from 'drizzle-orm';
import type { ImportMapping } from '../../shared/administration/import-calls.ts';
import type { OrderId, WorkspaceId } from '../../shared/domain/ids.ts';
import { customer, order } from '../db/schema.ts';
import { insertMany } from '../db/insert-many.ts';
import type { Writing } from '../db/write.ts';
import type { CheckedRow } from './check-row.ts';
import { customerOf, findCustomers } from './find-customers.ts';
import type { Stored } from './store-customers.ts';

type OrderRecord = typeof order.$inferSelect;

/** Says for each row what became of it, in their order. */
export async function storeOrders(
  w: Writing,
  workspaceId: WorkspaceId,
  rows: readonly CheckedRow[],
  mapping: ImportMapping,
): Promise<Stored[]> {
  const known = await findCustomers(w.tx, workspaceId, rows);
  const found = await w.tx
    .select({ order })
    .from(order)
    .innerJoin(customer, eq(customer.id, order.customerId))
    .where(
      and(
        eq(customer.workspaceId, workspaceId),
        sql`${order.number} = any(${sql.param(rows.map(({ number }) => String(number)))}::text[])`,
      ),
    );
  const byNumber = new Map(found.map((one) => [one.order.number, one.order]));
  const made = new Map<OrderId, OrderRecord>();
  const changed = new Map<OrderId, OrderRecord>();
  const results = rows.map((row): Stored => {
    const customerId = customerOf(known, row);
    const key = mapping.memberNumber ?? mapping.mail ?? mapping.phone ?? 0;
    if (customerId === null) return [{ column: key, fault: 'unknown' }];
    const before = byNumber.get(String(row.number));
    if (before && before.customerId !== customerId) return [{ column: mapping.number ?? 0, fault: 'taken' }];
    const after: OrderRecord = {
      ...(before ?? blankOrder(w, customerId, String(row.number))),
      orderedAt: Number(row.orderedAt),
      amount: Number(row.amount),
      ...(row.currency === undefined ? {} : { currency: String(row.currency) }),
      ...(row.status === undefined ? {} : { status: row.status as OrderRecord['status'] }),
      ...(row.salesChannel === undefined ? {} : { salesChannel: row.salesChannel as OrderRecord['salesChannel'] }),
      ...(row.productName === undefined && row.sku === undefined ? {} : { lines: [lineOf(row)] }),
    };
    byNumber.set(after.number, after);
    if (!before || made.has(after.id)) made.set(after.id, after);
    else if (!isSame(before, after)) changed.set(after.id, after);
    if (!before) return 'made';
    return isSame(before, after) ? 'same' : 'changed';
  });
  await insertMany(w.tx, order, [...made.values()]);
  for (const { id, sv: _, ...fields } of changed.values()) await w.tx.update(order).set(fields).where(eq(order.id, id));
  w.append('order', [...made.keys(), ...changed.keys()]);
  return results;
}

function isSame(before: OrderRecord, after: OrderRecord): boolean {
  const { lines: linesBefore, ...restBefore } = before;
  const { lines: linesAfter, ...restAfter } = after;
  const line = (of: OrderRecord['lines']): string =>
    JSON.stringify(of.map(({ sku, productName, quantity, price }) => [sku, productName, quantity, price]));
  return (
    line(linesBefore) === line(linesAfter) &&
    Object.entries(restAfter).every(([field, value]) => restBefore[field as keyof typeof restBefore] === value)
  );
}

function lineOf(row: CheckedRow): OrderRecord['lines'][number] {
  const quantity = row.quantity === undefined ? 1 : Number(row.quantity);
  return {
    sku: String(row.sku ?? ''),
    productName: String(row.productName ?? row.sku ?? ''),
    quantity,
    price: quantity === 0 ? 0 : Math.round(Number(row.amount) / quantity),
  };
}

function blankOrder(w: Writing, customerId: OrderRecord['customerId'], number: string): OrderRecord {
  return {
    id: w.newId<OrderId>(),
    sv: 0,
    customerId,
    number,
    orderedAt: 0,
    salesChannel: 'ec',
    status: 'received',
    amount: 0,
    currency: 'JPY',
    lines: [],
  };
}
