/** One run of the real core against the real server from a seed: acts, then peace, then judgement. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerDatabase } from '../../../src/server/db/server-database.ts';
import { type Random, seededRandom } from '../../../src/shared/domain/clock.ts';
import { BrokenRealPromise } from './broken-promise.ts';
import { loseFile } from './disk.ts';
import { makePeace } from './machine-acts.ts';
import { DamageMet, type Device, signInOnce } from './mortal-core.ts';
import { watchConnections } from './mortal-files.ts';
import { decide, readEverything } from './people-acts.ts';
import { performReal, planRealActs, type RealAct } from './real-acts.ts';
import { checkBubbles, checkQuietly, unrestOf } from './real-checks.ts';
import { checkStep } from './step-checks.ts';
import { createRealWorld, noticeAll, type RealWorld, settle, stepRealWorld } from './real-world.ts';

/** Peace has to last longer than a level needs to reach everybody, and end within this time of the simulated clock. */
const AT_LEAST_MS = 11_000;
const AT_MOST_MS = 200_000;

/** Files in memory where there is such a place: a run opens dozens of them and waits for the disk each time. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export type RealFailure = { readonly promise: string; readonly message: string };

/** A source of chance that can be sown anew, so that leaving an act out does not change the others. */
function sowable(seed: number): { random: Random; sow(seed: number): void } {
  let inner = seededRandom(seed);
  return {
    random: { next: () => inner.next(), bytes: (length) => inner.bytes(length) },
    sow: (next) => (inner = seededRandom(next)),
  };
}

async function letPeaceCome(world: RealWorld): Promise<void> {
  makePeace(world);
  const damaged = new Map<Device, number>();
  const from = world.time.clock.now();
  let why: string | null = 'not looked at yet';
  // Whose first sign-in a full disk has refused signs in again.
  for (const { api, agentId } of world.devices) if (api !== null) void signInOnce(api, agentId);
  let hasLooked = false;
  let changed = { sv: -1, at: from };
  for (let steps = 0; world.time.clock.now() - from < AT_LEAST_MS || why !== null; steps++) {
    if (world.time.clock.now() - from > AT_MOST_MS) throw new BrokenRealPromise('nothing stalls', why ?? '');
    for (const device of world.devices) {
      device.isOnline = true;
      world.maker.start(device);
    }
    if (steps % 50 === 49) noticeAll(world);
    await stepRealWorld(world);
    // Looking into the files costs more than all that happens in between.
    if (world.time.clock.now() - from < AT_LEAST_MS || world.sockets.busy().length > 0) continue;
    for (const device of world.devices) await decide(world, device, world.random.next() < 0.5);
    why = await unrestOf(world).catch((error: unknown) => meetDamage(world, damaged, error));
    const [stands] = await world.server.read<{ sv: number }>('select sv from organisation');
    if (stands !== undefined && stands.sv !== changed.sv) changed = { sv: stands.sv, at: world.time.clock.now() };
    if (world.time.clock.now() - changed.at < AT_LEAST_MS) why ??= 'the server has just changed';
    if (why !== null || hasLooked) continue;
    // Damage that nobody has met yet is met now, and has to be mended.
    hasLooked = true;
    why = 'somebody looks through the desks';
    for (const device of world.devices) await readEverything(world, device);
  }
}

/** Looks at a damaged file after which nobody waits any longer for the core to meet the damage by itself. */
const LOOKS = 20;

/**
 * A damaged page was met by whoever looked, perhaps before the core has read it. A person reads through the desk; when the
 * core never comes by that page, the copy is thrown away by hand, for it cannot be judged.
 */
async function meetDamage(world: RealWorld, damaged: Map<Device, number>, error: unknown): Promise<string> {
  if (!(error instanceof DamageMet)) throw error;
  const looks = (damaged.get(error.device) ?? 0) + 1;
  damaged.set(error.device, looks);
  await readEverything(world, error.device);
  if (looks === LOOKS) {
    world.maker.kill(error.device);
    loseFile(error.device, error.file);
  }
  return error.message;
}

/** Runs acts in a world of this seed. Null when every promise was kept. */
export async function runRealActs(
  database: ServerDatabase,
  seed: number,
  acts: readonly RealAct[],
  trace: (line: string) => void = () => undefined,
): Promise<RealFailure | null> {
  const root = mkdtempSync(join(PLACE, 'kanade-simulation-'));
  const stopWatching = watchConnections();
  const { random, sow } = sowable(seed);
  const world = await createRealWorld(database, root, random, trace);
  try {
    for (const act of acts) {
      sow(act.seed ^ 0x5eed);
      trace(`--- ${act.name}`);
      await performReal(world, act);
      checkBubbles(world);
      await checkStep(world);
    }
    sow(seed);
    trace('--- peace');
    await letPeaceCome(world);
    await checkStep(world);
    await checkQuietly(world);
    return null;
  } catch (error) {
    if (error instanceof BrokenRealPromise) return { promise: error.promise, message: error.message };
    throw error;
  } finally {
    world.end();
    await settle(world).catch(() => undefined);
    stopWatching();
    rmSync(root, { recursive: true, force: true });
  }
}

/** Runs one seed. */
export async function runRealSeed(database: ServerDatabase, seed: number, count: number): Promise<RealFailure | null> {
  return await runRealActs(database, seed, planRealActs(seed, count));
}

/** The shortest list of acts found that still breaks the same promise. */
export async function shrinkReal(
  database: ServerDatabase,
  seed: number,
  acts: readonly RealAct[],
  promise: string,
): Promise<readonly RealAct[]> {
  let kept = acts;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length; ) {
      const shorter = [...kept.slice(0, at), ...kept.slice(at + size)];
      if ((await runRealActs(database, seed, shorter))?.promise === promise) kept = shorter;
      else at += size;
    }
  }
  return kept;
}
