/**
 * `npm run endure`: what takes too long for `npm test`, with real processes: 200 times kill -9 of server and console, a
 * laptop that sleeps, a full disk, 500 consoles at once after a restart, and the package. Ends with one plain line: N passed, N failed.
 * `KILLS=20 SEED=7 npm run endure -- kill-nine` runs one suite, shorter, from another seed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const results = mkdtempSync(join(tmpdir(), 'kanade-endure-'));
process.on('exit', () => rmSync(results, { recursive: true, force: true }));
const file = join(results, 'vitest.json');

const { status } = spawnSync(
  'vitest',
  [
    'run',
    '--config=vitest.endure.config.ts',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...process.argv.slice(2),
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}` },
    shell: process.platform === 'win32',
  },
);

let passed = 0;
let failed = 0;
try {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  passed = report.numPassedTests;
  failed = report.numFailedTests;
} catch {
  // It did not come to a report: the failure below stands for it.
}
if (status !== 0 && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
