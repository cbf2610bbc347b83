import { expect, test } from 'vitest';
import { readQuestion } from './question.ts';

const read = (text: string) => readQuestion(text);

test('words are terms, each once, folded', () => {
  expect(read('返品　ＡＢＣ abc')).toEqual({ terms: ['返品', 'abc'], without: [] });
  expect(read('   ')).toEqual({ terms: [], without: [] });
});

test('quotation marks and brackets hold a phrase together; one that is not closed goes to the end', () => {
  expect(read('"return  request" 「お 客様」 “a b” 『c d')).toEqual({
    terms: ['return request', 'お 客様', 'a b', 'c d'],
    without: [],
  });
  expect(read('5"のモニター 返品「至急」').terms).toEqual(['5"のもにたー', '返品「至急」']);
});

test('a minus before a word leaves it out; inside a word, alone, or as a long vowel it does not', () => {
  expect(read('返品 -解約 －"return to" ')).toEqual({ terms: ['返品'], without: ['解約', 'return to'] });
  expect(read('C-88190 - ーる')).toEqual({ terms: ['cー88190', 'ー', 'ーる'], without: [] });
});

test('every line that is typed for a long vowel or a hyphen is the same, and a voiced mark joins its kana', () => {
  const [one, ...others] = ['サーバー', 'サ-バ-', 'サ―バ―', 'ｻｰﾊﾞｰ', 'サーハ゛ー', 'さ‐ば−'].map(
    (text) => read(text).terms[0],
  );
  expect(new Set(others)).toEqual(new Set([one]));
});
