/** Keeps a customer's whole timeline on an agent's devices: opened, or rung by. Checks no right: `rights.ts` asks at every read. */
import { and, desc, eq, inArray } from 'drizzle-orm';
import type { AgentId, CustomerId } from '../../shared/domain/ids.ts';
import { customerScope, mineScope } from '../../shared/domain/scope.ts';
import { pin } from '../db/schema.ts';
import type { Writing } from '../db/write.ts';

/** The oldest pins beyond this go: each is one more scope that a device keeps level. A day has fewer customers than this. */
const MOST_PINS = 200;

/** Pins, or moves the pin to the front. Connected consoles of the agent hear of it. */
export async function pinCustomer(w: Writing, agentId: AgentId, customerId: CustomerId): Promise<void> {
  const scope = customerScope(customerId);
  await w.tx
    .insert(pin)
    .values({ agentId, scope, pinnedAt: w.now })
    .onConflictDoUpdate({ target: [pin.agentId, pin.scope], set: { pinnedAt: w.now } });
  const old = await w.tx
    .select({ scope: pin.scope })
    .from(pin)
    .where(eq(pin.agentId, agentId))
    .orderBy(desc(pin.pinnedAt))
    .offset(MOST_PINS);
  if (old.length > 0) {
    await w.tx.delete(pin).where(
      and(
        eq(pin.agentId, agentId),
        inArray(
          pin.scope,
          old.map((row) => row.scope),
        ),
      ),
    );
  }
  // Rights are read again when `mine` grows, in every node.
  w.touch(mineScope(agentId));
}
