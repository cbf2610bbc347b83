/** What the simulated world is made of: plain data, changed in place by `world.ts` and `acts.ts` only. */
import type { Random } from '../../../src/shared/domain/clock.ts';
import type { Client } from './client.ts';
import type { Flaw } from './flaws.ts';
import type { Server } from './server.ts';
import type { ServerFile } from './server-file.ts';
import type { Command, Down, Up } from './wire.ts';

/** What happened so far, seen from outside. */
export type Ledger = {
  /** Highest cursor of each device, epoch and scope. */
  readonly cursors: Map<string, number>;
  readonly composed: Map<string, Command>;
  /** Commands that their author took back, gave up or replaced. */
  readonly takenBack: Set<string>;
  /** Commands that left an outbox as done, and in which epoch. */
  readonly finished: Map<string, string>;
  hasClones: boolean;
};

export type Wire =
  | { readonly to: 'server'; readonly connection: number; readonly message: Up }
  | { readonly to: 'client'; readonly connection: number; readonly message: Down };

/** One device with what is around it: whether it runs, its line, and how many steps it has left before it dies. */
export type Desk = {
  client: Client;
  isRunning: boolean;
  isOnline: boolean;
  /** The connection that the device believes in. */
  connection: number | null;
  diesAfterSteps: number | null;
  /** Earlier states of the cache file, newest last: where a power cut may throw it back to. */
  earlierCaches: Client['cache'][];
};

export type World = {
  now: number;
  /** Sown anew by each act. */
  chance: Random;
  readonly flaw: Flaw | null;
  server: Server;
  serverDiesAfterCommits: number | null;
  epochs: number;
  backup: ServerFile | null;
  desks: Desk[];
  wires: Wire[];
  nextConnection: number;
  nextName: number;
  /** Connections whose end the server has not noticed, and when it will. */
  halfOpen: { connection: number; until: number }[];
  noise: { drop: number; double: number; reorder: number };
  readonly ledger: Ledger;
};

/** The breaking of a promise. `promise` is its name, the same for every seed that breaks it. */
export class BrokenPromise extends Error {
  readonly promise: string;
  constructor(promise: string, detail: string) {
    super(`${promise}: ${detail}`);
    this.promise = promise;
  }
}

/** A number in [0, limit). */
export function pick(world: World, limit: number): number {
  return Math.floor(world.chance.next() * limit);
}

/** A name that was never used before in this world. */
export function fresh(world: World, what: string): string {
  return `${what}${world.nextName++}`;
}
