import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findElectron, type FindElectronOptions } from '../../scripts/start/find-electron.ts';

const display = { DISPLAY: ':0' };
function makeRoot(): string {
  const root = mkdtempSync(path.join(tmpdir(), 'find-electron-'));
  mkdirSync(path.join(root, 'node_modules', 'electron', 'dist'), { recursive: true });
  return root;
}
function putBinary(root: string): string {
  const executable = path.join(root, 'node_modules', 'electron', 'dist', 'electron');
  writeFileSync(executable, '');
  chmodSync(executable, 0o755);
  writeFileSync(path.join(root, 'node_modules', 'electron', 'path.txt'), 'electron');
  return executable;
}
const find = (root: string, more: Partial<FindElectronOptions> = {}) =>
  findElectron({
    root,
    env: display,
    isWished: false,
    platform: 'linux',
    isRoot: false,
    fetch: () => Promise.reject(new Error('no line')),
    ...more,
  });

test('a binary that is there is used, without fetching', async () => {
  const root = makeRoot();
  expect(await find(root, { fetch: () => Promise.reject(new Error('fetched')) })).toMatchObject({
    why: 'downloadFailed',
  });
  const executable = putBinary(root);
  expect(await find(root)).toEqual({ executable });
});

test('a binary that can be fetched is fetched', async () => {
  const root = makeRoot();
  expect(await find(root, { fetch: async () => void putBinary(root) })).toHaveProperty('executable');
});

test('a fetch that failed is not tried again at every start, but when it is asked for', async () => {
  const root = makeRoot();
  let tries = 0;
  const fetch = () => {
    tries += 1;
    return Promise.reject(new Error('no line'));
  };
  for (const isWished of [false, false, true, false])
    expect(await find(root, { fetch, isWished })).toEqual({ why: 'downloadFailed' });
  expect(tries).toBe(2);
});

test('without a display, and as root, nothing is fetched', async () => {
  const root = makeRoot();
  putBinary(root);
  expect(await find(root, { env: {} })).toEqual({ why: 'noDisplay' });
  expect(await find(root, { isRoot: true })).toEqual({ why: 'asRoot' });
});

test('an unpacked Electron that was handed in is used as it is', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dist-'));
  expect(await find(makeRoot(), { env: { ELECTRON_OVERRIDE_DIST_PATH: folder } })).toHaveProperty('why');
  writeFileSync(path.join(folder, 'electron'), '');
  expect(await find(makeRoot(), { env: { ELECTRON_OVERRIDE_DIST_PATH: folder } })).toEqual({
    executable: path.join(folder, 'electron'),
  });
});
