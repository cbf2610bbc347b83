/**
 * Finds the customer behind an address, or makes one. An address belongs to one customer of a workspace; joining two
 * customers is a person's decision and not made here.
 */
import { and, eq, isNotNull } from 'drizzle-orm';
import type { Channel } from '../../shared/domain/channel.ts';
import type { CustomerId, WorkspaceId } from '../../shared/domain/ids.ts';
import { channelIdentity, customer, organisation, personalData } from '../db/schema.ts';
import type { Writing } from '../db/write.ts';
import { keyedHash, maskedAddress, normalAddress } from './normal-address.ts';

export type KnownCustomer = { customerId: CustomerId; displayName: string; isBlocked: boolean };

/**
 * @param author as the channel knows them; `address` null is a withheld number and always makes a new customer
 * @param nameless what a customer without a name is called, such as `非通知`
 */
export async function resolveCustomer(
  w: Writing,
  workspaceId: WorkspaceId,
  channel: Channel,
  author: { address: string | null; displayName: string | null; isVerified: boolean },
  nameless: string,
): Promise<KnownCustomer> {
  const address = author.address === null ? null : normalAddress(channel, author.address);
  if (address !== null) {
    const [known] = await w.tx
      .select({ identity: channelIdentity, customer })
      .from(channelIdentity)
      .innerJoin(customer, eq(customer.id, channelIdentity.customerId))
      .where(
        and(
          eq(channelIdentity.workspaceId, workspaceId),
          eq(channelIdentity.channel, channel),
          eq(channelIdentity.address, address),
        ),
      );
    if (known) {
      await learn(w, known.identity, known.customer, author);
      return {
        customerId: known.customer.id,
        displayName: known.customer.displayName,
        isBlocked: known.identity.isBlocked,
      };
    }
  }
  const customerId = w.newId<CustomerId>();
  const displayName = author.displayName?.trim() || (address === null ? nameless : maskedAddress(channel, address));
  await w.tx.insert(customer).values({ id: customerId, workspaceId, displayName, lastActivityAt: w.now });
  w.append('customer', [customerId]);
  if (address !== null) await addIdentity(w, workspaceId, customerId, channel, address, author.isVerified);
  return { customerId, displayName, isBlocked: false };
}

/** Gives a customer one more way in, with its full value where only those with the right can read it. */
export async function addIdentity(
  w: Writing,
  workspaceId: WorkspaceId,
  customerId: CustomerId,
  channel: Channel,
  address: string,
  isVerified: boolean,
): Promise<void> {
  const [owner] = await w.tx.select({ key: organisation.identityKey }).from(organisation);
  if (!owner) throw new Error('the database has no organisation: it was never set up');
  const id = w.newId();
  await w.tx.insert(channelIdentity).values({
    id,
    workspaceId,
    customerId,
    channel,
    address,
    maskedValue: maskedAddress(channel, address),
    keyedHash: keyedHash(owner.key, channel, address),
    isVerified,
  });
  w.append('channelIdentity', [id]);
  const kind = channel === 'mail' ? 'mail' : channel === 'phone' || channel === 'sms' ? 'phone' : null;
  if (!kind) return;
  const dataId = w.newId();
  await w.tx.insert(personalData).values({ id: dataId, customerId, kind, value: address });
  w.append('personalData', [dataId]);
}

/** Takes over what the provider knows better than we do: a name where we had only an address, a proof of who it is. */
async function learn(
  w: Writing,
  identity: typeof channelIdentity.$inferSelect,
  known: typeof customer.$inferSelect,
  author: { displayName: string | null; isVerified: boolean },
): Promise<void> {
  if (author.isVerified && !identity.isVerified) {
    await w.tx.update(channelIdentity).set({ isVerified: true }).where(eq(channelIdentity.id, identity.id));
    w.append('channelIdentity', [identity.id]);
  }
  const name = author.displayName?.trim();
  const displayName = name && known.displayName === identity.maskedValue ? name : known.displayName;
  await w.tx.update(customer).set({ lastActivityAt: w.now, displayName }).where(eq(customer.id, known.id));
  w.append('customer', [known.id]);
}

/** The address at which a customer is reached on a channel, or null. The verified one first. */
export async function findAddress(
  w: Writing,
  customerId: CustomerId,
  channel: Channel,
): Promise<{ address: string } | null> {
  const rows = await w.tx
    .select({ address: channelIdentity.address, isVerified: channelIdentity.isVerified })
    .from(channelIdentity)
    .where(
      and(
        eq(channelIdentity.customerId, customerId),
        eq(channelIdentity.channel, channel),
        isNotNull(channelIdentity.address),
      ),
    );
  return rows.find((row) => row.isVerified) ?? rows[0] ?? null;
}

/** Keeps a mail address that somebody typed in and nobody proved: those with the right see it, and it finds no customer. */
export async function keepClaimedMail(w: Writing, customerId: CustomerId, address: string | null): Promise<void> {
  if (address === null) return;
  const value = normalAddress('mail', address);
  const [known] = await w.tx
    .select({ id: personalData.id })
    .from(personalData)
    .where(and(eq(personalData.customerId, customerId), eq(personalData.kind, 'mail'), eq(personalData.value, value)));
  if (known) return;
  const id = w.newId();
  await w.tx.insert(personalData).values({ id, customerId, kind: 'mail', value });
  w.append('personalData', [id]);
}
