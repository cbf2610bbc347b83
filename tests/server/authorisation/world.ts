/** Everybody who may knock, and one thing of each kind in two workspaces that must know nothing of each other. */
import { randomUUID } from 'node:crypto';
import { getTableColumns, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import * as schema from '../../../src/server/db/schema.ts';
import { rowsOf } from '../../../src/server/db/server-database.ts';
import { write } from '../../../src/server/db/write.ts';
import { hashPassword } from '../../../src/server/session/password.ts';
import type { AgentId, ChannelAccountId, HandoverNoteId, OrderId } from '../../../src/shared/domain/ids.ts';
import { type Administrators, addAdministrators } from '../../support/administrators.ts';
import { addConversation, type TestAgent } from '../../support/small-centre.ts';
import type { TestServer } from '../../support/start-test-server.ts';
import { openConsole, type TestConsole } from '../../support/test-console.ts';

/** Stands in every name and text of the other workspace: in no answer to somebody of this one. */
export const SECRET = 'よその業務のひみつ';

export type Side = 'own' | 'other';
/** Who knocks. The last two are of the other workspace. */
export const actors = ['agent', 'partner', 'lead', 'admin', 'organisationAdmin', 'otherAdmin', 'otherAgent'] as const;
export type Actor = (typeof actors)[number];

export type World = {
  server: TestServer;
  people: Administrators;
  consoles: Record<Actor, TestConsole>;
  agents: Record<Actor, TestAgent>;
  /** One thing of each kind, named as the fields that hold its id. */
  things: Record<Side, Record<string, string>>;
};

const uuid = <T extends string>() => randomUUID() as string as T;

/** Fills a running server and connects everybody. */
export async function makeWorld(server: TestServer): Promise<World> {
  const { centre, source } = server;
  const { database } = server.running;
  const people = await addAdministrators(server);
  const { other } = people;
  const hara: TestAgent = { id: uuid<AgentId>(), login: 'hara', password: 'hara-password' };
  const otherAccount = uuid<ChannelAccountId>();
  const teams = { own: randomUUID(), other: randomUUID() };
  await write(database, source, async (w) => {
    await w.tx.insert(schema.agent).values({
      id: hara.id,
      displayName: SECRET,
      role: 'agent',
      workspaceId: other.workspaceId,
      queueIds: [other.queueId],
    });
    await w.tx.insert(schema.credential).values({
      agentId: hara.id,
      login: hara.login,
      passwordHash: await hashPassword(hara.password, source.random),
    });
    await w.tx.insert(schema.channelAccount).values({
      id: otherAccount,
      workspaceId: other.workspaceId,
      channel: 'mail',
      queueId: other.queueId,
      name: SECRET,
      address: 'other@example.test',
      accountKey: 'other-mail',
      state: 'off',
      sealedSettings: '',
    });
    await w.tx.insert(schema.team).values([
      { id: teams.own as never, workspaceId: centre.workspaceId, name: 'team' },
      { id: teams.other as never, workspaceId: other.workspaceId, name: SECRET },
    ]);
    w.append('agent', [hara.id]);
    w.append('channelAccount', [otherAccount]);
  });
  const otherCentre = {
    ...centre,
    workspaceId: other.workspaceId,
    queues: { support: other.queueId, business: other.queueId },
    accounts: { ...centre.accounts, mail: otherAccount },
  };
  const made = {
    own: await addConversation(database, source, centre),
    other: await addConversation(database, source, otherCentre, { text: SECRET }),
  };
  const agents = { ...centre.agents, ...people, hara };
  const who: World['agents'] = {
    agent: agents.suzuki,
    partner: agents.takagi,
    lead: agents.sato,
    admin: agents.abe,
    organisationAdmin: agents.mori,
    otherAdmin: agents.ota,
    otherAgent: hara,
  };
  const consoles = {} as World['consoles'];
  for (const actor of actors) {
    const console = await openConsole(server.url, who[actor]);
    const welcome = await console.hello();
    if (!welcome.ok) throw new Error(`${actor}: ${welcome.why}`);
    consoles[actor] = console;
  }
  const things = {} as World['things'];
  for (const side of ['own', 'other'] as const) {
    const { customerId, conversationId, messageIds } = made[side];
    const more = await addChildren(server, side, customerId, conversationId, made[side].messageIds[0] ?? '');
    things[side] = {
      ...more,
      customerId,
      mergedIds: customerId,
      conversationId,
      messageId: messageIds[0] ?? '',
      workspaceId: side === 'own' ? centre.workspaceId : other.workspaceId,
      queueId: side === 'own' ? centre.queues.support : other.queueId,
      seenQueueId: side === 'own' ? centre.queues.support : other.queueId,
      channelAccountId: side === 'own' ? centre.accounts.mail : otherAccount,
      agentId: side === 'own' ? agents.ito.id : hara.id,
      assigneeId: side === 'own' ? agents.ito.id : hara.id,
      teamId: teams[side],
      clientId: consoles[side === 'own' ? 'partner' : 'otherAgent'].clientId,
    };
  }
  return { server, people, consoles, agents: who, things };
}

async function addChildren(
  server: TestServer,
  side: Side,
  customerId: string,
  conversationId: string,
  messageId: string,
) {
  const text = side === 'own' ? 'own' : SECRET;
  const ids = {
    handoverNoteId: uuid<HandoverNoteId>(),
    orderId: uuid<OrderId>(),
    duplicateId: randomUUID(),
    otherCustomerId: randomUUID(),
    attachmentId: randomUUID(),
    draftId: randomUUID(),
  };
  await write(server.running.database, server.source, async (w) => {
    const [of] = await w.tx.select().from(schema.customer).where(sql`id = ${customerId}`);
    if (!of) throw new Error('the customer was not made');
    const second = { ...of, id: ids.otherCustomerId as typeof of.id, displayName: text };
    await w.tx.insert(schema.customer).values(second);
    await w.tx.update(schema.customer).set({ displayName: text }).where(sql`id = ${customerId}`);
    await w.tx
      .insert(schema.handoverNote)
      .values({ id: ids.handoverNoteId, customerId: of.id, text, authorName: text, createdAt: w.now });
    await w.tx
      .insert(schema.personalData)
      .values({ id: w.newId(), customerId: of.id, kind: 'mail', value: `${side}@example.test` });
    await w.tx
      .insert(schema.duplicate)
      .values({ id: ids.duplicateId, customerId: of.id, otherId: second.id, reason: 'sameName' });
    await w.tx.insert(schema.order).values({
      id: ids.orderId,
      customerId: of.id,
      number: `${side}-1`,
      orderedAt: w.now,
      salesChannel: 'ec',
      status: 'received',
      amount: 1,
      currency: 'JPY',
    });
    await w.tx.insert(schema.attachment).values({
      id: ids.attachmentId as never,
      conversationId: conversationId as never,
      messageId: messageId as never,
      name: text,
      declaredType: 'text/plain',
      sniffedType: 'text/plain',
      size: 1,
      sha256: '0'.repeat(64),
    });
    w.append('customer', [of.id, second.id]);
    w.append('handoverNote', [ids.handoverNoteId]);
    w.append('duplicate', [ids.duplicateId]);
    w.append('order', [ids.orderId]);
    w.append('attachment', [ids.attachmentId]);
  });
  return ids;
}

const isTable = (value: unknown): value is PgTable =>
  typeof value === 'object' && value !== null && Symbol.for('drizzle:IsDrizzleTable') in value;

/** Every row of a workspace, of its customers and its conversations, as text: what nobody of another one may change. */
export async function snapshotOf({ server, things }: World, side: Side): Promise<string[]> {
  const { workspaceId, customerId, otherCustomerId, conversationId } = things[side];
  const belongs: Record<string, string[]> = {
    workspaceId: [workspaceId ?? ''],
    customerId: [customerId ?? '', otherCustomerId ?? ''],
    conversationId: [conversationId ?? ''],
  };
  const found: string[] = [];
  for (const [name, table] of Object.entries(schema as Record<string, unknown>)) {
    if (!isTable(table) || name === 'auditEvent' || name === 'session' || name === 'device') continue;
    const columns = getTableColumns(table);
    const of = Object.keys(belongs).find((column) => column in columns);
    const column = of === undefined ? undefined : columns[of];
    if (of === undefined || column === undefined) continue;
    const rows = await rowsOf<{ row: string }>(
      server.running.database.orm,
      sql`select to_jsonb(t)::text as row from ${table} t where ${sql.identifier(column.name.replaceAll(/[A-Z]/g, (c) => `_${c.toLowerCase()}`))} = any(${sql.param(belongs[of])}::uuid[])`,
    );
    found.push(...rows.map(({ row }) => `${name} ${row}`));
  }
  return found.toSorted();
}
