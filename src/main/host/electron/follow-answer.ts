/**
 * Keeps one answer of the core fresh for the host's own small clients: asks at once, and again whenever one of the
 * answer's topics turns stale. Holds nothing but the wish to ask.
 */
import { EVERYTHING, type FramePort } from '../../../shared/console-frames.ts';

/** Stale frames that come within this time are one question. Nobody reads a badge faster. */
const GATHER_MS = 50;

/** What to follow, and what to do with it. */
export type Followed<T> = {
  port: FramePort;
  topics: readonly string[];
  ask(): Promise<T>;
  use(answer: T): void;
  /** There is no answer: signed out, or the core is starting again. */
  missing(): void;
};

/** Follows until the returned function is called. */
export function followAnswer<T>({ port, topics, ask, use, missing }: Followed<T>): { again(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let asking = false;
  let askAgain = false;
  let stopped = false;

  async function refresh(): Promise<void> {
    timer = undefined;
    if (asking) {
      askAgain = true;
      return;
    }
    asking = true;
    try {
      const answer = await ask();
      // Checked again: the wish may have ended while the core was answering.
      if (!isStopped()) use(answer);
    } catch {
      if (!isStopped()) missing();
    }
    asking = false;
    if (askAgain) {
      askAgain = false;
      again();
    }
  }
  function isStopped(): boolean {
    return stopped;
  }
  function again(): void {
    if (!stopped) timer ??= setTimeout(() => void refresh(), GATHER_MS);
  }
  const stopFrames = port.onFrame((frame) => {
    if (frame.t !== 'stale') return;
    if (frame.topics.some((topic) => topic === EVERYTHING || topics.includes(topic))) again();
  });
  void refresh();
  return {
    again,
    stop() {
      stopped = true;
      clearTimeout(timer);
      stopFrames();
    },
  };
}
