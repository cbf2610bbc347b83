import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { CannotStart, prepareDataDir, readServerUrl, readSettings } from './read-settings.ts';

test('the command line wins over the environment, and words of Chromium are passed over', () => {
  const settings = readSettings(['--no-sandbox', '--server=https://a.example.jp/desk', '--data=here', '--inspect=0'], {
    KANADE_SERVER: 'https://b.example.jp',
    KANADE_PORT: '4801',
  });
  expect(settings).toEqual({ dataDir: 'here', serverUrl: 'https://a.example.jp', port: 4801, allowPlainKey: false });
});

test('an unsealed key is allowed only when it was said', () => {
  expect(readSettings([], { KANADE_SERVER: 'http://127.0.0.1:4800' }).allowPlainKey).toBe(false);
  expect(readSettings(['--allow-plain-key'], { KANADE_SERVER: 'http://127.0.0.1:4800' }).allowPlainKey).toBe(true);
});

test('a missing, crooked or unencrypted server address is refused with a remedy', () => {
  expect(readServerUrl(undefined)).toBeNull();
  expect(() => readServerUrl('two words')).toThrow(/not a web address/);
  expect(readServerUrl('kanade.example.jp')).toBe('https://kanade.example.jp');
  expect(() => readServerUrl('file:///etc/passwd')).toThrow(/not a web address/);
  expect(() => readServerUrl('http://kanade.example.jp')).toThrow(/Use https/);
  expect(readServerUrl('http://localhost:4800/x?y')).toBe('http://localhost:4800');
});

test('a port that is none is refused', () => {
  for (const port of ['x', '-1', '65536', '1.5', '']) {
    expect(() => readSettings([`--port=${port}`], { KANADE_SERVER: 'http://127.0.0.1' })).toThrow(CannotStart);
  }
});

test('a folder that cannot be made is named in the sentence', () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'settings-')), 'file');
  writeFileSync(file, '');
  expect(() => prepareDataDir(path.join(file, 'sub'))).toThrow(/cannot be written .* --data/);
});
