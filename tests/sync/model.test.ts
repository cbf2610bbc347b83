/** The sync contract as a model, under faults; and the proof that the checks can fail. */
import { describe, expect, test } from 'vitest';
import { allFlaws, flaws } from './model/flaws.ts';
import { runSeed } from './model/run-model.ts';

const SEEDS = 500;
const ACTS = 200;
/** The rarest of the deliberate mistakes needs more than a hundred runs to show. */
const SEEDS_FOR_A_FLAW = 1_500;

describe('the sync contract', () => {
  test(`keeps every promise in ${SEEDS} runs with cuts, crashes, restored servers and cloned disks`, {
    timeout: 120_000,
  }, () => {
    const failures: string[] = [];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const failure = runSeed(seed, ACTS);
      if (failure) failures.push(`seed ${seed}: ${failure.message}`);
    }
    expect(failures).toEqual([]);
  });

  test('the same seed gives the same run', () => {
    const once = runSeed(3, ACTS, 'goneIgnored');
    expect(once).not.toBeNull();
    expect(runSeed(3, ACTS, 'goneIgnored')).toEqual(once);
  });
});

describe('the checks of the model notice when', () => {
  test.for(allFlaws.map((flaw) => [flaws[flaw], flaw] as const))('%s', { timeout: 120_000 }, ([, flaw]) => {
    let seed = 1;
    while (seed <= SEEDS_FOR_A_FLAW && runSeed(seed, ACTS, flaw) === null) seed++;
    expect(seed).toBeLessThanOrEqual(SEEDS_FOR_A_FLAW);
  });
});
