/**
 * `npm test`: the unit tests and suites (vitest), the build, the journeys in a browser and in the Electron stand-in
 * (Playwright). Says which suites were left out for want of a program, and ends with one plain line that sums them
 * all. With REQUIRE_PEERS set, a suite left out is a failure.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingPeers } from '../tests/support/peers.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const results = mkdtempSync(join(tmpdir(), 'kanade-test-'));
process.on('exit', () => rmSync(results, { recursive: true, force: true }));

const sum = { passed: 0, failed: 0, skipped: 0 };
const leftOut = [];

const env = { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}` };

function run(program, args, more = {}) {
  console.log(`\n> ${[program, ...args.filter((arg) => !arg.includes(results))].join(' ')}`);
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...env, ...more },
    shell: process.platform === 'win32',
  });
  if (error) console.error(error.message);
  return status ?? 1;
}

/** What a reporter wrote, or undefined when it did not come to that. */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Adds to the sum; a program that failed without naming a test is one failure more, never a silent pass. */
function add(what, status, { passed, failed, skipped }) {
  if (status !== 0 && failed === 0) {
    console.error(`test: ${what} ended with code ${status} although no test failed; its own words stand above`);
    failed = 1;
  }
  sum.passed += passed;
  sum.failed += failed;
  sum.skipped += skipped;
}

function runUnitTests() {
  const file = join(results, 'vitest.json');
  const status = run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]);
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const suite of readReport(file)?.testResults ?? []) {
    const states = suite.assertionResults.map((test) => test.status);
    const failed = states.filter((state) => state === 'failed').length;
    const skipped = states.filter((state) => state !== 'failed' && state !== 'passed').length;
    count.passed += states.filter((state) => state === 'passed').length;
    // A file that could not even be loaded holds no failed test and is a failure all the same.
    count.failed += failed === 0 && suite.status === 'failed' ? 1 : failed;
    count.skipped += skipped;
    if (skipped > 0) leftOut.push(`${relative(root, suite.name)}: ${skipped} of ${states.length} tests`);
  }
  add('vitest', status, count);
}

function runJourneys() {
  const file = join(results, 'playwright.json');
  const status = run('playwright', ['test', '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_FILE: file });
  const { stats, errors = [] } = readReport(file) ?? {};
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = stats ?? {};
  if (skipped > 0) leftOut.push(`tests/**/*.spec.ts: ${skipped} tests`);
  add('Playwright', status, { passed: expected, failed: unexpected + flaky + errors.length, skipped });
}

runUnitTests();
if (run('npm', ['run', '--silent', 'build']) === 0) {
  runJourneys();
} else {
  sum.failed += 1;
  console.error('test: the build failed, so the journeys were not walked');
}

console.log('');
if (leftOut.length > 0) {
  const missing = missingPeers();
  const why = missing.length > 0 ? ` (not installed here: ${missing.join(', ')}; on Debian, npm run peers)` : '';
  console.log(`Left out${why}:`);
  for (const line of leftOut) console.log(`  ${line}`);
}
const mayBeLeftOut = (process.env.REQUIRE_PEERS ?? '') === '';
if (!mayBeLeftOut && sum.skipped > 0) {
  console.log('REQUIRE_PEERS is set, so what was left out counts as failed.');
  sum.failed += sum.skipped;
  sum.skipped = 0;
}
if (sum.passed + sum.failed === 0) sum.failed = 1;
console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''}`);
process.exitCode = sum.failed === 0 ? 0 : 1;
