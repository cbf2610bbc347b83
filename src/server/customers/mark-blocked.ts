/** Notes that a customer has blocked our account on a channel, or has let us in again. Never stops a reply: a person decides. */
import { and, eq } from 'drizzle-orm';
import { addEvent } from '../conversations/add-message.ts';
import { type AccountRecord, findByThread } from '../conversations/receive-message.ts';
import { channelIdentity, customer } from '../db/schema.ts';
import type { Writing } from '../db/write.ts';

/**
 * Marks the identity and writes a line into the customer's conversation on this account. An address that nobody has
 * written from, and a mark that stands already, change nothing: providers say both again and again.
 * @param address as the channel knows the customer; the thread of a private conversation has the same name
 */
export async function markBlocked(
  w: Writing,
  account: AccountRecord,
  address: string,
  isBlocked: boolean,
): Promise<void> {
  if (account.channel === 'other') return;
  const [known] = await w.tx
    .select({ identity: channelIdentity, displayName: customer.displayName })
    .from(channelIdentity)
    .innerJoin(customer, eq(customer.id, channelIdentity.customerId))
    .where(
      and(
        eq(channelIdentity.workspaceId, account.workspaceId),
        eq(channelIdentity.channel, account.channel),
        eq(channelIdentity.address, address),
      ),
    );
  if (!known || known.identity.isBlocked === isBlocked) return;
  await w.tx.update(channelIdentity).set({ isBlocked }).where(eq(channelIdentity.id, known.identity.id));
  w.append('channelIdentity', [known.identity.id]);
  const of = await findByThread(w.tx, account.id, address);
  if (of) await addEvent(w, of, isBlocked ? 'blockedUs' : 'unblockedUs', known.displayName);
}
