import { QueryObserver } from '@tanstack/react-query';
import { describe, expect, test } from 'vitest';
import type { Frame, FramePort } from '../../shared/console-frames.ts';
import { followStale, keyOf, makeAnswers, topicsOf } from './ask.ts';

/** A port that only says what is stale. */
function sayingPort(): { port: FramePort; stale: (...topics: string[]) => void } {
  const listeners = new Set<(frame: Frame) => void>();
  return {
    port: {
      send: () => undefined,
      onFrame(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    stale: (...topics) => listeners.forEach((listener) => listener({ t: 'stale', topics })),
  };
}

/** Keeps a question on screen and counts how often it is asked. `answer` may be held back. */
function onScreen(
  answers: ReturnType<typeof makeAnswers>,
  key: ReturnType<typeof keyOf>,
  answer: () => Promise<number>,
) {
  let asked = 0;
  const observer = new QueryObserver(answers, {
    queryKey: key,
    queryFn: () => {
      asked++;
      return answer();
    },
  });
  const stop = observer.subscribe(() => undefined);
  return { asked: () => asked, result: () => observer.getCurrentResult(), stop };
}

const inbox = keyOf('inbox.outline', { view: 'everyone', tab: 'all' });
const device = keyOf('device.get', {});

describe('followStale', () => {
  test('what is on screen is asked again when one of its topics is stale, and nothing else is', async () => {
    const answers = makeAnswers();
    const { port, stale } = sayingPort();
    const stopFollowing = followStale(answers, port);
    const list = onScreen(answers, inbox, () => Promise.resolve(1));
    const settings = onScreen(answers, device, () => Promise.resolve(2));
    await expect.poll(() => list.result().isSuccess && settings.result().isSuccess).toBe(true);
    stale('inbox', 'customer:nobody');
    await expect.poll(list.asked).toBe(2);
    expect(settings.asked()).toBe(1);
    stopFollowing();
    list.stop();
    settings.stop();
  });

  test('a hundred stale frames in a moment are one question', async () => {
    const answers = makeAnswers();
    const { port, stale } = sayingPort();
    const stopFollowing = followStale(answers, port);
    const list = onScreen(answers, inbox, () => Promise.resolve(1));
    await expect.poll(() => list.result().isSuccess).toBe(true);
    for (let i = 0; i < 100; i++) stale('inbox');
    await expect.poll(list.asked).toBe(2);
    stopFollowing();
    list.stop();
  });

  test('an answer that was on its way when its topic turned stale is asked for once more', async () => {
    const answers = makeAnswers();
    const { port, stale } = sayingPort();
    const stopFollowing = followStale(answers, port);
    const held: ((value: number) => void)[] = [];
    const list = onScreen(answers, inbox, () => new Promise((resolve) => held.push(resolve)));
    await expect.poll(() => held.length).toBe(1);
    stale('inbox');
    // Frames are gathered for some milliseconds; another question on screen tells when they have been looked at.
    const settings = onScreen(answers, device, () => Promise.resolve(2));
    await expect.poll(() => settings.result().isSuccess).toBe(true);
    stale('device');
    await expect.poll(settings.asked).toBe(2);
    expect(list.asked()).toBe(1);
    settings.stop();
    held[0]?.(1);
    await expect.poll(() => held.length).toBe(2);
    held[1]?.(2);
    await expect.poll(() => list.result().data).toBe(2);
    stopFollowing();
    list.stop();
  });

  test('however often topics turn stale, there are moments at which every question has its answer', async () => {
    const answers = makeAnswers();
    const { port, stale } = sayingPort();
    const stopFollowing = followStale(answers, port);
    const slow = (ms: number) => () => new Promise<number>((resolve) => setTimeout(resolve, ms, 1));
    const list = onScreen(answers, inbox, slow(30));
    const rows = onScreen(
      answers,
      keyOf('inbox.rows', { view: 'everyone', tab: 'all', offset: 0, limit: 50 }),
      slow(45),
    );
    let moments = 0;
    const stopWatching = answers.getQueryCache().subscribe((event) => {
      const isAnswered = event.type === 'updated' && answers.isFetching() === 0;
      if (isAnswered && list.asked() > 1) moments++;
    });
    // As a busy centre does: something is always newer than the answer that is on its way.
    const busy = setInterval(() => stale('inbox'), 3);
    await expect.poll(() => moments, { timeout: 5_000 }).toBeGreaterThan(3);
    clearInterval(busy);
    stopWatching();
    stopFollowing();
    list.stop();
    rows.stop();
  });

  test('an answer that does not come does not keep the others old', async () => {
    const answers = makeAnswers();
    const { port, stale } = sayingPort();
    const stopFollowing = followStale(answers, port);
    let asked = 0;
    const search = onScreen(answers, inbox, () => (asked++ === 0 ? Promise.resolve(1) : new Promise(() => undefined)));
    const settings = onScreen(answers, device, () => Promise.resolve(2));
    await expect.poll(() => search.result().isSuccess && settings.result().isSuccess).toBe(true);
    stale('inbox');
    await expect.poll(search.asked).toBe(2);
    stale('device');
    await expect.poll(settings.asked).toBe(2);
    stopFollowing();
    search.stop();
    settings.stop();
  });

  test('after the wire was cut everything on screen is asked again', async () => {
    const answers = makeAnswers();
    const { port, stale } = sayingPort();
    const stopFollowing = followStale(answers, port);
    const settings = onScreen(answers, device, () => Promise.resolve(2));
    await expect.poll(() => settings.result().isSuccess).toBe(true);
    stale('*');
    await expect.poll(settings.asked).toBe(2);
    stopFollowing();
    settings.stop();
  });
});

test('the topics of a question come from the contract', () => {
  expect(topicsOf(inbox)).toEqual(['inbox']);
  expect(topicsOf(['attachment', 'x'])).toEqual([]);
});
