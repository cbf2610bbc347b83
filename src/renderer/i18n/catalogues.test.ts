import { describe, expect, test } from 'vitest';
import { en as enOfDesk } from './en.ts';
import { ja as jaOfDesk } from './ja.ts';
import { administrationEn } from './words/administration-en.ts';
import { administrationJa } from './words/administration-ja.ts';
import { channelsEn } from './words/channels-en.ts';
import { channelsJa } from './words/channels-ja.ts';

const ja = { ...jaOfDesk, ...administrationJa, ...channelsJa };
const en = { ...enOfDesk, ...administrationEn, ...channelsEn };

/** The names between braces, `{count}` and `{count, plural, …}`, without the branches inside. */
function placeholders(message: string): string[] {
  return [...new Set([...message.matchAll(/\{\s*(\w+)\s*(?:,|\})/g)].map(([, name]) => name!))].sort();
}

describe('the catalogues', () => {
  test('every sentence speaks of the same things in both languages', () => {
    const differ = (Object.keys(ja) as (keyof typeof ja)[]).filter(
      (id) => placeholders(en[id]).join() !== placeholders(ja[id]).join(),
    );
    expect(differ).toEqual([]);
  });
  test('English has no Japanese left in it', () => {
    const left = Object.entries(en).filter(([, message]) =>
      /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(message),
    );
    expect(left.map(([id]) => id)).toEqual(['settings.language.ja']);
  });
  test('no button or sentence says please or sorry, and none calls a fault an error alone', () => {
    expect(Object.values(en).filter((message) => /\b(please|sorry)\b/i.test(message))).toEqual([]);
    expect(Object.values(ja).filter((message) => /^エラー/.test(message))).toEqual([]);
  });
});
