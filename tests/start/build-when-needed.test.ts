import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { buildWhenNeeded, hashSources } from '../../scripts/start/build-when-needed.ts';

let root: string;
const put = (file: string, text: string): void => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
};
/** Writes the outputs, or fails when a source says so. */
const BUILDER = `
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
if (existsSync('src/main/broken.ts')) { console.error('src/main/broken.ts: unexpected token'); process.exit(1); }
for (const file of ['out/main/index.js', 'out/main/browser-host.js', 'out/main/core-thread.js', 'out/preload/index.cjs', 'out/renderer/index.html']) {
  mkdirSync(file.replace(/[^/]+$/, ''), { recursive: true });
  writeFileSync(file, '');
}`;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'build-'));
  put('node_modules/electron-vite/bin/electron-vite.js', BUILDER);
  put('node_modules/electron-vite/package.json', '{"type":"module"}');
  put(
    'scripts/build-widget.ts',
    "import { mkdirSync, writeFileSync } from 'node:fs'; mkdirSync('out/widget', { recursive: true }); writeFileSync('out/widget/widget.js', '');",
  );
  put('package.json', '{"type":"module"}');
  put('src/main/index.ts', '1');
  put('src/renderer/app.css', 'a');
});
async function buildsNow(): Promise<boolean> {
  let built = false;
  await buildWhenNeeded(root, () => {
    built = true;
  });
  return built;
}

test('it builds once, and again only when a source has changed or an output is gone', async () => {
  expect([await buildsNow(), await buildsNow()]).toEqual([true, false]);
  put('src/renderer/app.css', 'b');
  expect([await buildsNow(), await buildsNow()]).toEqual([true, false]);
  put('src/main/index.test.ts', 'tests are not built');
  put('src/server/index.ts', 'nor is the server');
  expect(await buildsNow()).toBe(false);
  rmSync(path.join(root, 'out', 'preload'), { recursive: true });
  expect(await buildsNow()).toBe(true);
});

test('a failed build says why and is tried again', async () => {
  put('src/main/broken.ts', '');
  await expect(buildsNow()).rejects.toThrow('unexpected token');
  await expect(buildsNow()).rejects.toThrow('unexpected token');
});

test('the hash is of names and contents, not of times', () => {
  const before = hashSources(root);
  const copy = mkdtempSync(path.join(tmpdir(), 'build-'));
  cpSync(root, copy, { recursive: true });
  expect(hashSources(copy)).toBe(before);
});
