import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type PageLook, serveRenderer } from './serve-renderer.ts';

const above = mkdtempSync(path.join(tmpdir(), 'serve-renderer-'));
const folder = path.join(above, 'renderer');
mkdirSync(path.join(folder, 'assets'), { recursive: true });
mkdirSync(path.join(above, 'renderer-secret'));
writeFileSync(path.join(folder, 'index.html'), '<!doctype html><html lang="ja"><title>Kanade</title>');
writeFileSync(path.join(folder, 'assets', 'index-DkX9_2ab.js'), 'export {}');
writeFileSync(path.join(folder, 'notes.txt'), 'no');
writeFileSync(path.join(above, 'key.js'), 'secret');
writeFileSync(path.join(above, 'renderer-secret', 'x.js'), 'secret');

let look: PageLook = { language: 'ja', theme: 'system' };
writeFileSync(path.join(above, 'icon.ico'), 'icon');
const serve = serveRenderer(folder, path.join(above, 'icon.ico'), () => Promise.resolve(look));
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

test('the page carries language and theme before its first script', async () => {
  look = { language: 'en', theme: 'dark' };
  expect(text((await serve('/')).body)).toBe('<!doctype html><html lang="en" data-theme="dark"><title>Kanade</title>');
  look = { language: 'ja', theme: 'system' };
  expect(text((await serve('/index.html')).body)).toContain('<html lang="ja">');
});

test('every answer carries the policy, and only hashed files may be kept', async () => {
  const page = await serve('/');
  const script = await serve('/assets/index-DkX9_2ab.js');
  for (const answer of [page, script, await serve('/nothing.js')]) {
    expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  }
  expect(page.headers['cache-control']).toBe('no-store');
  expect(script.headers['cache-control']).toContain('immutable');
});

test('the icon comes from beside the folder', async () => {
  const icon = await serve('/favicon.ico');
  expect([icon.headers['content-type'], text(icon.body)]).toEqual(['image/x-icon', 'icon']);
});

test('nothing outside the folder is given, however it is asked for', async () => {
  const attempts = [
    '/../key.js',
    '/%2e%2e/key.js',
    '/assets/../../key.js',
    '/..%2fkey.js',
    '/..%5ckey.js',
    '/../renderer-secret/x.js',
    '/%ff',
    '/index.html%00.js',
    '/notes.txt',
    '/assets',
    '//etc/passwd',
  ];
  for (const attempt of attempts) expect([attempt, (await serve(attempt)).status]).toEqual([attempt, 404]);
});
