/** The first 50 rows of the inbox and its counts, with 50,000 conversations in it and with 5,000. */
import { setTimeout as pause } from 'node:timers/promises';
import { cannedCentre } from './support/canned-centre.ts';
import { fillCore, withoutIndex } from './support/canned-core.ts';
import { percentile, result, type Result } from './support/measure.ts';

const TIMES = 300;
const CHOICE = { view: 'everyone', tab: 'all' } as const;

type Times = { rows: number[]; outline: number[]; total: number };

async function timesWith(conversations: number): Promise<Times> {
  const centre = cannedCentre({ messages: conversations * 2, conversations, customers: conversations / 2 });
  const core = await fillCore(centre, withoutIndex);
  const times: Times = { rows: [], outline: [], total: 0 };
  for (let n = 0; n < TIMES; n++) {
    const startedAt = performance.now();
    const { total } = await core.api.inbox.rows({ ...CHOICE, offset: 0, limit: 50 });
    const middle = performance.now();
    await core.api.inbox.outline(CHOICE);
    times.rows.push(middle - startedAt);
    times.outline.push(performance.now() - middle);
    times.total = total;
    if (n % 10 === 0) await pause(1);
  }
  core.stop();
  return times;
}

/** Measures; takes about a minute. */
export async function measure(): Promise<Result[]> {
  const small = await timesWith(5_000);
  const large = await timesWith(50_000);
  const growth = percentile(large.rows, 0.5) / percentile(small.rows, 0.5);
  return [
    result(
      `first 50 of an inbox of 50,000 conversations (${large.total} in the view), p50`,
      'ms',
      percentile(large.rows, 0.5),
      { gate: 16, target: 5, better: 'lower' },
    ),
    result('first 50 of an inbox of 50,000 conversations, p95', 'ms', percentile(large.rows, 0.95)),
    result('counts of its groups and tabs, p50', 'ms', percentile(large.outline, 0.5), {
      gate: 16,
      target: 5,
      better: 'lower',
    }),
    result('first 50 with 50,000 against 5,000 conversations', 'x', growth, { gate: 2, target: 1.5, better: 'lower' }),
  ];
}
