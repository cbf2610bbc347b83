import { chmodSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readKeyFile } from './key-file.ts';

const folder = (): string => mkdtempSync(path.join(tmpdir(), 'key-file-'));

test('the key is made once, is 32 bytes, and only its owner may read it', () => {
  const dataDir = folder();
  const key = readKeyFile(dataDir);
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(readKeyFile(dataDir)).toBe(key);
  expect(statSync(path.join(dataDir, 'key')).mode & 0o777).toBe(0o600);
});

test('a key file that others can read is closed to them', () => {
  const dataDir = folder();
  readKeyFile(dataDir);
  chmodSync(path.join(dataDir, 'key'), 0o644);
  readKeyFile(dataDir);
  expect(statSync(path.join(dataDir, 'key')).mode & 0o777).toBe(0o600);
});

test('a damaged key file is refused and left as it is', () => {
  const dataDir = folder();
  writeFileSync(path.join(dataDir, 'key'), 'oops');
  expect(() => readKeyFile(dataDir)).toThrow(/damaged/);
});
