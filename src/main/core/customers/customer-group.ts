/**
 * Who is shown as one customer: those whom a person has joined, with this agent's own orders laid over. Rows stay with
 * the customer they came to; whatever shows a customer reads those of the whole group.
 */
import type { CommandBody } from '../../../shared/domain/command.ts';
import type { CustomerId } from '../../../shared/domain/ids.ts';
import type { DbFile, Reader } from '../db/connection.ts';
import type { Desk } from '../desk.ts';
import { isUnderWay, listItems } from '../outbox/outbox-state.ts';

/** The root first, then the others by id. */
export type CustomerGroup = { rootId: CustomerId; ids: CustomerId[] };

type Merging = Extract<CommandBody, { kind: 'customer.merge' | 'customer.unmerge' }>;

/** The group of a customer, as it will be when this agent's orders are carried out. A stranger is a group of one. */
export function groupOf(desk: Desk, customerId: string): CustomerGroup {
  const cache = desk.cache.reader;
  const orders = mergingOrders(desk.outbox);
  if (orders.length === 0) return storedGroup(cache, customerId);
  const rootById = new Map<string, string>();
  const load = (id: string): void => {
    if (rootById.has(id)) return;
    const { rootId, ids } = storedGroup(cache, id);
    for (const each of ids) rootById.set(each, rootId);
  };
  load(customerId);
  for (const order of orders) {
    load(order.customerId);
    if (order.kind === 'customer.unmerge') {
      rootById.set(order.customerId, order.customerId);
      continue;
    }
    for (const id of order.mergedIds) load(id);
    const to = rootById.get(order.customerId) ?? order.customerId;
    const from = new Set(order.mergedIds.map((id) => rootById.get(id)));
    for (const [id, root] of rootById) if (from.has(root)) rootById.set(id, to);
  }
  const rootId = rootById.get(customerId) ?? customerId;
  const others = [...rootById].filter(([id, root]) => root === rootId && id !== rootId).map(([id]) => id);
  return { rootId: rootId as CustomerId, ids: [rootId, ...others.sort()] as CustomerId[] };
}

/** The group as the server last said it. */
export function storedGroup(cache: Reader, customerId: string): CustomerGroup {
  const rootId =
    cache.value<string | null>('select merged_into_id from customer where id = ?', customerId) ?? customerId;
  const others = cache.column<string>('select id from customer where merged_into_id = ? order by id', rootId);
  return { rootId: rootId as CustomerId, ids: [rootId, ...others] as CustomerId[] };
}

const known = new WeakMap<DbFile, { changes: number; orders: Merging[] }>();

/** Read once after each change of the file: names are asked for at every row of the inbox. */
function mergingOrders(outbox: DbFile): Merging[] {
  const changes = Number(outbox.reader.value<number>('select total_changes()'));
  const last = known.get(outbox);
  if (last?.changes === changes) return last.orders;
  const orders = listItems(outbox.reader, "kind in ('customer.merge', 'customer.unmerge')").flatMap(
    ({ body, state }) => (isUnderWay(state) ? [body as Merging] : []),
  );
  known.set(outbox, { changes, orders });
  return orders;
}
