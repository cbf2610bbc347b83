import { createCipheriv, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { CannotOpenSettings, idOfKey, keyIdOf, openSettings, sealSettings } from './seal-settings.ts';

const random = { next: () => 0, bytes: (length: number) => new Uint8Array(randomBytes(length)) };
const key = randomBytes(32);

test('sealed settings open again under the same key and under no other', () => {
  const settings = { imap: { password: '合言葉' } };
  const sealed = sealSettings(key, settings, random);
  expect(openSettings(key, sealed)).toEqual(settings);
  expect(() => openSettings(randomBytes(32), sealed)).toThrow(CannotOpenSettings);
});

test('sealed settings name their key and do not show what they hold', () => {
  const sealed = sealSettings(key, { password: 'swordfish' }, random);
  expect(keyIdOf(sealed)).toBe(idOfKey(key));
  expect(sealed).not.toContain('swordfish');
  expect(Buffer.from(sealed.split('.')[3] ?? '', 'base64url').toString()).not.toContain('swordfish');
});

test('what was sealed before sealed texts named their key still opens', () => {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const text = Buffer.concat([cipher.update('{"port":993}', 'utf8'), cipher.final()]);
  const parts = [nonce, text, cipher.getAuthTag()].map((part) => part.toString('base64url'));
  expect(openSettings(key, ['v1', ...parts].join('.'))).toEqual({ port: 993 });
});

test('one changed character makes sealed settings unreadable, not different', () => {
  const sealed = sealSettings(key, { port: 993 }, random);
  const parts = sealed.split('.');
  for (const index of [2, 3, 4]) {
    const part = Buffer.from(parts[index] ?? '', 'base64url');
    part[0] = (part[0] ?? 0) ^ 1;
    const forged = parts.with(index, part.toString('base64url')).join('.');
    expect(() => openSettings(key, forged)).toThrow(CannotOpenSettings);
  }
  for (const broken of ['', 'v1', 'v2.a.b.c', 'v3.a.b.c.d', 'v1.!.!.!', 'v1...', `v2.${idOfKey(key)}...`])
    expect(() => openSettings(key, broken)).toThrow(CannotOpenSettings);
});
