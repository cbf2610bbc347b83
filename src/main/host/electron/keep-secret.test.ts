import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { keepSecret, renewSecret, type SecretStore } from './keep-secret.ts';

const folder = (): string => mkdtempSync(path.join(tmpdir(), 'keep-secret-'));

function makeStore(backend: ReturnType<SecretStore['getSelectedStorageBackend']> = 'gnome_libsecret', pad = 7) {
  const turn = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ pad));
  const store: SecretStore = {
    isAsyncEncryptionAvailable: () => Promise.resolve(backend !== 'basic_text'),
    getSelectedStorageBackend: () => backend,
    encryptStringAsync: (text) => Promise.resolve(turn(Buffer.from(`sealed:${text}`))),
    async decryptStringAsync(sealed) {
      const text = turn(sealed).toString();
      if (!text.startsWith('sealed:')) throw new Error('cannot decrypt');
      return { result: text.slice(7), shouldReEncrypt: false };
    },
  };
  return store;
}

test('the key is made once, sealed, and comes back the same', async () => {
  const dataDir = folder();
  const key = await keepSecret(dataDir, makeStore(), false);
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(await keepSecret(dataDir, makeStore(), false)).toBe(key);
  expect(readFileSync(path.join(dataDir, 'key.sealed')).includes(key)).toBe(false);
});

test.runIf(process.platform === 'linux')(
  'without a key store there is no key, unless that was said explicitly',
  async () => {
    const dataDir = folder();
    await expect(keepSecret(dataDir, makeStore('basic_text'), false)).rejects.toThrow('no-key-store');
    await expect(keepSecret(dataDir, makeStore('unknown'), false)).rejects.toThrow('no-key-store');
    expect(readdirSync(dataDir)).toEqual([]);
    const key = await keepSecret(dataDir, makeStore('basic_text'), true);
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(path.join(dataDir, 'key')).mode & 0o777).toBe(0o600);
    expect(await keepSecret(dataDir, makeStore('basic_text'), true)).toBe(key);
  },
);

test('a key that the store can no longer open is called lost, and nothing is changed', async () => {
  const dataDir = folder();
  await keepSecret(dataDir, makeStore(), false);
  const before = readFileSync(path.join(dataDir, 'key.sealed'));
  await expect(keepSecret(dataDir, makeStore('gnome_libsecret', 9), false)).rejects.toThrow('lost');
  expect(readFileSync(path.join(dataDir, 'key.sealed'))).toEqual(before);
});

test('local files without a sealed key are never given a new one', async () => {
  const dataDir = folder();
  writeFileSync(path.join(dataDir, 'device.db'), 'x');
  await expect(keepSecret(dataDir, makeStore(), false)).rejects.toThrow('lost');
});

test('a new key in place of a lost one leaves the files where they are, and the old seal beside it', async () => {
  const dataDir = folder();
  const lost = await keepSecret(dataDir, makeStore(), false);
  writeFileSync(path.join(dataDir, 'device.db'), 'x');
  const key = await renewSecret(dataDir, makeStore('gnome_libsecret', 9), false, { now: () => 0 });
  expect(key).not.toBe(lost);
  expect(readdirSync(dataDir).sort()).toEqual([
    'device.db',
    'key.sealed',
    'key.sealed.set-aside-1970-01-01T00-00-00-000Z',
  ]);
  expect(await keepSecret(dataDir, makeStore('gnome_libsecret', 9), false)).toBe(key);
  // The key store came back: its seal is put in place by hand.
  expect(
    (
      await makeStore().decryptStringAsync(
        readFileSync(path.join(dataDir, 'key.sealed.set-aside-1970-01-01T00-00-00-000Z')),
      )
    ).result,
  ).toBe(lost);
});

test.runIf(process.platform === 'linux')(
  'a key that was sealed is not replaced by a plain one before somebody was asked',
  async () => {
    const dataDir = folder();
    await keepSecret(dataDir, makeStore(), false);
    await expect(keepSecret(dataDir, makeStore('basic_text'), false)).rejects.toThrow('no-key-store');
    await expect(keepSecret(dataDir, makeStore('basic_text'), true)).rejects.toThrow('lost');
    expect(await renewSecret(dataDir, makeStore('basic_text'), true, { now: () => 0 })).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(path.join(dataDir, 'key')).mode & 0o777).toBe(0o600);
  },
);
