/** Orders for other systems: read as they change, and written under their number as an import would. */
import { and, asc, eq, gt, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import type { CustomerId, OrderId } from '../../shared/domain/ids.ts';
import { orderRowSchema } from '../../shared/domain/rows.ts';
import { customer, order } from '../db/schema.ts';
import { checkRow } from '../imports/check-row.ts';
import { storeOrders } from '../imports/store-orders.ts';
import { ApiProblem } from './api-problem.ts';
import { type ApiRead, change, idParams, look, pageOf, pageQuery, timeSchema, toPage, toTime } from './api-route.ts';
import { cellsOf, problemsOf } from './as-import.ts';

const { salesChannel, status, lines } = orderRowSchema.shape;
const orderSchema = z.object({
  id: z.uuid(),
  revision: z.number().int(),
  customerId: z.uuid(),
  number: z.string(),
  orderedAt: timeSchema,
  salesChannel,
  status,
  amount: z.number().int(),
  currency: z.string(),
  lines,
});

function show(row: typeof order.$inferSelect): z.input<typeof orderSchema> {
  const { id, customerId, number, amount, currency } = row;
  return {
    id,
    revision: row.sv,
    customerId,
    number,
    orderedAt: toTime(row.orderedAt),
    salesChannel: row.salesChannel,
    status: row.status,
    amount,
    currency,
    lines: row.lines,
  };
}

async function find({ queries, caller }: ApiRead, where: SQL, limit: number) {
  const rows = await queries
    .select({ order })
    .from(order)
    .innerJoin(customer, eq(customer.id, order.customerId))
    .where(and(eq(customer.workspaceId, caller.workspaceId), where))
    .orderBy(asc(order.sv))
    .limit(limit);
  return rows.map((row) => row.order);
}

export const orderRoutes = [
  look(
    {
      path: '/orders',
      scope: 'orders:read',
      summary: 'Orders, oldest change first',
      query: z.strictObject({ ...pageQuery, customerId: z.uuid().optional(), number: z.string().max(60).optional() }),
      answer: pageOf(orderSchema),
    },
    async (on, { query }) => {
      const where = and(
        gt(order.sv, Number(query.cursor ?? 0)),
        query.customerId === undefined ? undefined : eq(order.customerId, query.customerId as CustomerId),
        query.number === undefined ? undefined : eq(order.number, query.number),
      );
      return toPage(where ? await find(on, where, query.limit + 1) : [], query, show);
    },
  ),
  look(
    { path: '/orders/:id', scope: 'orders:read', summary: 'One order', params: idParams, answer: orderSchema },
    async (on, { params }) => {
      const [found] = await find(on, eq(order.id, params.id as OrderId), 1);
      if (!found) throw new ApiProblem('not-found');
      return show(found);
    },
  ),
  change(
    {
      method: 'POST',
      path: '/orders',
      scope: 'orders:write',
      summary: 'Makes an order of a customer who is there (201), or changes the one under this number (200)',
      body: z.strictObject({
        number: z.string().trim().min(1).max(60),
        orderedAt: z.iso.datetime({ offset: true }),
        amount: z.number().int(),
        memberNumber: z.string().trim().max(60).optional(),
        mail: z.string().trim().max(254).optional(),
        phone: z.string().trim().max(40).optional(),
        currency: z.string().length(3).optional(),
        status: status.exclude(['thisMonth']).optional(),
        salesChannel: salesChannel.optional(),
        lines: lines.max(200).optional(),
      }),
      answer: orderSchema,
    },
    async (on, { body }) => {
      const { cells, mapping } = cellsOf('orders', body);
      const { row, faults } = checkRow('orders', mapping, cells);
      if (faults.length > 0) throw problemsOf('orders', faults);
      const [stored] = await storeOrders(on.w, on.caller.workspaceId, [row], mapping);
      if (typeof stored !== 'string') throw problemsOf('orders', stored ?? []);
      const [now] = await find(on, eq(order.number, body.number), 1);
      if (!now) throw new Error('an order was stored and is not there');
      if (body.lines !== undefined && JSON.stringify(body.lines) !== JSON.stringify(now.lines)) {
        await on.w.tx.update(order).set({ lines: body.lines }).where(eq(order.id, now.id));
        on.w.append('order', [now.id]);
      }
      await on.w.settle();
      const [kept] = await find(on, eq(order.id, now.id), 1);
      return { status: stored === 'made' ? 201 : 200, body: show(kept ?? now) };
    },
  ),
];
