import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FolderRefused, holdFolder } from './hold-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kanade-hold-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const note = () => path.join(folder, 'server.pid');

test('a folder that is held is refused until it is let go', () => {
  const release = holdFolder(folder);
  expect(() => holdFolder(folder)).toThrow(FolderRefused);
  release();
  holdFolder(folder)();
});

test('the note of a process that has ended does not keep the folder', async () => {
  const child = spawn(process.execPath, ['--version']);
  await new Promise((resolve) => child.once('exit', resolve));
  writeFileSync(note(), `${child.pid} 12345`);
  holdFolder(folder)();
});

test.runIf(process.platform === 'linux')(
  'the number of a dead server that another program has now does not keep the folder',
  () => {
    // As in a container, where each start has the same numbers.
    writeFileSync(note(), `${process.pid} 1`);
    holdFolder(folder)();
  },
);

test('a note that says nothing is left over from a crash in the middle of writing it', () => {
  writeFileSync(note(), '');
  const release = holdFolder(folder);
  expect(readFileSync(note(), 'utf8')).toMatch(new RegExp(`^${process.pid} `));
  release();
});

test('letting go leaves alone what another server holds by now', () => {
  const release = holdFolder(folder);
  writeFileSync(note(), '1 1');
  release();
  expect(readFileSync(note(), 'utf8')).toBe('1 1');
});

test('a folder that cannot be made is refused with the way out', () => {
  writeFileSync(path.join(folder, 'file'), '');
  expect(() => holdFolder(path.join(folder, 'file', 'below'))).toThrow(
    /cannot be written \(ENOTDIR\)\. Give another one with --data/,
  );
});
