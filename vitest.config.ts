/** Unit tests beside the code and the suites of tests/ that need no window; Playwright's *.spec.ts are not for vitest. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  cacheDir: 'node_modules/.cache/vitest',
  test: {
    globalSetup: ['tests/support/one-per-run.ts'],
    include: ['src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts', 'tests/**/*.test.{ts,tsx}'],
    // Two cores are the smallest machine this has to be green on; a third worker uses what suites of mail, of jobs and of
    // servers that start leave of them while they wait.
    maxWorkers: 3,
    // Otherwise vitest gives every style sheet as empty text, also to `?raw`, and the contrast test reads nothing.
    css: true,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    restoreMocks: true,
  },
});
