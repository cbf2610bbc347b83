import { expect, test } from 'vitest';
import { pgliteTemplate } from '../../../tests/support/databases.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { openDb } from '../db/open-db.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { startJobs } from './start-jobs.ts';

test('recurring work runs, a run that throws comes back, and stopping ends it', { timeout: 60_000 }, async () => {
  const database = await openDb({ memory: true, from: await pgliteTemplate() });
  let good = 0;
  let bad = 0;
  const lines: string[] = [];
  const jobs = await startJobs(
    database,
    createLog('error', (line) => lines.push(line)),
    createMetrics(),
    [
      { name: 'test.good', everySeconds: 1, run: async () => void (good += 1) },
      {
        name: 'test.bad',
        everySeconds: 1,
        run: async () => {
          bad += 1;
          throw new Error('a customer said something private');
        },
      },
    ],
  );
  await eventually(() => good >= 2 && bad >= 2, { withinMs: 45_000, what: 'a second run of both' });
  await jobs.stop();
  expect(lines.join()).toContain('jobs.run-failed');
  expect(lines.join()).not.toContain('private');
  await database.close();
});
