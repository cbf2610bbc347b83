/**
 * What electron-builder makes, as far as it can be seen without Electron's binary: an executable of our own stands in
 * its place, which carries the marks that electron-builder writes into. Unpacked again, the app starts on the stand-in.
 */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { extractAll, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { _electron } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..', '..');
const home = mkdtempSync(path.join(tmpdir(), 'kanade-package-'));
const packed = path.join(home, 'packages', 'linux-unpacked');
const archive = path.join(packed, 'resources', 'app.asar');
let files: string[];

/** A distribution of Electron that holds nothing but the wire of fuses, all as Electron ships them. */
function makeDistribution(): string {
  const folder = path.join(home, 'electron');
  for (const part of ['resources', 'locales']) mkdirSync(path.join(folder, part), { recursive: true });
  // The sentinel and layout of https://www.electronjs.org/docs/latest/tutorial/fuses: version 1, then a digit a fuse.
  const wire = Buffer.concat([
    Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
    Buffer.from([1, 8]),
    Buffer.from('10110000'),
  ]);
  writeFileSync(
    path.join(folder, 'electron'),
    Buffer.concat([Buffer.from('#!/bin/sh\nexit 1\n# '), wire, Buffer.from('\n')]),
  );
  chmodSync(path.join(folder, 'electron'), 0o755);
  for (const file of ['LICENSE', 'version', 'locales/ja.pak', 'locales/en-US.pak', 'locales/de.pak'])
    writeFileSync(path.join(folder, file), '');
  return folder;
}

beforeAll(async () => {
  await promisify(execFile)(
    process.execPath,
    [
      'scripts/package.ts',
      '--linux',
      'dir',
      '--x64',
      `-c.electronDist=${makeDistribution()}`,
      `-c.directories.output=${path.join(home, 'packages')}`,
    ],
    { cwd: root },
  );
  files = listPackage(archive, { isPack: false });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

test('the package holds what was built, one native module for its platform, and nothing else', () => {
  expect(files).toEqual(
    expect.arrayContaining([
      '/package.json',
      '/out/main/index.js',
      '/out/main/core-thread.js',
      '/out/preload/index.cjs',
      '/out/renderer/index.html',
    ]),
  );
  expect(files.filter((file) => file.endsWith('.node'))).toEqual([
    '/node_modules/better-sqlite3/prebuilds/linux-x64.node',
  ]);
  expect(files.filter((file) => /\.(ts|tsx|map|c|cpp)$|browser-host|\/tests\/|\/server\//.test(file))).toEqual([]);
  expect(files.filter((file) => /^\/node_modules\/[^/]+$/.test(file))).toEqual(['/node_modules/better-sqlite3']);
});

test('its executable runs no foreign code: every fuse stands as it was decided', async () => {
  const wire = await getCurrentFuseWire(path.join(packed, 'kanade'));
  const isOn = (fuse: FuseV1Options): boolean => wire[fuse] === FuseState.ENABLE;
  expect(isOn(FuseV1Options.RunAsNode)).toBe(false);
  expect(isOn(FuseV1Options.EnableNodeOptionsEnvironmentVariable)).toBe(false);
  expect(isOn(FuseV1Options.EnableNodeCliInspectArguments)).toBe(false);
  expect(isOn(FuseV1Options.GrantFileProtocolExtraPrivileges)).toBe(false);
  expect(isOn(FuseV1Options.EnableCookieEncryption)).toBe(true);
  expect(isOn(FuseV1Options.EnableEmbeddedAsarIntegrityValidation)).toBe(true);
  expect(isOn(FuseV1Options.OnlyLoadAppFromAsar)).toBe(true);
});

test('unpacked into an empty folder, the app starts from its own files alone and asks who is there', async () => {
  const app = path.join(home, 'app');
  extractAll(archive, app);
  const electron = await _electron.launch({
    executablePath: path.join(root, 'tests', 'electron-standin', 'electron'),
    args: [app, `--data=${path.join(home, 'data')}`, '--server=http://127.0.0.1:9'],
    env: { ...process.env, KANADE_ALLOW_PLAIN_KEY: '1' },
    locale: 'ja-JP',
  });
  try {
    const page = await electron.firstWindow();
    await page.getByLabel('パスワード').waitFor();
  } finally {
    await electron.close();
  }
});

test('a setting that electron-builder does not know is refused', async () => {
  const run = promisify(execFile)(process.execPath, ['scripts/package.ts', '--linux', 'dir', '-c.noSuchSetting=1'], {
    cwd: root,
  });
  await expect(run).rejects.toThrow(/noSuchSetting/);
});
