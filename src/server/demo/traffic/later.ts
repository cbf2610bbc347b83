/** Timers of the simulated customers, all ended together so that the server can stop. */

/** Calls back after so many ms; gives the function that cancels. */
export type Later = (afterMs: number, then: () => void) => () => void;

/** A source of timers over `setTimeout` that do not keep the server running. */
export function openTimers(): { later: Later; stop(): void } {
  const timers = new Set<ReturnType<typeof setTimeout>>();
  return {
    later(afterMs, then) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        then();
      }, afterMs);
      timer.unref();
      timers.add(timer);
      return () => {
        timers.delete(timer);
        clearTimeout(timer);
      };
    },
    stop() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
