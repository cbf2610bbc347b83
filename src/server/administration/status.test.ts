import { expect, test } from 'vitest';
import { alertsOf } from './status.ts';

const GIB = 1024 ** 3;
const well: Parameters<typeof alertsOf>[0] = {
  readAt: 1_000_000_000,
  connectors: [],
  sending: { waiting: 2, oldestAt: 1_000_000_000 - 60_000, needsReview: 1 },
  consoles: 0,
  imports: 0,
  jobs: [{ id: 'a', due: 0, failed: 0, lastDoneAt: null }],
  database: { engine: 'pglite', bytes: 1 },
  disk: { freeBytes: 50 * GIB, totalBytes: 100 * GIB },
};

test('a server on which all is well has no alert, and each trouble has its own', () => {
  expect(alertsOf(well)).toEqual([]);
  expect(alertsOf({ ...well, disk: null })).toEqual([]);
  expect(alertsOf({ ...well, disk: { freeBytes: 4 * GIB, totalBytes: 100 * GIB } })).toEqual(['diskLow']);
  expect(alertsOf({ ...well, sending: { ...well.sending, oldestAt: well.readAt - 301_000 } })).toEqual([
    'sendingStuck',
  ]);
  expect(alertsOf({ ...well, jobs: [{ id: 'a', due: 1, failed: 2, lastDoneAt: null }] })).toEqual([
    'jobsBehind',
    'jobsFailed',
  ]);
});
