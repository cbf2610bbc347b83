/** What people do in a world of real code: customers write, agents order and decide, leads move work and rights about. */
import type { ConsoleApi } from '../../../src/shared/console-api.ts';
import type { ConversationId, CustomerId, MessageId } from '../../../src/shared/domain/ids.ts';
import * as centre from './centre.ts';
import { type Chooser, type Doing, running } from './choose.ts';
import type { Device } from './mortal-core.ts';
import { type RealWorld, settle, stepRealWorld, type Written } from './real-world.ts';

const CUSTOMERS = 4;

async function idsOf<T>(world: RealWorld, table: 'conversation' | 'message' | 'customer'): Promise<T[]> {
  const rows = await world.server.read<{ id: T }>(`select id from ${table} order by id`);
  return rows.map(({ id }) => id);
}

/** What the window of a device shows; empty when it does not run. */
export async function shownConversations(device: Device): Promise<ConversationId[]> {
  const answer = await ask(device, (api) => api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 50 }));
  return (answer?.rows ?? []).map(({ conversationId }) => conversationId).sort();
}

/** Asks a core as its window does. Undefined when it refuses, or dies before it answers. */
export async function ask<T>(device: Device, call: (api: ConsoleApi) => Promise<T>): Promise<T | undefined> {
  const { api } = device;
  if (api === null) return undefined;
  let answer: T | undefined;
  call(api).then(
    (value) => (answer = value),
    () => undefined,
  );
  // A core answers queries and commands in the same turn or never.
  for (let turns = 0; turns < 6; turns++) await new Promise<void>((resolve) => setImmediate(resolve));
  return answer;
}

/** Asks what a core answers in slices, with pauses between: time goes on meanwhile. */
export async function askPatiently<T>(
  world: RealWorld,
  device: Device,
  call: (api: ConsoleApi) => Promise<T>,
): Promise<T | undefined> {
  if (device.api === null) return undefined;
  const state: { isSettled: boolean; value?: T } = { isSettled: false };
  call(device.api).then(
    (value) => Object.assign(state, { isSettled: true, value }),
    () => (state.isSettled = true),
  );
  for (let turns = 0; turns < 1_000 && !state.isSettled; turns++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (turns > 6) world.time.runNext(world.time.clock.now() + 20);
  }
  return state.value;
}

async function order(world: RealWorld, device: Device, choose: Chooser): Promise<void> {
  const conversationId = choose.of(await shownConversations(device));
  if (conversationId === undefined) return;
  const detail = await ask(device, (api) => api.conversations.get({ conversationId }));
  if (detail === undefined) return;
  const text = `from ${device.name}, number ${world.nextNumber++}`;
  const kind = choose.below(6);
  if (kind === 0) {
    await ask(device, (api) => api.conversations.assign({ conversationId, assigneeId: device.agentId }));
  } else if (kind === 1) {
    const status = choose.of(['inProgress', 'pending', 'resolved'] as const) ?? 'pending';
    await ask(device, (api) => api.conversations.setStatus({ conversationId, status }));
  } else {
    const { seenSeq } = detail;
    // The window sends what stands in the field: the draft, and the files that stand with it.
    const draft = kind === 2 ? null : await ask(device, (api) => api.drafts.get({ conversationId }));
    const files = kind === 2 ? null : await ask(device, (api) => api.files.list({ conversationId }));
    const whole = [draft?.reply ?? '', text].filter((part) => part !== '').join(' ');
    const ids = files?.files.map(({ uploadId }) => uploadId) ?? [];
    const stored = await ask(device, (api) =>
      kind === 2
        ? api.notes.add({ conversationId, text })
        : api.replies.send({
            conversationId,
            text: whole,
            mail: null,
            seenSeq,
            ...(ids.length === 0 ? {} : { files: ids }),
          }),
    );
    if (stored) {
      world.written.push({
        ...stored,
        conversationId,
        text: kind === 2 ? text : whole,
        device: device.name,
        position: world.nextNumber,
        wasTakenBack: false,
        wasSentAnyway: false,
        files: ids.length,
      });
    }
  }
  await settle(world);
}

/** A person looks through the desk of a device: everything that it shows is read from its files. */
export async function readEverything(world: RealWorld, device: Device): Promise<void> {
  await askPatiently(world, device, (api) => api.search.counts({ text: 'number' }));
  await ask(device, (api) => api.search.all({ text: 'number', limit: 50 }));
  for (const conversationId of await shownConversations(device)) {
    const detail = await ask(device, (api) => api.conversations.get({ conversationId }));
    if (detail === undefined) continue;
    const { customerId } = detail.conversation;
    await ask(device, (api) => api.customers.timeline({ customerId, conversationId: null, before: null, limit: 50 }));
  }
}

function writtenBy(world: RealWorld, commandId: string): Written[] {
  return world.written.filter((one) => one.commandId === commandId);
}

/** A person decides about the first thing that was stopped. */
export async function decide(world: RealWorld, device: Device, anyway: boolean): Promise<boolean> {
  const listed = await ask(device, (api) => api.outbox.list({}));
  const row = listed?.rows.find(({ state }) => state === 'needsReview' || state === 'refused');
  if (row === undefined) return false;
  const { commandId } = row;
  if (row.conflict?.canKeepBoth === true && world.random.next() < 0.4) {
    await ask(device, (api) => api.outbox.keepBoth({ commandId }));
  } else if (anyway) {
    const next = await ask(device, (api) => api.outbox.sendAnyway({ commandId }));
    for (const one of writtenBy(world, commandId)) {
      one.wasSentAnyway = true;
      if (next) one.commandId = next.commandId;
    }
  } else {
    for (const one of writtenBy(world, commandId)) one.wasTakenBack = true;
    await ask(device, (api) => api.outbox.discard({ commandId }));
  }
  await settle(world);
  return true;
}

/** A write of the server's own features; one that a dying server or a full disk loses never happened. */
async function serverDoes(world: RealWorld, work: () => Promise<void>): Promise<void> {
  world.rights.suspend();
  await work().catch((error: unknown) => {
    if (!(error instanceof Error) || !isLoss(error)) throw error;
  });
  await settle(world);
  await world.rights.learn();
}

/** Whether a write was lost with the server or its disk. Drizzle wraps what the database says. */
function isLoss(error: Error): boolean {
  return (
    error.name === 'ServerKilled' || error.name === 'DiskFull' || (error.cause instanceof Error && isLoss(error.cause))
  );
}

export const peopleActs = {
  customerWrites: (world, choose) =>
    serverDoes(world, () =>
      centre.customerWrites(
        world.server,
        choose.below(CUSTOMERS),
        choose.below(3),
        `customer, number ${world.nextNumber++}`,
      ),
    ),
  async leadMoves(world, choose) {
    const conversation = choose.of(await idsOf<ConversationId>(world, 'conversation'));
    const queue = choose.of(world.centre.queues);
    if (conversation && queue) await serverDoes(world, () => centre.leadMoves(world.server, conversation, queue));
  },
  async leadAssigns(world, choose) {
    const conversation = choose.of(await idsOf<ConversationId>(world, 'conversation'));
    const agent = choose.of([...world.centre.agents, null]) ?? null;
    if (conversation) await serverDoes(world, () => centre.leadAssigns(world.server, conversation, agent));
  },
  async messageIsMarked(world, choose) {
    const message = choose.of(await idsOf<MessageId>(world, 'message'));
    if (message) await serverDoes(world, () => centre.messageIsMarked(world.server, message));
  },
  async queueGiven(world, choose) {
    const [agent, queue] = [choose.of(world.centre.agents), choose.of(world.centre.queues)];
    if (agent && queue)
      await serverDoes(world, () => centre.queuesChange(world.server, agent, (all) => [...new Set([...all, queue])]));
  },
  async queueTaken(world, choose) {
    const [agent, queue] = [choose.of(world.centre.agents), choose.of(world.centre.queues)];
    if (agent && queue)
      await serverDoes(world, () =>
        centre.queuesChange(world.server, agent, (all) => all.filter((one) => one !== queue)),
      );
  },
  async queueFlickers(world, choose) {
    const [agent, queue] = [choose.of(world.centre.agents), choose.of(world.centre.queues)];
    if (!agent || !queue) return;
    await serverDoes(world, () =>
      centre.queuesChange(world.server, agent, (all) => all.filter((one) => one !== queue)),
    );
    for (let n = choose.below(8); n > 0; n--) await stepRealWorld(world);
    await serverDoes(world, () => centre.queuesChange(world.server, agent, (all) => [...all, queue]));
  },
  async customerIsPinned(world, choose) {
    const [agent, customer] = [choose.of(world.centre.agents), choose.of(await idsOf<CustomerId>(world, 'customer'))];
    if (agent && customer) await serverDoes(world, () => centre.customerIsPinned(world.server, agent, customer));
  },
  goneIsForgotten: (world, choose) => serverDoes(world, () => centre.goneIsForgotten(world.server, choose.below(12))),
  async providerReports(world, choose) {
    const out = [...world.provider.delivered.values()].map(({ messageId }) => messageId as MessageId);
    const message = choose.of(out);
    const state = choose.of(['sent', 'delivered', 'read', 'failed'] as const) ?? 'sent';
    if (message) await serverDoes(world, () => centre.providerReports(world.server, message, state));
  },
  providersChangeMood(world, choose) {
    world.provider.isMoody = choose.chance(0.5);
  },
  async agentOrders(world, choose) {
    const device = choose.of(running(world));
    if (device) for (let n = choose.below(3); n >= 0; n--) await order(world, device, choose);
  },
  async agentDecides(world, choose) {
    const device = choose.of(running(world));
    if (device) await decide(world, device, choose.chance(0.6));
  },
} satisfies Record<string, Doing>;
