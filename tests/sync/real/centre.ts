/** The small centre of a real-code simulation: three agents, three queues, a chat account for each, and what people in it do. */
import { eq } from 'drizzle-orm';
import type { InboundMessage } from '../../../src/server/channels/channel-adapter.ts';
import { addEvent, findConversation, setConversation } from '../../../src/server/conversations/add-message.ts';
import { conversationChanges } from '../../../src/server/conversations/conversation-changes.ts';
import { reportDelivery } from '../../../src/server/conversations/move-delivery.ts';
import { type AccountRecord, receiveMessage } from '../../../src/server/conversations/receive-message.ts';
import { ensureOrganisation } from '../../../src/server/db/ensure-organisation.ts';
import * as schema from '../../../src/server/db/schema.ts';
import type { ServerDatabase } from '../../../src/server/db/server-database.ts';
import { pinCustomer } from '../../../src/server/sync/pin-customer.ts';
import type {
  AgentId,
  ChannelAccountId,
  ConversationId,
  CustomerId,
  MessageId,
  QueueId,
  WorkspaceId,
} from '../../../src/shared/domain/ids.ts';
import type { DeliveryState } from '../../../src/shared/domain/message.ts';
import type { MortalServer } from './mortal-server.ts';

const AGENTS = ['mori', 'sato', 'kato'];
const QUEUES = ['chat', 'shop', 'repair'];

export type Centre = {
  readonly workspaceId: WorkspaceId;
  readonly agents: readonly AgentId[];
  readonly queues: readonly QueueId[];
  /** The account of the last queue: its provider knows no key. */
  readonly keylessAccount: ChannelAccountId;
};

/** Founds the centre in an empty database. */
export async function foundCentre(database: ServerDatabase, server: MortalServer): Promise<Centre> {
  const { clock, random } = server.source;
  await ensureOrganisation(database, clock, random, { name: 'simulated', timeZone: 'Asia/Tokyo', locale: 'ja' });
  return await server.run(async (w) => {
    const workspaceId = w.newId<WorkspaceId>();
    const queues = QUEUES.map((name) => ({ id: w.newId<QueueId>(), workspaceId, name }));
    const ids = queues.map((queue) => queue.id);
    const agents = AGENTS.map((displayName, index) => ({
      id: w.newId<AgentId>(),
      workspaceId,
      displayName,
      role: index === 1 ? ('teamLead' as const) : ('agent' as const),
      queueIds: [...new Set([ids[0], ids[index]])].filter((id) => id !== undefined),
      // One of them may not see the directory: what is pinned for her must not come either.
      rights: index === 2 ? [] : (['directory'] satisfies schema.AgentRight[]),
    }));
    const accounts = queues.map(({ id: queueId, name }) => ({
      id: w.newId<ChannelAccountId>(),
      workspaceId,
      channel: 'webChat' as const,
      name,
      address: name,
      queueId,
      accountKey: name,
      sealedSettings: '',
      state: 'running' as const,
    }));
    await w.tx
      .insert(schema.workspace)
      .values({ id: workspaceId, name: 'simulated', colour: '#2B48C4', timeZone: 'Asia/Tokyo', locale: 'ja' });
    await w.tx.insert(schema.queue).values(queues);
    await w.tx.insert(schema.agent).values(agents);
    await w.tx.insert(schema.channelAccount).values(accounts);
    w.append('workspace', [workspaceId]);
    w.append('queue', ids);
    w.append(
      'agent',
      agents.map(({ id }) => id),
    );
    w.append(
      'channelAccount',
      accounts.map(({ id }) => id),
    );
    const keylessAccount = accounts[2]?.id as ChannelAccountId;
    return { workspaceId, agents: agents.map(({ id }) => id), queues: ids, keylessAccount };
  });
}

/** A customer writes to a queue, in the thread of that customer there. */
export async function customerWrites(
  server: MortalServer,
  customer: number,
  queue: number,
  text: string,
): Promise<void> {
  await server.run(async (w) => {
    const accounts = await w.tx.select().from(schema.channelAccount);
    const account = accounts.find(({ name }) => name === QUEUES[queue]) as AccountRecord | undefined;
    if (account === undefined) return;
    const inbound: InboundMessage = {
      externalId: w.newId(),
      threadId: `${customer} in ${queue}`,
      author: { address: `visitor-${customer}`, displayName: `お客様${customer}`, isVerified: false },
      text,
      html: null,
      detail: { kind: 'text' },
      subject: null,
      sentAt: w.now,
      files: [],
      answersExternalIds: [],
      replyToken: null,
      visibility: 'private',
      answerByMail: null,
    };
    await receiveMessage(w, conversationChanges(), account, inbound, []);
  });
}

/** Everything that stands is over. */
export async function everythingEnds(server: MortalServer): Promise<void> {
  await server.run(async (w) => {
    for (const { id } of await w.tx.select().from(schema.conversation))
      await setConversation(w, id, { status: 'resolved', resolvedAt: w.now });
  });
}

/** A lead moves a conversation to another queue. */
export async function leadMoves(server: MortalServer, conversationId: ConversationId, queueId: QueueId): Promise<void> {
  await server.run(async (w) => {
    const found = await findConversation(w, conversationId);
    if (found) await setConversation(w, found.id, { queueId });
  });
}

/** A lead gives a conversation to an agent, or to nobody, with its line in the timeline. */
export async function leadAssigns(
  server: MortalServer,
  conversationId: ConversationId,
  assigneeId: AgentId | null,
): Promise<void> {
  await server.run(async (w) => {
    const found = await findConversation(w, conversationId);
    if (found) await addEvent(w, await setConversation(w, found.id, { assigneeId }), 'assigned', 'lead');
  });
}

/** A delivery mark: the message alone changes, so its number is above its conversation's. */
export async function messageIsMarked(server: MortalServer, messageId: MessageId): Promise<void> {
  await server.run(async (w) => {
    await w.tx.update(schema.message).set({ deliveryAt: w.now }).where(eq(schema.message.id, messageId));
    w.append('message', [messageId]);
  });
}

/** A provider reports about a reply, in time, late or again. */
export async function providerReports(server: MortalServer, messageId: MessageId, state: DeliveryState): Promise<void> {
  await server.run(async (w) => {
    const [found] = await w.tx.select().from(schema.message).where(eq(schema.message.id, messageId));
    const accounts = await w.tx.select().from(schema.channelAccount);
    const account = accounts.find(({ id }) => id === found?.channelAccountId) as AccountRecord | undefined;
    if (account === undefined) return;
    await reportDelivery(w, conversationChanges(), account, {
      messageId,
      externalId: null,
      state,
      reason: null,
      at: w.now,
    });
  });
}

/** An agent's queues change. */
export async function queuesChange(
  server: MortalServer,
  agentId: AgentId,
  change: (queues: QueueId[]) => QueueId[],
): Promise<void> {
  await server.run(async (w) => {
    const [agent] = await w.tx.select().from(schema.agent).where(eq(schema.agent.id, agentId));
    if (!agent) return;
    await w.tx
      .update(schema.agent)
      .set({ queueIds: change(agent.queueIds) })
      .where(eq(schema.agent.id, agentId));
    w.append('agent', [agentId]);
  });
}

/** An agent opens a customer: the whole timeline comes. */
export async function customerIsPinned(server: MortalServer, agentId: AgentId, customerId: CustomerId): Promise<void> {
  await server.run((w) => pinCustomer(w, agentId, customerId));
}

/** Gone entries up to `back` numbers ago are forgotten. */
export async function goneIsForgotten(server: MortalServer, back: number): Promise<void> {
  await server.run(async (w) => {
    const [organisation] = await w.tx.select().from(schema.organisation);
    const horizon = Math.max(organisation?.horizon ?? 0, (organisation?.sv ?? 0) - back);
    await w.tx.execute(`delete from feed_entry where gone and sv <= ${horizon}`);
    await w.tx.update(schema.organisation).set({ horizon });
  });
}
