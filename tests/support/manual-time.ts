/** A clock and timers that only move when a test moves them. */
import type { Schedule } from '../../src/main/core/schedule.ts';
import type { Clock } from '../../src/shared/domain/clock.ts';

export type ManualTime = {
  clock: Clock;
  schedule: Schedule;
  /** Lets time pass and runs what is due, in order. Promises that are ready run in between. */
  pass(ms: number): Promise<void>;
};

/** @param start epoch ms at which it stands */
export function makeManualTime(start = Date.UTC(2026, 10, 23)): ManualTime {
  let now = start;
  let order = 0;
  const timers = new Map<number, { at: number; run: () => void }>();
  const breathe = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
  return {
    clock: { now: () => now },
    schedule: {
      after(ms, run) {
        const id = ++order;
        timers.set(id, { at: Math.ceil(now + Math.max(0, ms)), run });
        return () => void timers.delete(id);
      },
    },
    async pass(ms) {
      const end = now + ms;
      for (;;) {
        await breathe();
        const [next] = [...timers]
          .filter(([, timer]) => timer.at <= end)
          .sort((a, b) => a[1].at - b[1].at || a[0] - b[0]);
        if (!next) break;
        timers.delete(next[0]);
        now = Math.max(now, next[1].at);
        next[1].run();
      }
      now = end;
      await breathe();
    },
  };
}
