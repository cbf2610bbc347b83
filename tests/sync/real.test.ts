/** The real core on encrypted files against the real server on PGlite, under faults, in one process and simulated time. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ServerDatabase } from '../../src/server/db/server-database.ts';
import { openServerDatabase } from './real/one-database.ts';
import { pastFailures } from './real/past-failures.ts';
import { runRealActs, runRealSeed } from './real/run-real.ts';

// As `real/small-pages.ts` does under plain Node: four rows a page, so that a short run cuts pages too.
vi.mock('../../src/shared/sync-protocol.ts', async (load) => ({ ...(await load<object>()), ROWS_PER_PAGE: 4 }));

/** One for each weather of `real-acts.ts`; the 1,000 of `.ci/run` go far beyond. */
const SEEDS = Array.from({ length: 11 }, (_, index) => index + 1);
const ACTS = 25;

describe('a real core and a real server keep every promise under every fault', () => {
  let database: ServerDatabase;
  beforeAll(async () => {
    database = await openServerDatabase();
  }, 60_000);
  afterAll(async () => {
    await database.close();
  });

  test.for(SEEDS)('seed %i', { timeout: 60_000 }, async (seed) => {
    const failure = await runRealSeed(database, seed, ACTS);
    expect(failure, `again: npm run simulate -- --real --seed ${seed} --runs 1 --acts ${ACTS}`).toBeNull();
  });

  test.for(pastFailures.map((past) => [past.what, past] as const))(
    'what failed once: %s',
    {
      timeout: 60_000,
    },
    async ([, { seed, acts }]) => {
      expect(await runRealActs(database, seed, acts)).toBeNull();
    },
  );
});
