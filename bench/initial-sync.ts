/**
 * First download: the real core in a process of its own takes in a centre by the real wire, beside a bare insert of the
 * same rows into the same tables with the same indices and cipher. CPU over CPU, because the machine is shared.
 */
import { median, type Options, result, type Result, written } from './support/measure.ts';
import { syncedCentre } from './support/synced-centre.ts';

const MEGABYTE = 1024 * 1024;

/** Measures; a minute at 100,000 messages, five at a million. */
export async function measure({ sizes, rounds }: Options): Promise<Result[]> {
  const results: Result[] = [];
  const peaks: number[] = [];
  const perRow: number[] = [];
  for (const size of sizes) {
    const { synced, bare, rows, cacheBytes } = await syncedCentre(size, rounds);
    const of = `of ${written(size)} messages`;
    const cpu = { synced: median(synced.map((one) => one.cpuMs)), bare: median(bare.map((one) => one.cpuMs)) };
    const usable = synced.map((one) => one.usable);
    const peak = median(synced.map((one) => one.peakBytes));
    peaks.push(peak);
    perRow.push(cpu.synced / rows);
    results.push(
      result(`first download ${of}, whole process of the core`, 'µs CPU/row', (cpu.synced * 1_000) / rows),
      result(`bare insert of the same rows, ${of}`, 'µs CPU/row', (cpu.bare * 1_000) / rows),
      result(`1: rate of the first download ${of} against a bare insert, CPU over CPU`, 'x', cpu.bare / cpu.synced, {
        gate: 0.5,
        target: 0.6,
        better: 'higher',
      }),
      result(`first download ${of}, wall`, 's', median(synced.map((one) => one.wallMs)) / 1_000),
      result(
        `3: rows that had come when the desk could be used, first download ${of}`,
        '%',
        (100 * median(usable.map((one) => one.rows))) / rows,
        { gate: 5, target: 5, better: 'lower' },
      ),
      result(`3: time to a usable desk, first download ${of}`, 's', median(usable.map((one) => one.wallMs)) / 1_000),
      result(`12: peak memory (RSS) of the core, first download ${of}`, 'MB', peak / MEGABYTE, {
        gate: 300,
        target: 200,
        better: 'lower',
      }),
      result(`13: cache.db against the bare file ${of}`, 'x', cacheBytes / median(bare.map(({ bytes }) => bytes)), {
        gate: 1.15,
        target: 1.1,
        better: 'lower',
      }),
    );
  }
  const [smallest = 0] = sizes;
  const largest = sizes.at(-1) ?? 0;
  if (largest > smallest) {
    const growth = `${written(largest)} against ${written(smallest)} messages`;
    results.push(
      result(`12: peak memory, ${growth}`, 'x', (peaks.at(-1) ?? 0) / (peaks[0] ?? 1), {
        gate: 1.2,
        target: 1.2,
        better: 'lower',
      }),
      result(`growth: rate of the first download, ${growth}`, 'x', (perRow[0] ?? 0) / (perRow.at(-1) ?? 1), {
        gate: 0.7,
        target: 0.9,
        better: 'higher',
      }),
    );
  }
  return results;
}
