/** The endurance suites: real processes that are killed, frozen, starved of disk and stormed. `npm run endure`. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  cacheDir: 'node_modules/.cache/vitest-endure',
  test: {
    globalSetup: ['tests/support/one-per-run.ts'],
    include: ['tests/endure/**/*.endure.ts'],
    // Each suite has processes of its own; two cores carry one suite at a time.
    maxWorkers: 1,
    testTimeout: 20 * 60_000,
    hookTimeout: 120_000,
  },
});
