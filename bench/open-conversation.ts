/** Opens conversations as the window asks for them, the newest 50 entries, beside the bare statement on the same file. */
import { median, type Options, result, type Result, written } from './support/measure.ts';
import { syncedCentre } from './support/synced-centre.ts';

const TIMES = 1_000;

/** Measures; seconds, once the console with that many messages is there. */
export async function measure({ sizes, rounds }: Options): Promise<Result[]> {
  const results: Result[] = [];
  const p50s: number[] = [];
  for (const size of sizes) {
    const centre = await syncedCentre(size, rounds);
    const targets = centre.targets(400);
    const found: { product: { p50: number; p95: number }; raw: { p50: number; p95: number } }[] = [];
    for (let round = 0; round < rounds; round++) {
      const core = await centre.open();
      found.push(await core.run('openConversations', { targets, times: TIMES }));
      await core.stop();
    }
    const of = `at ${written(size)} messages`;
    const product = median(found.map((one) => one.product.p50));
    p50s.push(product);
    results.push(
      result(`open a conversation ${of}, p50`, 'µs', product),
      result(`open a conversation ${of}, p95`, 'µs', median(found.map((one) => one.product.p95))),
      result(`its bare statement ${of}, p50`, 'µs', median(found.map((one) => one.raw.p50))),
      result(
        `6: open a conversation ${of} against the bare statement, p50`,
        'x',
        median(found.map((one) => one.product.p50 / one.raw.p50)),
        { gate: 1.5, target: 1.2, better: 'lower' },
      ),
    );
  }
  const [smallest = 0] = sizes;
  const largest = sizes.at(-1) ?? 0;
  if (largest > smallest)
    results.push(
      result(
        `6: open a conversation, ${written(largest)} against ${written(smallest)} messages, p50`,
        'x',
        (p50s.at(-1) ?? 0) / (p50s[0] ?? 1),
        { gate: 1.3, target: 1.1, better: 'lower' },
      ),
    );
  return results;
}
