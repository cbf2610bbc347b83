/** Timers as an argument, so that a simulation decides when time passes. */

/** Runs something once, later. The function it gives back takes the order back; calling it twice does no harm. */
export type Schedule = {
  /** @param ms milliseconds from now; 0 = after what is running now */
  after(ms: number, run: () => void): () => void;
};

/** The timers of this process. They do not keep it alive. */
export const processSchedule: Schedule = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
