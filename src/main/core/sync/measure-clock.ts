/** How far this device's clock is from the server's. For display, due times and rings only; order never depends on it. */

/** A sample is never better than the truth: it is late by the way of the frame. The smallest of the last few counts. */
const SAMPLES = 8;
/** A sample that is off by more than this means that the clock itself was set, and the old samples say nothing, in ms. */
const CLOCK_WAS_SET_MS = 2_000;

export type ClockMeasure = {
  /** Device clock minus server clock, in ms. */
  skewMs(): number;
  /** The server said its time just now. True when the answer has moved by more than a second. */
  hear(serverTime: number): boolean;
};

/** @param first what was measured last time this core ran */
export function measureClock(now: () => number, first: number): ClockMeasure {
  let samples: number[] = [];
  let skew = first;
  return {
    skewMs: () => skew,
    hear(serverTime) {
      const sample = now() - serverTime;
      if (samples.length > 0 && Math.abs(sample - skew) > CLOCK_WAS_SET_MS) samples = [];
      samples = [...samples.slice(1 - SAMPLES), sample];
      const before = skew;
      skew = Math.min(...samples);
      return Math.abs(skew - before) > 1_000;
    },
  };
}
