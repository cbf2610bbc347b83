/** Counts failed sign-ins for a login and for an address, so that passwords cannot be tried out. In memory: a restart forgives. */
import type { Clock } from '../../shared/domain/clock.ts';

export type AttemptLimits = { most: number; withinMs: number };
export type AttemptLimit = {
  /** Milliseconds to wait before the next try, 0 when one may try now. */
  waitFor(key: string): number;
  failed(key: string): void;
  /** Forgets all failures of a key: the right person has come. */
  forget(key: string): void;
  /** Takes the last failure back, not the others: one good login must not wash an address clean. */
  takeBack(key: string): void;
};

/** Keys kept at most: an attacker with many addresses must not fill the memory. The oldest are forgotten. */
const MOST_KEYS = 10_000;

/** Makes a limit: after `most` failures within the time, the next try waits until the oldest of them is that long ago. */
export function limitAttempts(clock: Clock, { most, withinMs }: AttemptLimits): AttemptLimit {
  const failures = new Map<string, number[]>();
  const recent = (key: string) => (failures.get(key) ?? []).filter((at) => at > clock.now() - withinMs);
  return {
    waitFor(key) {
      const times = recent(key);
      const oldest = times[times.length - most];
      return oldest === undefined ? 0 : Math.max(0, oldest + withinMs - clock.now());
    },
    failed(key) {
      const times = [...recent(key), clock.now()].slice(-most);
      failures.delete(key);
      failures.set(key, times);
      const first = failures.keys().next().value;
      if (failures.size > MOST_KEYS && first !== undefined) failures.delete(first);
    },
    forget(key) {
      failures.delete(key);
    },
    takeBack(key) {
      failures.set(key, recent(key).slice(0, -1));
    },
  };
}
