/**
 * The world around the model: wires that lose, double, delay and reorder, processes that die between two steps, and a
 * clock that only this file moves. The only place of the model where anything is changed in place.
 */
import type { Random } from '../../../src/shared/domain/clock.ts';
import { checkMail, checkStep } from './checks.ts';
import { freshMemory, hangUp, hear, type Client } from './client.ts';
import { emptyCache, emptyOutbox } from './client-files.ts';
import type { Flaw } from './flaws.ts';
import { nextStep } from './next-step.ts';
import { forgetConnection, receive, startServer, tick, type Mail } from './server.ts';
import { emptyServerFile, type ServerFile } from './server-file.ts';
import { BrokenPromise, fresh, pick, type Desk, type Ledger, type Wire, type World } from './world-state.ts';

/** How long a server may take to notice a dead line: socket.io's ping interval and timeout together. */
const NOTICED_WITHIN_MS = 45_000;

/** A world with an empty centre and one device for each agent. */
export function createWorld(chance: Random, rights: ServerFile['rights'], ledger: Ledger, flaw: Flaw | null): World {
  const world: World = {
    now: 0,
    chance,
    flaw,
    server: startServer(emptyServerFile('epoch1', rights), 0),
    serverDiesAfterCommits: null,
    epochs: 1,
    backup: null,
    desks: [],
    wires: [],
    nextConnection: 1,
    nextName: 1,
    halfOpen: [],
    noise: { drop: 0, double: 0, reorder: 0 },
    ledger,
  };
  for (const agent of rights.keys()) addDesk(world, `${agent}#1`, agent);
  return world;
}

/** A new device, with empty files or with a copy of another one's. */
export function addDesk(world: World, name: string, agent: string, clonedFrom?: Desk): Desk {
  const run = clonedFrom && world.flaw === 'runWordOnDisk' ? clonedFrom.client.memory.run : fresh(world, 'run');
  const client: Client = {
    name,
    agent,
    cache: clonedFrom?.client.cache ?? emptyCache,
    outbox: clonedFrom?.client.outbox ?? emptyOutbox(fresh(world, 'client')),
    memory: freshMemory(run, world.now),
    healed: 0,
  };
  const desk: Desk = {
    client,
    isRunning: true,
    isOnline: true,
    connection: null,
    diesAfterSteps: null,
    earlierCaches: [],
  };
  world.desks.push(desk);
  return desk;
}

/** Takes a state that a device reached by one durable step. False when the device died instead. */
export function adopt(world: World, desk: Desk, client: Client): boolean {
  if (desk.diesAfterSteps !== null && desk.diesAfterSteps-- <= 0) {
    crashDesk(world, desk);
    return false;
  }
  checkStep(world, desk, client);
  if (client.cache !== desk.client.cache) desk.earlierCaches = [...desk.earlierCaches.slice(-4), desk.client.cache];
  const hungUp = desk.client.memory.phase !== 'offline' && client.memory.phase === 'offline';
  desk.client = client;
  if (hungUp) cut(world, desk);
  return true;
}

/** The process of a device ends. Its files stay, its memory does not. */
export function crashDesk(world: World, desk: Desk): void {
  cut(world, desk);
  const run = world.flaw === 'runWordOnDisk' ? desk.client.memory.run : fresh(world, 'run');
  desk.client = { ...desk.client, memory: freshMemory(run, world.now) };
  desk.diesAfterSteps = null;
  desk.isRunning = false;
}

/** The line of a device breaks. What was on its way up may still arrive; the server may notice late. */
export function cut(world: World, desk: Desk): void {
  const { connection } = desk;
  if (connection === null) return;
  desk.connection = null;
  if (desk.client.memory.phase !== 'offline') desk.client = hangUp(desk.client, world.now);
  const isHalfOpen = world.chance.next() < 0.5;
  world.wires = world.wires.filter((wire) => wire.connection !== connection || (wire.to === 'server' && isHalfOpen));
  if (isHalfOpen) world.halfOpen.push({ connection, until: world.now + world.chance.next() * NOTICED_WITHIN_MS });
  else world.server = forgetConnection(world.server, connection);
}

/** The server process ends and starts again on `file`, by default on what it had committed. */
export function restartServer(world: World, file: ServerFile = world.server.file): void {
  world.server = startServer(file, world.now);
  world.serverDiesAfterCommits = null;
  world.wires = [];
  world.halfOpen = [];
  // Some devices see the line break at once, the others only that it has become silent.
  for (const desk of world.desks) if (desk.connection !== null && world.chance.next() < 0.7) cut(world, desk);
}

/** Puts messages of the server on the wires. */
export function post(world: World, mail: readonly Mail[]): void {
  checkMail(world, mail);
  for (const { connection, message } of mail) world.wires.push({ to: 'client', connection, message });
}

function deliver(world: World, wire: Wire): void {
  if (wire.to === 'client') {
    const desk = world.desks.find((candidate) => candidate.connection === wire.connection);
    if (!desk?.isRunning) return;
    for (const client of hear(desk.client, wire.message, world.now, fresh(world, 'client'), world.flaw)) {
      if (!adopt(world, desk, client)) return;
    }
    runDesk(world, desk);
    return;
  }
  const before = world.server;
  const { commits, server, mail } = receive(before, wire.connection, wire.message, world.now, world.flaw);
  for (const file of commits) {
    world.server = { ...before, file };
    if (world.serverDiesAfterCommits !== null && world.serverDiesAfterCommits-- <= 0) {
      restartServer(world, file);
      return;
    }
  }
  world.server = server;
  post(world, mail);
}

/** Lets a device do all that it can do without hearing anything. */
export function runDesk(world: World, desk: Desk): void {
  for (let steps = 0; desk.isRunning; steps++) {
    if (steps > 500) throw new BrokenPromise('no device works for ever', desk.client.name);
    const step = nextStep(desk.client, world.now, desk.isOnline, world.flaw);
    if (step === null) return;
    if (!adopt(world, desk, step.client)) return;
    if (step.connect) desk.connection = world.nextConnection++;
    if (step.send && desk.connection !== null) {
      world.wires.push({ to: 'server', connection: desk.connection, message: step.send });
    }
  }
}

/** One small thing happens: a message arrives or is lost, or time passes. */
export function stepWorld(world: World): void {
  const { drop, double, reorder } = world.noise;
  if (world.wires.length === 0) world.now += 20 + pick(world, 1_500);
  else {
    const index = world.chance.next() < reorder ? pick(world, Math.min(world.wires.length, 12)) : 0;
    const [wire] = world.wires.splice(index, 1);
    world.now += 1 + pick(world, 8);
    if (wire && world.chance.next() < double) world.wires.splice(pick(world, world.wires.length + 1), 0, wire);
    if (wire && world.chance.next() >= drop) deliver(world, wire);
  }
  for (const { connection, until } of world.halfOpen) {
    if (until <= world.now) world.server = forgetConnection(world.server, connection);
  }
  world.halfOpen = world.halfOpen.filter(({ until }) => until > world.now);
  const { server, mail } = tick(world.server, world.now, world.flaw);
  world.server = server;
  post(world, mail);
  for (const desk of world.desks) runDesk(world, desk);
}
