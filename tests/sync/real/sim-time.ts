/**
 * The time of a simulated world: a clock that stands still and timers that run when the world says so. Can take the place
 * of the process's own timers, for the server, which uses those.
 */
import type { Clock } from '../../../src/shared/domain/clock.ts';
import type { Schedule } from '../../../src/main/core/schedule.ts';

type Timer = { at: number; order: number; owner: string; run: () => void };

export type SimTime = {
  readonly clock: Clock;
  /** Timers of one process; `forget` takes them all back when it dies. */
  scheduleOf(owner: string): Schedule;
  forget(owner: string): void;
  /** Runs the next timer and goes to its time, but not beyond `until`. False when there was none until then. */
  runNext(until: number): boolean;
  advance(ms: number): void;
  /** Puts `setTimeout` and the like of this process under this clock for `owner()`; gives the function that ends that. */
  takeOver(owner: () => string): () => void;
};

/** A time that begins at `start` (epoch ms) and never moves by itself. */
export function createSimTime(start: number): SimTime {
  let now = start;
  let order = 0;
  let timers: Timer[] = [];
  const dead = new Set<string>();

  function add(owner: string, ms: number, run: () => void): () => void {
    const timer: Timer = { at: Math.round(now + Math.max(0, ms)), order: order++, owner, run };
    timers.push(timer);
    return () => {
      timers = timers.filter((other) => other !== timer);
    };
  }

  function takeOver(owner: () => string): () => void {
    const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
    const handle = (cancel: () => void) => ({
      cancel,
      unref: () => undefined,
      ref: () => undefined,
      hasRef: () => true,
    });
    const cancel = (timer: unknown) => (timer as { cancel?: () => void } | undefined)?.cancel?.();
    const later = (run: (...values: unknown[]) => void, ms = 0, ...values: unknown[]) =>
      handle(add(owner(), ms, () => run(...values)));
    const again = (run: (...values: unknown[]) => void, ms = 0, ...values: unknown[]) => {
      const mine = owner();
      let stop = () => {};
      const plan = () => {
        stop = add(mine, ms, () => {
          plan();
          run(...values);
        });
      };
      plan();
      return handle(() => stop());
    };
    Object.assign(globalThis, { setTimeout: later, clearTimeout: cancel, setInterval: again, clearInterval: cancel });
    return () => Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval });
  }

  return {
    clock: { now: () => now },
    scheduleOf: (owner) => ({ after: (ms, run) => add(owner, ms, run) }),
    forget: (owner) => {
      dead.add(owner);
      timers = timers.filter((timer) => timer.owner !== owner);
    },
    runNext(until) {
      let next: Timer | undefined;
      for (const timer of timers) {
        if (next === undefined || timer.at < next.at || (timer.at === next.at && timer.order < next.order))
          next = timer;
      }
      if (next === undefined || next.at > until) return false;
      timers = timers.filter((timer) => timer !== next);
      now = Math.max(now, next.at);
      try {
        next.run();
      } catch (error) {
        // A process that dies in the middle of its own timer leaves an error that nobody of its world can see.
        if (!dead.has(next.owner)) throw error;
      }
      return true;
    },
    advance: (ms) => {
      now += Math.round(ms);
    },
    takeOver,
  };
}
