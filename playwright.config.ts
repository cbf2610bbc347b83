/**
 * The suites that look at a window. The journeys of tests/e2e run once for each host: a spec reads
 * `test.info().project.name` ('browser' or 'electron') where the two begin differently.
 */
import { defineConfig } from '@playwright/test';
import { chromiumArgs, findBrowser } from './tests/support/browser.ts';

const browser = await findBrowser();

export default defineConfig({
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  // Each file starts servers and cores of its own on ports the system chooses. Three at once on two cores: a journey
  // waits for half of its time (a line that is cut, a ring that runs out), which two would leave unused.
  workers: 3,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    locale: 'ja-JP',
    timezoneId: 'Asia/Tokyo',
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: browser.executablePath,
      args: [...chromiumArgs],
      env: { ...process.env, ...browser.env },
    },
  },
  projects: [
    { name: 'browser', testDir: 'tests/e2e' },
    // The window alone, over a core in the page: needs no server.
    { name: 'window', testDir: 'tests/window' },
    // The chat widget in the page of another site: needs no server but the channel's.
    { name: 'widget', testDir: 'tests/widget' },
    // Both run headless, on the system's Chromium or on the one from npm: see tests/electron-standin/README.md.
    { name: 'standin', testDir: 'tests/electron-standin' },
    { name: 'hosts', testDir: 'tests/hosts' },
    { name: 'electron', testDir: 'tests/e2e' },
  ],
});
