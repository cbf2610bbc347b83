/** What happens to a world of real code: people write, leads move work about, machines and lines fail. Each act has its own seed. */
import type { ConsoleApi } from '../../../src/shared/console-api.ts';
import { seededRandom } from '../../../src/shared/domain/clock.ts';
import type { ConversationId, CustomerId, MessageId } from '../../../src/shared/domain/ids.ts';
import * as centre from './centre.ts';
import type { Device } from './mortal-core.ts';
import { type RealWorld, settle, stepRealWorld, type Written } from './real-world.ts';

const CUSTOMERS = 4;
const MAX_DEVICES = 5;

type Chooser = {
  of: <T>(list: readonly T[]) => T | undefined;
  below: (limit: number) => number;
  chance: (p: number) => boolean;
};

function chooser(seed: number): Chooser {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random.next() * limit);
  return { of: (list) => list[below(list.length)], below, chance: (p) => random.next() < p };
}

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
    const stored = await ask(device, (api) =>
      kind === 2
        ? api.notes.add({ conversationId, text })
        : api.replies.send({ conversationId, text, mail: null, seenSeq }),
    );
    if (stored) {
      world.written.push({
        ...stored,
        conversationId,
        text,
        device: device.name,
        position: world.nextNumber,
        wasTakenBack: false,
        wasSentAnyway: false,
      });
    }
  }
  await settle(world);
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
  if (anyway) {
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

type Doing = (world: RealWorld, choose: Chooser) => Promise<void> | void;

const running = (world: RealWorld) => world.devices.filter(({ api }) => api !== null);

/** A write of the server's own features; one that a dying server loses never happened. */
async function serverDoes(world: RealWorld, work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== 'ServerKilled') throw error;
  });
  await settle(world);
}

const acts = {
  customerWrites: (world, choose) =>
    serverDoes(
      world,
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
    if (conversation && queue) await serverDoes(world, centre.leadMoves(world.server, conversation, queue));
  },
  async leadAssigns(world, choose) {
    const conversation = choose.of(await idsOf<ConversationId>(world, 'conversation'));
    const agent = choose.of([...world.centre.agents, null]) ?? null;
    if (conversation) await serverDoes(world, centre.leadAssigns(world.server, conversation, agent));
  },
  async messageIsDelivered(world, choose) {
    const message = choose.of(await idsOf<MessageId>(world, 'message'));
    if (message) await serverDoes(world, centre.messageIsDelivered(world.server, message));
  },
  async queueGiven(world, choose) {
    const [agent, queue] = [choose.of(world.centre.agents), choose.of(world.centre.queues)];
    if (agent && queue)
      await serverDoes(
        world,
        centre.queuesChange(world.server, agent, (all) => [...new Set([...all, queue])]),
      );
  },
  async queueTaken(world, choose) {
    const [agent, queue] = [choose.of(world.centre.agents), choose.of(world.centre.queues)];
    if (agent && queue)
      await serverDoes(
        world,
        centre.queuesChange(world.server, agent, (all) => all.filter((one) => one !== queue)),
      );
  },
  async queueFlickers(world, choose) {
    const [agent, queue] = [choose.of(world.centre.agents), choose.of(world.centre.queues)];
    if (!agent || !queue) return;
    await serverDoes(
      world,
      centre.queuesChange(world.server, agent, (all) => all.filter((one) => one !== queue)),
    );
    for (let n = choose.below(8); n > 0; n--) await stepRealWorld(world);
    await serverDoes(
      world,
      centre.queuesChange(world.server, agent, (all) => [...all, queue]),
    );
  },
  async customerIsPinned(world, choose) {
    const [agent, customer] = [choose.of(world.centre.agents), choose.of(await idsOf<CustomerId>(world, 'customer'))];
    if (agent && customer) await serverDoes(world, centre.customerIsPinned(world.server, agent, customer));
  },
  goneIsForgotten: (world, choose) => serverDoes(world, centre.goneIsForgotten(world.server, choose.below(12))),
  async backupTaken(world) {
    world.copy = await world.server.takeCopy();
  },
  async backupRestored(world) {
    if (world.copy === null) return;
    world.wasRestored = true;
    world.restartServer();
    await world.server.restore(world.copy);
  },
  serverDies(world, choose) {
    if (choose.chance(0.4)) world.restartServer();
    else world.server.dieAtCommit(choose.below(3), choose.chance(0.5));
  },
  async agentOrders(world, choose) {
    const device = choose.of(running(world));
    if (device) for (let n = choose.below(3); n >= 0; n--) await order(world, device, choose);
  },
  async agentDecides(world, choose) {
    const device = choose.of(running(world));
    if (device) await decide(world, device, choose.chance(0.6));
  },
  lineBreaks(world, choose) {
    const device = choose.of(running(world));
    if (device)
      world.sockets.cut(world.maker.lineOf(device), { isSilent: choose.chance(0.2), isHalfOpen: choose.chance(0.5) });
  },
  goesOffline(world, choose) {
    const device = choose.of(running(world));
    if (!device) return;
    device.isOnline = false;
    world.sockets.cut(world.maker.lineOf(device), { isSilent: choose.chance(0.2), isHalfOpen: choose.chance(0.5) });
  },
  comesOnline(world, choose) {
    const device = choose.of(world.devices);
    if (device) device.isOnline = true;
  },
  coreDies(world, choose) {
    const device = choose.of(running(world));
    if (!device) return;
    if (choose.chance(0.3)) world.maker.kill(device);
    else world.maker.dieAtCommit(device, choose.below(8), choose.chance(0.5));
  },
  cacheIsKept(world, choose) {
    const device = choose.of(running(world));
    if (device) world.maker.keepCache(device);
  },
  powerFails(world, choose) {
    const device = choose.of(running(world));
    if (!device) return;
    world.shaken.add(device);
    world.maker.failPower(device);
  },
  cacheIsLost(world, choose) {
    const device = choose.of(running(world));
    if (!device) return;
    world.shaken.add(device);
    world.maker.loseCache(device);
  },
  diskIsCloned(world, choose) {
    const device = choose.of(world.devices);
    if (!device || world.devices.length >= MAX_DEVICES) return;
    world.hasTwins = true;
    const twin = world.maker.clone(device, `device${world.devices.length}`);
    world.devices.push(twin);
    world.maker.start(twin);
  },
  coreStarts(world, choose) {
    const device = choose.of(world.devices.filter(({ api }) => api === null));
    if (device) world.maker.start(device);
  },
  noiseChanges(world, choose) {
    const level = () => (choose.chance(0.5) ? 0 : choose.below(25) / 100);
    Object.assign(world.sockets.noise, {
      drop: level(),
      double: level(),
      delay: choose.chance(0.5) ? 0 : choose.below(50) / 100,
    });
  },
  async timePasses(world, choose) {
    for (let n = choose.below(20); n >= 0; n--) await stepRealWorld(world);
  },
} satisfies Record<string, Doing>;

export type RealActName = keyof typeof acts;
export type RealAct = { readonly name: RealActName; readonly seed: number };

/** How often each act is drawn; the weather of a run makes some of them more frequent. */
const weights: Record<RealActName, number> = {
  customerWrites: 14,
  leadMoves: 6,
  leadAssigns: 4,
  messageIsDelivered: 3,
  queueGiven: 3,
  queueTaken: 3,
  queueFlickers: 2,
  customerIsPinned: 2,
  goneIsForgotten: 1.5,
  backupTaken: 1,
  backupRestored: 0.5,
  serverDies: 3,
  agentOrders: 14,
  agentDecides: 4,
  lineBreaks: 4,
  goesOffline: 4,
  comesOnline: 7,
  coreDies: 5,
  cacheIsKept: 2,
  powerFails: 1,
  cacheIsLost: 0.5,
  diskIsCloned: 0.4,
  coreStarts: 8,
  noiseChanges: 4,
  timePasses: 34,
};
const weathers: readonly Partial<Record<RealActName, number>>[] = [
  {},
  { leadMoves: 16, leadAssigns: 10, queueFlickers: 10, queueGiven: 6, queueTaken: 6, noiseChanges: 10 },
  { diskIsCloned: 3, coreDies: 12, coreStarts: 14, agentOrders: 24, goesOffline: 8 },
  { backupTaken: 5, backupRestored: 4, serverDies: 8, agentOrders: 24 },
];

/** The acts of a run, drawn from its seed. */
export function planRealActs(seed: number, count: number): RealAct[] {
  const random = seededRandom(seed);
  const names = Object.keys(weights) as RealActName[];
  const weather = { ...weights, ...weathers[seed % weathers.length] };
  const total = names.reduce((sum, name) => sum + weather[name], 0);
  return Array.from({ length: count }, () => {
    let at = random.next() * total;
    const name = names.find((candidate) => (at -= weather[candidate]) < 0) ?? 'timePasses';
    return { name, seed: Math.floor(random.next() * 2 ** 32) };
  });
}

/** Lets one act happen, with a few small things after it. */
export async function performReal(world: RealWorld, act: RealAct): Promise<void> {
  const choose = chooser(act.seed);
  await acts[act.name](world, choose);
  for (let n = choose.below(6); n > 0; n--) await stepRealWorld(world);
}
