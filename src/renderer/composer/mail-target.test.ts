import { describe, expect, test } from 'vitest';
import { mailTargetSchema } from '../../shared/domain/command.ts';
import { addressesIn, draftTarget, readMailTarget } from './mail-target.ts';

describe('addressesIn', () => {
  test('commas, semicolons and the Japanese comma part addresses', () => {
    expect(addressesIn('a@example.jp, b@example.jp；c@example.jp、d@example.jp')).toHaveLength(4);
  });
  test('a name before an address is left out', () => {
    expect(addressesIn('中村 由紀子 <nakamura@example.jp>')).toEqual(['nakamura@example.jp']);
  });
});

describe('readMailTarget', () => {
  test('a whole target is given back', () => {
    expect(readMailTarget({ to: 'a@example.jp', cc: '', subject: ' Re: 請求 ' })).toEqual({
      target: { to: ['a@example.jp'], cc: [], subject: 'Re: 請求' },
    });
  });
  test('every fault names its field', () => {
    expect(readMailTarget({ to: '', cc: 'nobody', subject: '' })).toEqual({
      faults: { to: 'missing', cc: 'address', subject: 'missing' },
    });
  });
});

describe('draftTarget', () => {
  test('what is half-typed is left out and never keeps the draft from being saved', () => {
    for (const text of [
      { to: '', cc: '', subject: '' },
      { to: 'nakamura@', cc: 'a@example.jp, b', subject: 'x'.repeat(600) },
    ])
      expect(mailTargetSchema.partial().safeParse(draftTarget(text)).success).toBe(true);
    expect(draftTarget({ to: 'nakamura@', cc: 'a@example.jp, b', subject: '' })).toEqual({ cc: ['a@example.jp'] });
  });
});
