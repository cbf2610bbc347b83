/** The first 50 rows of the inbox and its counts, with 5,000, 50,000 and 500,000 conversations in it, and how SQLite means to find them. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sliceOf } from '../src/main/core/inbox/inbox-order.ts';
import { sliceSql } from '../src/main/core/inbox/read-inbox.ts';
import { openBare } from './support/bare-store.ts';
import { cannedCentre } from './support/canned-centre.ts';
import { fillCore, withoutIndex } from './support/canned-core.ts';
import { type Options, percentile, result, type Result, written } from './support/measure.ts';

const TIMES = 300;
const CHOICE = { view: 'everyone', tab: 'all' } as const;
const SMALL = 5_000;

type Times = { rows: number[]; outline: number[]; sorts: number };

async function timesWith(conversations: number): Promise<Times> {
  const centre = cannedCentre({ messages: conversations * 2, conversations, customers: conversations / 2 });
  const core = await fillCore(centre, withoutIndex);
  const times: Times = { rows: [], outline: [], sorts: sortsIn(join(core.files, 'cache.db')) };
  for (let n = 0; n < TIMES; n++) {
    const startedAt = performance.now();
    await core.api.inbox.rows({ ...CHOICE, offset: 0, limit: 50 });
    const middle = performance.now();
    await core.api.inbox.outline(CHOICE);
    times.rows.push(middle - startedAt);
    times.outline.push(performance.now() - middle);
    if (n % 10 === 0) await pause(1);
  }
  core.stop();
  return times;
}

/** How many of the plans of all views and tabs sort what they have found, instead of reading it in order. */
function sortsIn(cachePath: string): number {
  const cache = openBare(cachePath, { isReadonly: true });
  let sorts = 0;
  for (const view of ['mineAndUnassigned', 'everyone', 'resolved'] as const)
    for (const tab of ['all', 'mine', 'unassigned', 'pending'] as const) {
      const slice = sliceOf(view, tab);
      const plan = cache
        .prepare<unknown[], { detail: string }>(
          `explain query plan ${sliceSql(slice, `${slice.owner} bucket between ? and ?`)}`,
        )
        .all(0, 2, 50, 0);
      sorts += plan.filter(({ detail }) => detail.includes('TEMP B-TREE')).length;
    }
  cache.close();
  return sorts;
}

/** Measures; a minute, and three more with 500,000 conversations. */
export async function measure({ sizes }: Options): Promise<Result[]> {
  const small = await timesWith(SMALL);
  const results: Result[] = [];
  for (const conversations of [50_000, 500_000].filter((count) => count * 2 <= (sizes.at(-1) ?? 0))) {
    const large = await timesWith(conversations);
    const of = `of ${written(conversations)} conversations`;
    const growth = percentile(large.rows, 0.5) / percentile(small.rows, 0.5);
    results.push(
      result(`first 50 of an inbox ${of}, p50`, 'ms', percentile(large.rows, 0.5), {
        gate: 16,
        target: 5,
        better: 'lower',
      }),
      result(`first 50 of an inbox ${of}, p95`, 'ms', percentile(large.rows, 0.95)),
      result(`counts of its groups and tabs, ${of}, p50`, 'ms', percentile(large.outline, 0.5), {
        gate: 16,
        target: 5,
        better: 'lower',
      }),
      result(`7: first 50 of an inbox ${of} against ${written(SMALL)}, p50`, 'x', growth, {
        gate: 2,
        target: 1.5,
        better: 'lower',
      }),
      result(`7: plans that sort, ${of}, all views and tabs`, 'plans', large.sorts, {
        gate: 0,
        target: 0,
        better: 'lower',
      }),
    );
  }
  return results;
}
