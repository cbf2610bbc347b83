/** How an act makes its choices: from a seed of its own, so that leaving another act out does not change them. */
import { seededRandom } from '../../../src/shared/domain/clock.ts';
import type { Device } from './mortal-core.ts';
import type { RealWorld } from './real-world.ts';

export type Chooser = {
  of: <T>(list: readonly T[]) => T | undefined;
  below: (limit: number) => number;
  chance: (p: number) => boolean;
};

/** One thing that happens to a world. */
export type Doing = (world: RealWorld, choose: Chooser) => Promise<void> | void;

/** A chooser of a seed. */
export function chooser(seed: number): Chooser {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random.next() * limit);
  return { of: (list) => list[below(list.length)], below, chance: (p) => random.next() < p };
}

/** Devices whose process runs. */
export const running = (world: RealWorld): Device[] => world.devices.filter(({ api }) => api !== null);
