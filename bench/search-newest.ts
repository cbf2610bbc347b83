/** The newest 50 messages with a word of two characters among 100,000, as the window asks for them, beside the bare index. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openBare } from './support/bare-store.ts';
import { filledCore, unindexed } from './support/filled-core.ts';
import { percentile, result, type Result } from './support/measure.ts';

const TIMES = 60;

/** Measures; takes a few seconds when the index is there. */
export async function measure(): Promise<Result[]> {
  const filled = await filledCore();
  while ((await unindexed(filled)) > 0) await pause(200);
  const { api, files } = filled.core;
  const results: Result[] = [];
  const search = openBare(join(files, 'search.db'), { isReadonly: true });
  const cache = openBare(join(files, 'cache.db'), { isReadonly: true });
  const newest = search.prepare('select rowid from find where find match ? order by rowid desc limit 50');
  const scan = cache.prepare<[string], number>('select count(*) from message where text like ?').pluck();
  for (const { text, match } of [
    { text: '返品', match: 'body : "返 品"' },
    { text: '解約手続き', match: 'body : "解 約 手 続 き"' },
  ]) {
    const ask = () => api.search.all({ text, limit: 50 });
    const count = () => api.search.counts({ text });
    await ask();
    const counted = await count();
    const found = (counted.kind.message ?? 0) + (counted.kind.note ?? 0);
    const product: number[] = [];
    const raw: number[] = [];
    for (let n = 0; n < TIMES; n++) {
      const at = performance.now();
      await ask();
      const middle = performance.now();
      newest.all(match);
      raw.push(performance.now() - middle);
      product.push(middle - at);
    }
    const there = scan.get(`%${text}%`) ?? 0;
    results.push(
      result(`search 「${text}」, newest 50, p50`, 'ms', percentile(product, 0.5), {
        gate: 50,
        target: 20,
        better: 'lower',
      }),
      result(`search 「${text}」, p95`, 'ms', percentile(product, 0.95)),
      result(`the bare index alone for 「${text}」, newest 50, p50`, 'ms', percentile(raw, 0.5)),
      result(`「${text}」 found against a scan (${there})`, 'x', there === 0 ? 1 : found / there, {
        gate: 1,
        target: 1,
        better: 'higher',
      }),
    );
  }
  search.close();
  cache.close();
  return results;
}
