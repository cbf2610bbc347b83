import { expect, test } from 'vitest';
import { faultsOfPassword, LONGEST_PASSWORD } from './password.ts';

test('a sentence of one’s own is a password, in Japanese too', () => {
  expect(faultsOfPassword('correct horse battery', 'sato')).toEqual([]);
  expect(faultsOfPassword('きのうの晩ごはんは焼き魚でした', 'sato')).toEqual([]);
});

test('each rule has a name of its own, and all that are broken are told at once', () => {
  expect(faultsOfPassword('short', 'sato')).toEqual(['tooShort']);
  expect(faultsOfPassword('x9'.repeat(LONGEST_PASSWORD), 'sato')).toContain('tooLong');
  expect(faultsOfPassword('aaaaaaaaaaaaaa', 'sato')).toEqual(['oneSign']);
  expect(faultsOfPassword('1234567890123', 'sato')).toContain('inOrder');
  expect(faultsOfPassword('zyxwvutsrqponm', 'sato')).toContain('inOrder');
  expect(faultsOfPassword('my name is Sato!', 'sato@example.co.jp')).toEqual(['holdsLogin']);
  expect(faultsOfPassword('password2026!!', 'sato')).toEqual(['common']);
  expect(faultsOfPassword('passwordpassword', 'sato')).toEqual(['common']);
  expect(faultsOfPassword('abc', 'abc')).toEqual(['tooShort', 'oneSign', 'holdsLogin']);
  expect(faultsOfPassword('', 'sato')).toEqual(['tooShort']);
});

test('width and case do not make another password of the one before', () => {
  expect(faultsOfPassword('Ｃｏｒｒｅｃｔ horse battery', 'sato', 'correct horse battery')).toEqual(['sameAsBefore']);
});
