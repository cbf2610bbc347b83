/** One run of the model from a seed: acts, then peace, then judgement. The same seed gives the same run for ever. */
import { seededRandom } from '../../../src/shared/domain/clock.ts';
import { decideReview, firstRights, perform, type Act } from './acts.ts';
import { checkQuiet, emptyLedger, unrest } from './checks.ts';
import type { Flaw } from './flaws.ts';
import { planActs } from './plan-acts.ts';
import { createWorld, runDesk, stepWorld } from './world.ts';
import { BrokenPromise, type World } from './world-state.ts';

/** Peace has to last longer than a level needs to reach everybody, and end within this time of the model's clock. */
const AT_LEAST_MS = 12_000;
const AT_MOST_MS = 150_000;

export type Failure = { readonly promise: string; readonly message: string };

function letPeaceCome(world: World, seed: number): void {
  world.noise = { drop: 0, double: 0, reorder: 0 };
  world.chance = seededRandom(seed);
  world.serverDiesAfterCommits = null;
  for (const desk of world.desks) Object.assign(desk, { isOnline: true, isRunning: true, diesAfterSteps: null });
  const from = world.now;
  let why: string | null = 'not looked at yet';
  while (world.now - from < AT_LEAST_MS || why !== null) {
    if (world.now - from > AT_MOST_MS) throw new BrokenPromise('nothing stalls', why ?? '');
    stepWorld(world);
    for (const desk of world.desks) {
      runDesk(world, desk);
      const stopped = desk.client.outbox.rows.find((row) => row.state === 'needsReview' || row.state === 'refused');
      // People decide about most of what was stopped; some leave it, and that must do no harm.
      if (stopped && world.chance.next() < 0.5) decideReview(world, desk, stopped, stopped.state === 'needsReview');
    }
    why = unrest(world);
  }
}

/** Runs acts in a world of this seed. Null when every promise was kept. */
export function runActs(seed: number, acts: readonly Act[], flaw: Flaw | null): Failure | null {
  const world = createWorld(seededRandom(seed), firstRights(), emptyLedger(), flaw);
  try {
    for (const desk of world.desks) runDesk(world, desk);
    for (const act of acts) perform(world, act);
    letPeaceCome(world, seed);
    checkQuiet(world);
    return null;
  } catch (error) {
    if (error instanceof BrokenPromise) return { promise: error.promise, message: error.message };
    throw error;
  }
}

/** Runs one seed. */
export function runSeed(seed: number, count: number, flaw: Flaw | null = null): Failure | null {
  return runActs(seed, planActs(seed, count), flaw);
}

/** The shortest list of acts found that still breaks the same promise: leaves out halves, quarters … single acts. */
export function shrink(seed: number, acts: readonly Act[], promise: string, flaw: Flaw | null): readonly Act[] {
  let kept = shrinkOnce(seed, acts, promise, flaw);
  for (let before = acts.length; kept.length < before; ) {
    before = kept.length;
    kept = shrinkOnce(seed, kept, promise, flaw);
  }
  return kept;
}

function shrinkOnce(seed: number, acts: readonly Act[], promise: string, flaw: Flaw | null): readonly Act[] {
  let kept = acts;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length; ) {
      const shorter = [...kept.slice(0, at), ...kept.slice(at + size)];
      if (runActs(seed, shorter, flaw)?.promise === promise) kept = shorter;
      else at += size;
    }
  }
  return kept;
}
