/**
 * From starting the core to the first conversation, beside opening the same three files bare and reading it; with an empty outbox
 * and with 20,000 orders waiting in it. The first time in a new process stands for itself: there code is loaded and compiled.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NOWHERE } from './support/core-tasks.ts';
import { fillOutbox } from './support/fill-outbox.ts';
import { median, type Options, result, type Result, written } from './support/measure.ts';
import { type SyncedCentre, syncedCentre } from './support/synced-centre.ts';
import { startCoreProcess } from './support/start-core-process.ts';

const WAITING = 20_000;
type Times = { coldMs: number; productMs: number; rawMs: number };

async function reopen(dataDir: string, centre: SyncedCentre, rounds: number): Promise<Times> {
  const times: Times[] = [];
  for (let round = 0; round < rounds; round++) {
    const core = await startCoreProcess(dataDir, NOWHERE, centre.centre.now);
    times.push(await core.run('reopen', { targets: centre.targets(21), times: 20 }));
    await core.stop();
  }
  const middle = (of: keyof Times) => median(times.map((one) => one[of]));
  return { coldMs: middle('coldMs'), productMs: middle('productMs'), rawMs: middle('rawMs') };
}

/** Measures; half a minute, once the consoles are there. */
export async function measure({ sizes, rounds }: Options): Promise<Result[]> {
  const results: Result[] = [];
  const product: number[] = [];
  for (const size of sizes) {
    const centre = await syncedCentre(size, rounds);
    const times = await reopen(centre.dataDir, centre, rounds);
    const of = `at ${written(size)} messages`;
    product.push(times.productMs);
    results.push(
      result(`first conversation in a new process ${of}`, 'ms', times.coldMs),
      result(`reopen to the first conversation ${of}`, 'ms', times.productMs),
      result(`open the bare files and read it ${of}`, 'ms', times.rawMs),
      result(`14: reopen ${of} against the bare files`, 'x', times.productMs / times.rawMs, {
        gate: 3,
        target: 2,
        better: 'lower',
      }),
    );
  }
  const [smallest = 0] = sizes;
  const largest = sizes.at(-1) ?? 0;
  if (largest > smallest)
    results.push(
      result(
        `14: reopen, ${written(largest)} against ${written(smallest)} messages`,
        'x',
        (product.at(-1) ?? 0) / (product[0] ?? 1),
        { gate: 2, target: 2, better: 'lower' },
      ),
    );
  const centre = await syncedCentre(smallest, rounds);
  const dataDir = mkdtempSync(join(tmpdir(), 'kanade-waiting-'));
  try {
    cpSync(centre.dataDir, dataDir, { recursive: true });
    await fillOutbox(dataDir, centre, WAITING);
    const waiting = await reopen(dataDir, centre, rounds);
    const first = product[0] ?? Number.NaN;
    results.push(
      result(`reopen with ${written(WAITING)} orders waiting`, 'ms', waiting.productMs),
      result(`growth: start-up for each waiting order`, 'µs', ((waiting.productMs - first) * 1_000) / WAITING, {
        gate: 10,
        target: 5,
        better: 'lower',
      }),
    );
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
  return results;
}
