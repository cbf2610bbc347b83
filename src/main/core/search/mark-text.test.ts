import { expect, test } from 'vitest';
import { foldText } from '../../../shared/domain/fold-text.ts';
import { seededRandom } from '../../../shared/domain/clock.ts';
import { markText, snippetOf } from './mark-text.ts';

const marked = (text: string, ...terms: string[]): string[] =>
  markText(text, terms.map(foldText)).marks.map(([from, to]) => text.slice(from, to));

test('marks stand where the original text holds the term, whatever width or kana it is written in', () => {
  expect(marked('この冷蔵庫とﾚｲｿﾞｳｺ', 'れいぞうこ')).toEqual(['ﾚｲｿﾞｳｺ']);
  expect(marked('ＡＢＣとabc', 'abc')).toEqual(['ＡＢＣ', 'abc']);
  expect(marked('10㌔です', 'キロ')).toEqual(['㌔']);
  expect(marked('𠮷野家の𠮷', '𠮷')).toEqual(['𠮷', '𠮷']);
});

test('marks that touch or overlap are one', () => {
  expect(marked('解約手続き', '解約', '約手')).toEqual(['解約手']);
});

test('a snippet is cut around the first match and its marks point into the snippet', () => {
  const text = `${'前置き'.repeat(60)}返品したい${'あと'.repeat(80)}`;
  const snippet = snippetOf(text, ['返品']);
  expect(snippet.text.length).toBeLessThan(130);
  expect(snippet.marks.map(([from, to]) => snippet.text.slice(from, to))).toEqual(['返品']);
  expect(snippet.text.startsWith('…') && snippet.text.endsWith('…')).toBe(true);
});

test('folding piece by piece says the same as folding the whole, so no mark is ever lost', () => {
  const random = seededRandom(3);
  const letters = [
    'か',
    '\u3099',
    'ﾊ',
    'ﾟ',
    'e',
    '\u0301',
    '㍿',
    '👩',
    '\u200d',
    '👧',
    'ᄒ',
    'ᅡ',
    'ᆫ',
    'İ',
    'ß',
    '𠮷',
    ' ',
    'Ａ',
  ];
  for (let run = 0; run < 2_000; run++) {
    const text = Array.from({ length: 6 }, () => letters[Math.floor(random.next() * letters.length)]).join('');
    const folded = [...foldText(text)];
    const at = Math.floor(random.next() * folded.length);
    const term = folded.slice(at, at + 2).join('');
    if (term.trim() === '') continue;
    const { marks } = markText(text, [term]);
    expect({ text, term, found: marks.length > 0 }).toEqual({ text, term, found: true });
    for (const [from, to] of marks) expect(from < to && to <= text.length).toBe(true);
  }
});
