import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EVERYTHING, type Frame, type FramePort } from '../../../shared/console-frames.ts';
import { followAnswer } from './follow-answer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
/** As long as stale frames are gathered, and a little more. */
const gathered = () => vi.advanceTimersByTimeAsync(60);

function makePort() {
  const listeners = new Set<(frame: Frame) => void>();
  const port: FramePort = {
    send: () => undefined,
    onFrame(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const stale = (...topics: string[]): void => listeners.forEach((listener) => listener({ t: 'stale', topics }));
  return { port, stale, listeners };
}

test('it asks at once, again for its own topics and for everything, and not for others', async () => {
  const { port, stale } = makePort();
  let asked = 0;
  const used: number[] = [];
  const followed = followAnswer({
    port,
    topics: ['inbox'],
    ask: async () => ++asked,
    use: (n) => used.push(n),
    missing: () => undefined,
  });
  await gathered();
  stale('calls');
  stale('inbox');
  stale('inbox');
  await gathered();
  stale(EVERYTHING);
  await gathered();
  expect(asked).toBe(3);
  followed.stop();
});

test('what turns stale while the core is answering is asked once more', async () => {
  const { port, stale } = makePort();
  const answers: ((n: number) => void)[] = [];
  const used: number[] = [];
  followAnswer({
    port,
    topics: ['inbox'],
    ask: () => new Promise<number>((resolve) => answers.push(resolve)),
    use: (n) => used.push(n),
    missing: () => undefined,
  });
  stale('inbox');
  await gathered();
  answers[0]?.(1);
  await gathered();
  expect(answers).toHaveLength(2);
  answers[1]?.(2);
  await gathered();
  expect(used).toEqual([1, 2]);
});

test('a refusal is a missing answer, and a stopped wish is silent', async () => {
  const { port, stale, listeners } = makePort();
  let missing = 0;
  const followed = followAnswer({
    port,
    topics: ['inbox'],
    ask: () => Promise.reject(new Error('signed out')),
    use: () => undefined,
    missing: () => {
      missing += 1;
    },
  });
  await gathered();
  stale('inbox');
  followed.stop();
  await gathered();
  expect([missing, listeners.size]).toEqual([1, 0]);
});
