/** Writes a generated demo centre into an empty database, in order of time, so that the newest rows have the highest `sv`. */
import type { PgTable } from 'drizzle-orm/pg-core';
import { keyedHash, maskedAddress, normalAddress } from '../customers/normal-address.ts';
import * as schema from '../db/schema.ts';
import type { Writing } from '../db/write.ts';
import type { DemoConversation } from './generate-history.ts';
import type { DemoCustomer } from './generate-people.ts';
import type { DemoSettings } from './generate-settings.ts';

/** Rows in one INSERT: PostgreSQL takes 65,535 values at most, and the widest row has about 40 columns. */
const AT_ONCE = 500;

async function insertAll<T extends PgTable>(w: Writing, table: T, rows: T['$inferInsert'][]): Promise<void> {
  for (let i = 0; i < rows.length; i += AT_ONCE) {
    await w.tx.insert(table).values(rows.slice(i, i + AT_ONCE));
  }
}

/**
 * @param hashes password hash of each demo agent, by login
 * @param sealed sealed settings of each demo account, by its channel
 */
export async function storeSettings(
  w: Writing,
  settings: DemoSettings,
  hashes: ReadonlyMap<string, string>,
  sealed: (channel: string) => string,
): Promise<void> {
  await w.tx.insert(schema.workspace).values(settings.workspace);
  const queues = Object.values(settings.queues);
  await insertAll(w, schema.queue, queues);
  const agents = Object.values(settings.agents);
  await insertAll(
    w,
    schema.agent,
    agents.map(({ login: _login, password: _password, maySeePersonalData, ...row }) => ({
      ...row,
      workspaceId: settings.workspace.id,
      rights: maySeePersonalData
        ? (['directory', 'personalData'] as const).slice()
        : (['directory', 'revealPersonalData'] as const).slice(),
    })),
  );
  await insertAll(
    w,
    schema.credential,
    agents.map((one) => ({ agentId: one.id, login: one.login, passwordHash: hashes.get(one.login) ?? '' })),
  );
  const accounts = Object.values(settings.accounts);
  await insertAll(
    w,
    schema.channelAccount,
    accounts.map((row) => ({
      ...row,
      accountKey: `demo-${row.channel}`,
      sealedSettings: sealed(row.channel),
    })) as (typeof schema.channelAccount.$inferInsert)[],
  );
  await insertAll(w, schema.wrapUpCode, settings.wrapUpCodes);
  await insertAll(w, schema.knowledge, settings.knowledge);
  w.append('workspace', [settings.workspace.id]);
  w.append(
    'queue',
    queues.map((row) => row.id),
  );
  w.append(
    'agent',
    agents.map((row) => row.id),
  );
  w.append(
    'channelAccount',
    accounts.map((row) => row.id),
  );
  w.append(
    'wrapUpCode',
    settings.wrapUpCodes.map((row) => row.id),
  );
  w.append(
    'knowledge',
    settings.knowledge.map((row) => row.id),
  );
}

/**
 * Writes the customers with everything that stands beside them.
 * @param identityKey secret of the organisation's keyed hashes
 */
export async function storePeople(w: Writing, people: DemoCustomer[], identityKey: Uint8Array): Promise<void> {
  await insertAll(
    w,
    schema.customer,
    people.map((one) => one.row),
  );
  const identities = people.flatMap((one) =>
    one.identities.map((identity) => ({
      id: w.newId(),
      customerId: one.row.id,
      workspaceId: one.row.workspaceId,
      channel: identity.channel,
      address: normalAddress(identity.channel, identity.value),
      maskedValue: maskedAddress(identity.channel, identity.value),
      keyedHash: keyedHash(identityKey, identity.channel, identity.value),
      isVerified: identity.isVerified,
    })),
  );
  await insertAll(w, schema.channelIdentity, identities);
  const personal = people.flatMap((one) => [
    ...one.identities.flatMap((identity) =>
      identity.channel === 'phone' || identity.channel === 'mail'
        ? [{ id: w.newId(), customerId: one.row.id, kind: identity.channel, value: identity.value } as const]
        : [],
    ),
    { id: w.newId(), customerId: one.row.id, kind: 'address', value: one.address } as const,
  ]);
  await insertAll(w, schema.personalData, personal);
  const cautions = people.flatMap((one) => one.caution ?? []);
  const handovers = people.flatMap((one) => one.handover ?? []);
  const orders = people.flatMap((one) => one.orders.map(({ product: _product, ...row }) => row));
  await insertAll(w, schema.caution, cautions);
  await insertAll(w, schema.handoverNote, handovers);
  await insertAll(w, schema.order, orders);
  w.append(
    'customer',
    people.map((one) => one.row.id),
  );
  w.append(
    'channelIdentity',
    identities.map((row) => row.id),
  );
  w.append(
    'personalData',
    personal.map((row) => row.id),
  );
  w.append(
    'caution',
    cautions.map((row) => row.id),
  );
  w.append(
    'handoverNote',
    handovers.map((row) => row.id),
  );
  w.append(
    'order',
    orders.map((row) => row.id),
  );
}

/** @param history in order of the last activity */
export async function storeHistory(w: Writing, history: DemoConversation[]): Promise<void> {
  await insertAll(
    w,
    schema.conversation,
    history.map((one) => ({
      ...one.row,
      externalThreadId: one.threadId,
      firstUnansweredAt: one.firstUnansweredAt,
    })) as (typeof schema.conversation.$inferInsert)[],
  );
  await insertAll(
    w,
    schema.message,
    history.flatMap((one) => one.messages.map((row) => ({ ...row, channelAccountId: one.row.channelAccountId }))),
  );
  const calls = history.flatMap((one) =>
    one.call ? [{ ...one.call, channelAccountId: one.row.channelAccountId, externalId: `demo-${one.call.id}` }] : [],
  );
  await insertAll(w, schema.call, calls);
  await insertAll(
    w,
    schema.callNote,
    history.flatMap((one) => one.callNotes),
  );
  for (const one of history) {
    w.append(
      'message',
      one.messages.map((row) => row.id),
    );
    if (one.call) w.append('call', [one.call.id]);
    w.append(
      'callNote',
      one.callNotes.map((row) => row.id),
    );
    w.append('conversation', [one.row.id]);
  }
}
