/** Runs setup.mjs in a folder of its own with a stand-in for npm that notes how it was called. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kanade-setup-'));
  mkdirSync(join(folder, 'scripts'));
  cpSync(join(import.meta.dirname, 'setup.mjs'), join(folder, 'scripts', 'setup.mjs'));
  give('package.json', { name: 'kanade', dependencies: { one: '1.0.0' } });
  give('package-lock.json', {
    packages: {
      '': { dependencies: { one: '1.0.0' } },
      'node_modules/one': { version: '1.0.0', integrity: 'sha512-one' },
      'node_modules/elsewhere': { version: '1.0.0', integrity: 'sha512-else', optional: true, os: ['plan9'] },
    },
  });
  writeFileSync(
    join(folder, 'npm.mjs'),
    `import { appendFileSync, mkdirSync } from 'node:fs';
     appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n');
     mkdirSync('node_modules', { recursive: true });
     process.exit(Number(process.env.NPM_FAILS ?? 0));`,
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function give(name: string, content: unknown): void {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, JSON.stringify(content));
}

function setUp(env: Record<string, string> = {}): { status: number | null; said: string; calls: string } {
  const { status, stderr, stdout } = spawnSync(process.execPath, ['scripts/setup.mjs'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, npm_node_execpath: process.execPath, npm_execpath: join(folder, 'npm.mjs'), ...env },
  });
  const calls = join(folder, 'calls');
  return { status, said: stdout + stderr, calls: existsSync(calls) ? readFileSync(calls, 'utf8') : '' };
}

test('a fresh clone is installed once, by the lockfile', () => {
  expect(setUp()).toMatchObject({ status: 0, calls: 'ci\n' });
  expect(setUp()).toMatchObject({ status: 0, said: '', calls: 'ci\n' });
});

test('a changed lockfile is installed again', () => {
  setUp();
  give('package-lock.json', { packages: { '': { dependencies: { one: '1.0.0' } } } });
  expect(setUp().calls).toBe('ci\nci\n');
});

test('what somebody installed by npm install is not installed again', () => {
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as { packages: object };
  const { 'node_modules/one': one } = lock.packages as Record<string, unknown>;
  give('node_modules/.package-lock.json', { packages: { 'node_modules/one': one } });
  expect(setUp()).toMatchObject({ status: 0, calls: '' });
});

test('a lockfile that names another version than the one installed is installed', () => {
  give('node_modules/.package-lock.json', { packages: { 'node_modules/one': { version: '0.9.0' } } });
  expect(setUp().calls).toBe('ci\n');
});

test('an install that fails ends with a sentence and leaves nothing that says it was done', () => {
  expect(setUp({ NPM_FAILS: '1' })).toMatchObject({
    status: 1,
    said: expect.stringContaining('npm ci did not finish') as string,
  });
  expect(setUp().calls).toBe('ci\nci\n');
});

test('the lock of a setup that was killed is taken over', () => {
  writeFileSync(join(folder, '.setup-lock'), '999999999');
  expect(setUp()).toMatchObject({ status: 0, calls: 'ci\n' });
  expect(existsSync(join(folder, '.setup-lock'))).toBe(false);
});
