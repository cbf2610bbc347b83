/** Waits that can be ended before their time, with the timer passed in so that no test waits for a back-off. */

/** Runs something after so many milliseconds; gives the function that cancels it. */
export type Timers = { after(ms: number, run: () => void): () => void };

/** The system's timers; they keep no process alive. */
export const systemTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

export type Bell = {
  /** Ends a wait that is under way. */
  ring(): void;
  wait(ms: number): Promise<void>;
};

/** @param isOver when true, a wait does not even begin */
export function createBell(timers: Timers, isOver: () => boolean): Bell {
  let end: () => void = () => undefined;
  return {
    ring: () => end(),
    wait: (ms) =>
      new Promise((resolve) => {
        if (isOver()) return resolve();
        const cancel = timers.after(ms, resolve);
        end = () => {
          cancel();
          resolve();
        };
      }),
  };
}
