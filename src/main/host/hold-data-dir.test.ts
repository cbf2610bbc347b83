import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { holdDataDir } from './hold-data-dir.ts';

const folder = (): string => mkdtempSync(path.join(tmpdir(), 'hold-'));
const born = (pid: number): string =>
  readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
    .split(') ')[1]
    ?.split(' ')[19] ?? '';

test('a folder is held until it is given back', () => {
  const dataDir = folder();
  const release = holdDataDir(dataDir);
  expect(readFileSync(path.join(dataDir, 'lock'), 'utf8')).toContain(String(process.pid));
  release();
  expect(existsSync(path.join(dataDir, 'lock'))).toBe(false);
});

test.runIf(process.platform === 'linux')('a second console on the same folder is told which process has it', () => {
  const dataDir = folder();
  writeFileSync(path.join(dataDir, 'lock'), `${String(process.ppid)} ${born(process.ppid)}`);
  expect(() => holdDataDir(dataDir)).toThrow(new RegExp(`process ${String(process.ppid)}\\) is running .* --data`));
});

test('the lock of a process that was killed is taken over', () => {
  const dataDir = folder();
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  writeFileSync(path.join(dataDir, 'lock'), `${String(pid)} 1`);
  holdDataDir(dataDir)();
});

test.runIf(process.platform === 'linux')('a lock whose number now belongs to a younger program is taken over', () => {
  const dataDir = folder();
  writeFileSync(path.join(dataDir, 'lock'), `${String(process.ppid)} 1`);
  holdDataDir(dataDir)();
});

test('a lock that cannot be read as one is taken over', () => {
  const dataDir = folder();
  writeFileSync(path.join(dataDir, 'lock'), '');
  holdDataDir(dataDir)();
});
