/**
 * What happens to the world: people write, leads move work about, machines and lines fail. An act is a name and a seed of
 * its own, so that a failing run can be made shorter by leaving acts out without changing the others.
 */
import { seededRandom } from '../../../src/shared/domain/clock.ts';
import { compose, emptyCache, remove, replace, type OutboxRow } from './client-files.ts';
import { commit, forgetGone, messagesOf, type Change } from './server-file.ts';
import { afterCommit, levelFor } from './server.ts';
import type { Command, Conversation } from './wire.ts';
import { addDesk, adopt, crashDesk, cut, post, restartServer, runDesk, stepWorld } from './world.ts';
import { fresh, type Desk, type World } from './world-state.ts';

export const AGENTS = ['mori', 'sato', 'kato'];
export const QUEUES = ['chat', 'mail', 'phone'];
export const CUSTOMERS = ['k1', 'k2', 'k3'];
const STATUSES = ['inProgress', 'pending', 'resolved'];
const MAX_CONVERSATIONS = 9;
const MAX_DESKS = 5;

/** The rights with which a centre begins; the directory and one's own work are never taken away. */
export function firstRights(): Map<string, ReadonlySet<string>> {
  return new Map(
    AGENTS.map((agent, index) => [
      agent,
      new Set([`mine:${agent}`, 'directory', `queue:${QUEUES[index] ?? 'chat'}`, `queue:chat`]),
    ]),
  );
}

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

function conversations(world: World): Conversation[] {
  return [...world.server.file.rows.values()].filter((row) => row.kind === 'conversation');
}

function write(world: World, change: Change): void {
  const { file, touched } = commit(world.server.file, change, world.flaw);
  world.server = afterCommit(world.server, file, touched, world.now);
}

function setRights(world: World, agent: string, change: (scopes: Set<string>) => void): void {
  const scopes = new Set(world.server.file.rights.get(agent));
  change(scopes);
  write(world, { rights: new Map(world.server.file.rights).set(agent, scopes) });
  const told = [...world.server.connections].filter(([, line]) => line.isOpen && line.agent === agent);
  post(
    world,
    told.map(([id]) => levelFor(world.server, id, world.flaw)),
  );
}

/** Conversations as an agent sees them on the device: from the cache. */
function shown(desk: Desk): Conversation[] {
  return [...desk.client.cache.rows.values()].filter((row) => row.kind === 'conversation');
}

function order(world: World, desk: Desk, choose: Chooser): Command | null {
  const conversation = choose.of(shown(desk));
  if (conversation === undefined) return null;
  const { client } = desk;
  const base = {
    id: fresh(world, `${client.name}-`),
    author: client.name,
    position: client.outbox.nextPosition,
    conversation: conversation.id,
  };
  const seenSeq = messagesOf(client.cache.rows, conversation.id).at(-1)?.seq ?? 0;
  switch (choose.below(8)) {
    case 0:
      return { ...base, kind: 'note', message: fresh(world, 'm') };
    case 1:
      return { ...base, kind: 'setStatus', status: choose.of(STATUSES) ?? 'pending', seenStatus: conversation.status };
    case 2:
      return { ...base, kind: 'move', queue: choose.of(QUEUES) ?? 'chat' };
    case 3:
      return { ...base, kind: 'assign', assignee: client.agent, seenAssignee: conversation.assignee };
    default:
      return { ...base, kind: 'reply', message: fresh(world, 'm'), seenSeq, anyway: false };
  }
}

function withCommand(world: World, desk: Desk, command: Command): void {
  const stored = adopt(world, desk, { ...desk.client, outbox: compose(desk.client.outbox, command, world.flaw) });
  // A core that died before the outbox had it never showed it to the agent.
  if (stored) world.ledger.composed.set(command.id, command);
  runDesk(world, desk);
}

/** A person decides about a command that was stopped: send it anyway, or give it up. */
export function decideReview(world: World, desk: Desk, row: OutboxRow, anyway: boolean): void {
  const { takenBack, composed } = world.ledger;
  const isNew = !takenBack.has(row.command.id);
  takenBack.add(row.command.id);
  let { outbox } = desk.client;
  let command: Command | null = null;
  if (anyway && row.command.kind === 'reply') {
    command = { ...row.command, id: fresh(world, `${desk.client.name}-`), anyway: true };
    outbox = replace(outbox, row.command.id, command);
  } else outbox = remove(outbox, row.command.id);
  if (adopt(world, desk, { ...desk.client, outbox })) {
    if (command !== null) composed.set(command.id, command);
  } else if (isNew) takenBack.delete(row.command.id);
  runDesk(world, desk);
}

type Doing = (world: World, choose: Chooser) => void;

function atDesk(work: (world: World, desk: Desk, choose: Chooser) => void): Doing {
  return (world, choose) => {
    const desk = choose.of(world.desks);
    if (desk?.isRunning) work(world, desk, choose);
  };
}

const acts = {
  customerWrites(world, choose) {
    const conversation = choose.of(conversations(world));
    if (!conversation) return;
    const seq = conversation.lastSeq + 1;
    const id = fresh(world, 'm');
    const message = { kind: 'message', id, conversation: conversation.id, seq, author: 'customer', text: '' } as const;
    // Sometimes the message alone changes, as a delivery mark does: then its number is above its conversation's.
    write(world, { put: [{ ...conversation, lastSeq: seq }, message] });
  },
  messageChanges(world, choose) {
    const message = choose.of([...world.server.file.rows.values()].filter((row) => row.kind === 'message'));
    if (message) write(world, { put: [message] });
  },
  conversationBegins(world, choose) {
    if (conversations(world).length >= MAX_CONVERSATIONS) return;
    const [queue, customer] = [choose.of(QUEUES) ?? '', choose.of(CUSTOMERS) ?? ''];
    const id = fresh(world, 'c');
    write(world, { put: [{ kind: 'conversation', id, queue, customer, assignee: null, status: 'new', lastSeq: 0 }] });
  },
  customerChanges(world, choose) {
    const id = choose.of(CUSTOMERS) ?? '';
    write(world, { put: [{ kind: 'customer', id, name: fresh(world, 'name') }] });
  },
  leadMoves(world, choose) {
    const conversation = choose.of(conversations(world));
    if (conversation) write(world, { put: [{ ...conversation, queue: choose.of(QUEUES) ?? '' }] });
  },
  leadAssigns(world, choose) {
    const conversation = choose.of(conversations(world));
    const assignee = choose.of([...AGENTS, null]) ?? null;
    if (conversation) write(world, { put: [{ ...conversation, assignee }] });
  },
  retentionRemoves(world, choose) {
    const conversation = choose.of(conversations(world));
    if (conversation && choose.chance(0.5)) write(world, { remove: [conversation] });
  },
  rightGiven(world, choose) {
    const scope =
      choose.of([...QUEUES.map((queue) => `queue:${queue}`), ...CUSTOMERS.map((id) => `customer:${id}`)]) ?? '';
    setRights(world, choose.of(AGENTS) ?? '', (scopes) => scopes.add(scope));
  },
  rightTaken(world, choose) {
    const agent = choose.of(AGENTS) ?? '';
    const scopes = [...(world.server.file.rights.get(agent) ?? [])].filter((scope) => /^(queue|customer):/.test(scope));
    const scope = choose.of(scopes);
    if (scope !== undefined) setRights(world, agent, (all) => all.delete(scope));
  },
  rightFlickers(world, choose) {
    // Taken by mistake and given back at once: answers from before are still on their way.
    const agent = choose.of(AGENTS) ?? '';
    const scope = choose.of(
      [...(world.server.file.rights.get(agent) ?? [])].filter((name) => /^(queue|customer):/.test(name)),
    );
    if (scope === undefined) return;
    setRights(world, agent, (all) => all.delete(scope));
    for (let n = choose.below(8); n > 0; n--) stepWorld(world);
    setRights(world, agent, (all) => all.add(scope));
  },
  goneForgotten(world, choose) {
    const { file } = world.server;
    world.server = { ...world.server, file: forgetGone(file, Math.max(file.horizon, file.sv - choose.below(12))) };
  },
  backupTaken(world) {
    world.backup = world.server.file;
  },
  backupRestored(world) {
    if (world.backup === null) return;
    world.epochs++;
    restartServer(world, { ...world.backup, epoch: `epoch${world.epochs}` });
  },
  serverDies(world, choose) {
    if (choose.chance(0.5)) restartServer(world);
    else world.serverDiesAfterCommits = choose.below(3);
  },
  agentOrders: atDesk((world, desk, choose) => {
    for (let n = choose.below(3); n >= 0 && desk.isRunning; n--) {
      const command = order(world, desk, choose);
      if (command) withCommand(world, desk, command);
    }
  }),
  agentTakesBack: atDesk((world, desk, choose) => {
    const rows = desk.client.outbox.rows.filter((row) => !row.mayHaveBeenSent && row.state === 'queued');
    const row = choose.of(rows);
    if (row) decideReview(world, desk, row, false);
  }),
  agentDecides: atDesk((world, desk, choose) => {
    const row = desk.client.outbox.rows.find((each) => each.state === 'needsReview' || each.state === 'refused');
    if (row) decideReview(world, desk, row, choose.chance(0.6));
  }),
  lineBreaks: atDesk((world, desk) => cut(world, desk)),
  goesOffline: atDesk((world, desk) => {
    desk.isOnline = false;
    cut(world, desk);
  }),
  comesOnline(world, choose) {
    const desk = choose.of(world.desks);
    if (desk) desk.isOnline = true;
  },
  coreDies: atDesk((world, desk, choose) => {
    if (choose.chance(0.3)) crashDesk(world, desk);
    else desk.diesAfterSteps = choose.below(8);
  }),
  powerFails: atDesk((world, desk, choose) => {
    // The cache is written without waiting for the disk: its last transactions may be missing, never one in the middle.
    crashDesk(world, desk);
    const cache = choose.of(desk.earlierCaches) ?? desk.client.cache;
    forgetCursors(world, desk);
    desk.client = { ...desk.client, cache };
  }),
  cacheSpoils: atDesk((world, desk) => {
    crashDesk(world, desk);
    forgetCursors(world, desk);
    desk.client = { ...desk.client, cache: emptyCache };
  }),
  diskCloned: atDesk((world, desk) => {
    if (world.desks.length >= MAX_DESKS) return;
    world.ledger.hasClones = true;
    const ordinal = world.desks.filter((each) => each.client.agent === desk.client.agent).length + 1;
    addDesk(world, `${desk.client.agent}#${ordinal}`, desk.client.agent, desk);
  }),
  twinsClash: atDesk((world, desk, choose) => {
    // One dies with a numbered command that never left; its twin gives the same number to another command.
    if (world.desks.length >= MAX_DESKS) return;
    world.ledger.hasClones = true;
    const [mine, theirs] = [order(world, desk, choose), order(world, desk, choose)];
    if (mine === null || theirs === null) return;
    const twin = addDesk(world, `${desk.client.agent}#${fresh(world, 'twin')}`, desk.client.agent, desk);
    twin.isRunning = false;
    desk.diesAfterSteps = 2;
    withCommand(world, desk, mine);
    twin.isRunning = true;
    for (let n = choose.below(30); n > 0; n--) stepWorld(world);
    withCommand(world, twin, { ...theirs, author: twin.client.name });
  }),
  coreStarts(world, choose) {
    const desk = choose.of(world.desks.filter((each) => !each.isRunning));
    if (desk) desk.isRunning = true;
  },
  noiseChanges(world, choose) {
    const level = () => (choose.chance(0.5) ? 0 : choose.below(20) / 100);
    world.noise = { drop: level(), double: level(), reorder: choose.chance(0.5) ? 0 : choose.below(60) / 100 };
  },
  timePasses(world, choose) {
    for (let n = choose.below(25); n >= 0; n--) stepWorld(world);
  },
} satisfies Record<string, Doing>;

function forgetCursors(world: World, desk: Desk): void {
  for (const name of world.ledger.cursors.keys()) {
    if (name.startsWith(`${desk.client.name}/`)) world.ledger.cursors.delete(name);
  }
}

export type ActName = keyof typeof acts;
export type Act = { readonly name: ActName; readonly seed: number };

/** Lets one act happen, with a few small things after it. */
export function perform(world: World, act: Act): void {
  const choose = chooser(act.seed);
  world.chance = seededRandom(act.seed ^ 0x5eed);
  acts[act.name](world, choose);
  for (let n = choose.below(6); n > 0; n--) stepWorld(world);
}
