/** Writes checked rows of customers: who is there is changed where the file says otherwise, who is not is made. Twice is as once. */
import { eq } from 'drizzle-orm';
import type { CustomerId, WorkspaceId } from '../../shared/domain/ids.ts';
import type { ImportMapping } from '../../shared/administration/import-calls.ts';
import { keyedHash, maskedAddress } from '../customers/normal-address.ts';
import { channelIdentity, customer, organisation, personalData } from '../db/schema.ts';
import { insertMany } from '../db/insert-many.ts';
import type { Writing } from '../db/write.ts';
import type { CellFault, CheckedRow } from './check-row.ts';
import {
  addressFields,
  addressKey,
  type CustomerRecord,
  customerOf,
  findCustomers,
  type KnownCustomers,
} from './find-customers.ts';

export type Stored = 'made' | 'changed' | 'same' | CellFault[];

/** Columns of a customer that a file may set; an empty cell leaves what is there. */
const plainFields = ['memberNumber', 'displayName', 'kana', 'rank', 'language', 'preferredNote'] as const;
type Identity = typeof channelIdentity.$inferInsert;

/** Says for each row what became of it, in their order. */
export async function storeCustomers(
  w: Writing,
  workspaceId: WorkspaceId,
  rows: readonly CheckedRow[],
  mapping: ImportMapping,
): Promise<Stored[]> {
  const known = await findCustomers(w.tx, workspaceId, rows);
  const [owner] = await w.tx.select({ key: organisation.identityKey }).from(organisation);
  if (!owner) throw new Error('the database has no organisation: it was never set up');
  const made = new Map<CustomerId, CustomerRecord>();
  const changed = new Map<CustomerId, CustomerRecord>();
  const identities: Identity[] = [];

  const results = rows.map((row): Stored => {
    const id = customerOf(known, row);
    const faults = findClashes(known, row, id, mapping);
    if (faults.length > 0) return faults;
    const before = id === null ? undefined : known.rows.get(id);
    const after = { ...(before ?? blankCustomer(w, workspaceId)), ...fieldsOf(row) };
    const isOther = before === undefined || plainFields.some((field) => before[field] !== after[field]);
    const news = newAddresses(known, row, after.id);
    for (const [field, address] of news)
      identities.push({
        id: w.newId(),
        workspaceId,
        customerId: after.id,
        channel: field,
        address,
        maskedValue: maskedAddress(field, address),
        keyedHash: keyedHash(owner.key, field, address),
        isVerified: false,
      });
    known.rows.set(after.id, after);
    if (after.memberNumber !== null) known.byMember.set(after.memberNumber, after.id);
    if (before === undefined) made.set(after.id, after);
    else if (made.has(after.id)) made.set(after.id, after);
    else if (isOther) changed.set(after.id, after);
    if (before === undefined) return 'made';
    return isOther || news.length > 0 ? 'changed' : 'same';
  });

  await keep(w, [...made.values()], [...changed.values()], identities);
  return results;
}

async function keep(
  w: Writing,
  made: CustomerRecord[],
  changed: CustomerRecord[],
  identities: Identity[],
): Promise<void> {
  await insertMany(w.tx, customer, made);
  for (const { id, sv: _, ...fields } of changed) await w.tx.update(customer).set(fields).where(eq(customer.id, id));
  w.append(
    'customer',
    [...made, ...changed].map(({ id }) => id),
  );
  if (identities.length === 0) return;
  await insertMany(w.tx, channelIdentity, identities);
  w.append(
    'channelIdentity',
    identities.map(({ id }) => id),
  );
  const data = identities.map(({ customerId, channel, address }) => ({
    id: w.newId(),
    customerId,
    kind: channel === 'mail' ? ('mail' as const) : ('phone' as const),
    value: address,
  }));
  await insertMany(w.tx, personalData, data);
  w.append(
    'personalData',
    data.map(({ id }) => id),
  );
}

/** A member number or an address that belongs to somebody else: who of the two is meant is a person's decision. */
function findClashes(
  known: KnownCustomers,
  row: CheckedRow,
  id: CustomerId | null,
  mapping: ImportMapping,
): CellFault[] {
  const faults: CellFault[] = [];
  for (const field of addressFields) {
    const address = row[field];
    const owner = address === undefined ? undefined : known.byAddress.get(addressKey(field, String(address)));
    const column = mapping[field];
    if (column !== undefined && owner !== undefined && owner !== id) faults.push({ column, fault: 'taken' });
  }
  const has = id === null ? null : (known.rows.get(id)?.memberNumber ?? null);
  const column = mapping.memberNumber;
  if (column !== undefined && has !== null && row.memberNumber !== undefined && has !== row.memberNumber)
    faults.push({ column, fault: 'taken' });
  return faults;
}

function newAddresses(
  known: KnownCustomers,
  row: CheckedRow,
  id: CustomerId,
): [(typeof addressFields)[number], string][] {
  return addressFields.flatMap((field) => {
    const address = row[field];
    if (address === undefined || known.byAddress.has(addressKey(field, String(address)))) return [];
    known.byAddress.set(addressKey(field, String(address)), id);
    return [[field, String(address)]];
  });
}

function fieldsOf(row: CheckedRow): Partial<CustomerRecord> {
  return Object.fromEntries(plainFields.flatMap((field) => (row[field] === undefined ? [] : [[field, row[field]]])));
}

function blankCustomer(w: Writing, workspaceId: WorkspaceId): CustomerRecord {
  return {
    id: w.newId<CustomerId>(),
    sv: 0,
    workspaceId,
    displayName: '',
    kana: '',
    kind: 'person',
    memberNumber: null,
    rank: null,
    since: null,
    preferredChannel: null,
    preferredNote: null,
    language: 'ja',
    stage: 'notPurchased',
    handlingState: 'normal',
    addressMasked: null,
    lastActivityAt: null,
    mergedIntoId: null,
    mergedViaId: null,
  };
}
