/** Keeps a customer's whole timeline on an agent's devices: opened, or rung by. Checks no right: `rights.ts` asks at every read. */
import { and, desc, eq, inArray } from 'drizzle-orm';
import type { AgentId, CustomerId } from '../../shared/domain/ids.ts';
import { customerScope, mineScope } from '../../shared/domain/scope.ts';
import { customer, pin as pinTable } from '../db/schema.ts';
import type { Writing } from '../db/write.ts';

/** The oldest pins beyond this go: each is one more scope that a device keeps level. A day has fewer customers than this. */
const MOST_PINS = 200;

/** Pins, or moves the pin to the front, with everybody who is merged with them. Connected consoles of the agent hear of it. */
export async function pinCustomer(w: Writing, agentId: AgentId, customerId: CustomerId): Promise<void> {
  const [of] = await w.tx.select({ rootId: customer.mergedIntoId }).from(customer).where(eq(customer.id, customerId));
  const rootId = of?.rootId ?? customerId;
  const others = await w.tx.select({ id: customer.id }).from(customer).where(eq(customer.mergedIntoId, rootId));
  await pin(w, agentId, [...new Set([customerId, rootId, ...others.map(({ id }) => id)])]);
}

/** Whoever has pinned one of customers that are one from now on has pinned them all: the sheet shows them together. */
export async function pinGroup(w: Writing, customerIds: readonly CustomerId[]): Promise<void> {
  const agents = await w.tx
    .selectDistinct({ agentId: pinTable.agentId })
    .from(pinTable)
    .where(inArray(pinTable.scope, customerIds.map(customerScope)));
  for (const { agentId } of agents) await pin(w, agentId as AgentId, customerIds);
}

async function pin(w: Writing, agentId: AgentId, customerIds: readonly CustomerId[]): Promise<void> {
  await w.tx
    .insert(pinTable)
    .values(customerIds.map((id) => ({ agentId, scope: customerScope(id), pinnedAt: w.now })))
    .onConflictDoUpdate({ target: [pinTable.agentId, pinTable.scope], set: { pinnedAt: w.now } });
  const old = await w.tx
    .select({ scope: pinTable.scope })
    .from(pinTable)
    .where(eq(pinTable.agentId, agentId))
    .orderBy(desc(pinTable.pinnedAt))
    .offset(MOST_PINS);
  if (old.length > 0) {
    await w.tx.delete(pinTable).where(
      and(
        eq(pinTable.agentId, agentId),
        inArray(
          pinTable.scope,
          old.map((row) => row.scope),
        ),
      ),
    );
  }
  // Rights are read again when `mine` grows, in every node.
  w.touch(mineScope(agentId));
}
