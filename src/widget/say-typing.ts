/** Says that the visitor types: at once, renewed now and then, and over after a pause. Sends nothing of what is typed. */
import type { Clock } from '../shared/domain/clock.ts';

/** The mark is renewed after this, and ends after the pause, in ms; the server itself ends it after 8 s. */
const RENEW_MS = 3_000;
const PAUSE_MS = 4_000;

/** @param say tells the server; may be lost */
export function openTypingMark(clock: Clock, say: (on: boolean) => void): { note(): void; end(): void } {
  let saidAt: number | null = null;
  let pause: ReturnType<typeof setTimeout> | undefined;

  function end(): void {
    clearTimeout(pause);
    if (saidAt === null) return;
    saidAt = null;
    say(false);
  }
  return {
    note() {
      if (saidAt === null || clock.now() - saidAt >= RENEW_MS) {
        saidAt = clock.now();
        say(true);
      }
      clearTimeout(pause);
      pause = setTimeout(end, PAUSE_MS);
    },
    end,
  };
}
