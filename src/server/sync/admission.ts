/** Lets in only so many readers at once, before any of them has cost the database anything. Queues nobody: whoever is refused comes back. */
import type { Random } from '../../shared/domain/clock.ts';

export type Admission = {
  /** Lets one in and gives the function that lets it out again, or null when it is full. */
  enter(): (() => void) | null;
  /** When one that was refused may try again, in ms; longer while many are refused, and never the same for two. */
  retryAfterMs(): number;
};

const SHORTEST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 30_000;

/** @param most readers at once */
export function createAdmission(most: number, random: Random): Admission {
  let inside = 0;
  let refused = 0;
  return {
    enter() {
      if (inside >= most) {
        refused++;
        return null;
      }
      inside++;
      let isOut = false;
      return () => {
        if (isOut) return;
        isOut = true;
        inside--;
        if (refused > 0) refused--;
      };
    },
    retryAfterMs: () =>
      Math.round(Math.min(LONGEST_RETRY_MS, SHORTEST_RETRY_MS * (1 + refused / most)) * (0.5 + random.next())),
  };
}
