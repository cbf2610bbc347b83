/**
 * What the cipher costs: the rows of a console's cache inserted and read with it and without. The product always
 * encrypts, so both sides are bare SQLite with the product's tables, indices and statement.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { insertBarely } from './support/bare-copy.ts';
import { openBare } from './support/bare-store.ts';
import { NEWEST, type Target } from './support/core-tasks.ts';
import { median, type Options, result, type Result, spent } from './support/measure.ts';
import { syncedCentre } from './support/synced-centre.ts';

type Read = { warm: number; cold: number };

/** CPU of reading each target's conversation, in ms in all: from an empty page cache, and then twenty times again. */
function read(path: string, isPlain: boolean, targets: readonly Target[]): Read {
  const sum: Read = { cold: 0, warm: 0 };
  for (const { customerId } of targets) {
    const db = openBare(path, { isReadonly: true, isPlain });
    const newest = db.prepare(NEWEST);
    // Opening reads the schema; only the rows' own pages shall be cold.
    newest.all('');
    sum.cold += spent(() => newest.all(customerId)).cpuMs;
    sum.warm += spent(() => Array.from({ length: 20 }, () => newest.all(customerId))).cpuMs;
    db.close();
  }
  return sum;
}

/** Measures; half a minute, once the console of the smallest size is there. */
export async function measure({ sizes, rounds }: Options): Promise<Result[]> {
  const centre = await syncedCentre(sizes[0] ?? 100_000, rounds);
  const folder = mkdtempSync(join(tmpdir(), 'kanade-plain-'));
  const plainPath = join(folder, 'plain.db');
  const insert: number[] = [];
  const reads: Read[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const plain = insertBarely(centre.cachePath, { isPlain: true, keepAs: plainPath });
      insert.push(insertBarely(centre.cachePath).cpuMs / plain.cpuMs);
      const targets = centre.targets(400);
      const without = read(plainPath, true, targets);
      const withCipher = read(centre.cachePath, false, targets);
      reads.push({ cold: withCipher.cold / without.cold, warm: withCipher.warm / without.warm });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const lower = (gate: number, target: number) => ({ gate, target, better: 'lower' }) as const;
  return [
    result('15: insert with the cipher against without, CPU', 'x', median(insert), lower(2, 1.6)),
    result(
      '15: read a conversation, warm, with against without',
      'x',
      median(reads.map((one) => one.warm)),
      lower(1.3, 1.15),
    ),
    result(
      '15: read a conversation, cold, with against without',
      'x',
      median(reads.map((one) => one.cold)),
      lower(2.2, 1.8),
    ),
  ];
}
