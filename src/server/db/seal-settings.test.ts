import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { CannotOpenSettings, openSettings, sealSettings } from './seal-settings.ts';

const random = { next: () => 0, bytes: (length: number) => new Uint8Array(randomBytes(length)) };
const key = randomBytes(32);

test('sealed settings open again under the same key and under no other', () => {
  const settings = { imap: { password: '合言葉' } };
  const sealed = sealSettings(key, settings, random);
  expect(openSettings(key, sealed)).toEqual(settings);
  expect(() => openSettings(randomBytes(32), sealed)).toThrow(CannotOpenSettings);
});

test('sealed settings do not show what they hold', () => {
  const sealed = sealSettings(key, { password: 'swordfish' }, random);
  expect(sealed).not.toContain('swordfish');
  expect(Buffer.from(sealed.split('.')[2] ?? '', 'base64url').toString()).not.toContain('swordfish');
});

test('one changed character makes sealed settings unreadable, not different', () => {
  const sealed = sealSettings(key, { port: 993 }, random);
  const parts = sealed.split('.');
  for (const index of [1, 2, 3]) {
    const part = Buffer.from(parts[index] ?? '', 'base64url');
    part[0] = (part[0] ?? 0) ^ 1;
    const forged = parts.with(index, part.toString('base64url')).join('.');
    expect(() => openSettings(key, forged)).toThrow(CannotOpenSettings);
  }
  for (const broken of ['', 'v1', 'v2.a.b.c', 'v1.!.!.!', 'v1...'])
    expect(() => openSettings(key, broken)).toThrow(CannotOpenSettings);
});
