/** Which customers of a workspace the rows of a file mean: by member number, else by mail address, else by telephone number. */
import { and, type AnyColumn, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { CustomerId, WorkspaceId } from '../../shared/domain/ids.ts';
import { channelIdentity, customer } from '../db/schema.ts';
import type { Transaction } from '../db/server-database.ts';
import type { CheckedRow } from './check-row.ts';

export type CustomerRecord = typeof customer.$inferSelect;

/** Ways in that a file can name. */
export const addressFields = ['mail', 'phone'] as const;

export type KnownCustomers = {
  byMember: Map<string, CustomerId>;
  /** Keys are `mail:…`, `phone:…`. */
  byAddress: Map<string, CustomerId>;
  rows: Map<CustomerId, CustomerRecord>;
};

export const addressKey = (field: (typeof addressFields)[number], address: string): string => `${field}:${address}`;

/** As one array: a list of values would be a new statement, parsed and planned again, for every batch. */
const isOneOf = (column: AnyColumn, texts: readonly string[]): SQL => sql`${column} = any(${sql.param(texts)}::text[])`;

/** Reads everything about a batch of rows in two questions, however many they are. */
export async function findCustomers(
  tx: Transaction,
  workspaceId: WorkspaceId,
  rows: readonly CheckedRow[],
): Promise<KnownCustomers> {
  const members = rows.flatMap((row) => (row.memberNumber === undefined ? [] : [String(row.memberNumber)]));
  const addresses = rows.flatMap((row) => addressFields.flatMap((field) => row[field] ?? [])).map(String);
  const known: KnownCustomers = { byMember: new Map(), byAddress: new Map(), rows: new Map() };
  if (members.length > 0) {
    const found = await tx
      .select()
      .from(customer)
      .where(and(eq(customer.workspaceId, workspaceId), isOneOf(customer.memberNumber, members)));
    for (const row of found) {
      known.rows.set(row.id, row);
      if (row.memberNumber !== null) known.byMember.set(row.memberNumber, row.id);
    }
  }
  if (addresses.length > 0) {
    const found = await tx
      .select({ channel: channelIdentity.channel, address: channelIdentity.address, customer })
      .from(channelIdentity)
      .innerJoin(customer, eq(customer.id, channelIdentity.customerId))
      .where(
        and(
          eq(channelIdentity.workspaceId, workspaceId),
          inArray(channelIdentity.channel, [...addressFields]),
          isOneOf(channelIdentity.address, addresses),
        ),
      );
    for (const row of found) {
      known.rows.set(row.customer.id, row.customer);
      known.byAddress.set(`${row.channel}:${row.address}`, row.customer.id);
    }
  }
  return known;
}

/** The customer whom a row means, or null. */
export function customerOf(known: KnownCustomers, row: CheckedRow): CustomerId | null {
  const member = row.memberNumber === undefined ? undefined : known.byMember.get(String(row.memberNumber));
  if (member !== undefined) return member;
  for (const field of addressFields) {
    const address = row[field];
    const found = address === undefined ? undefined : known.byAddress.get(addressKey(field, String(address)));
    if (found !== undefined) return found;
  }
  return null;
}
