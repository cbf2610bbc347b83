import { expect, test } from 'vitest';
import { foldText } from '../../../shared/domain/fold-text.ts';
import { pairsOf, questionOf, tokensOf } from './tokens.ts';

const texts = (text: string): string[] => tokensOf(foldText(text)).map((token) => token.text);
const none = { holding: () => [], endingWith: () => [] };

test('every Chinese or Japanese character is a token, a word of other letters is one', () => {
  expect(texts('冷蔵庫のABC型番')).toEqual(['冷', '蔵', '庫', 'の', 'abc', '型', '番']);
});

test('letters and kana that touch are never one word', () => {
  expect(texts('APIの会議')).toEqual(['api', 'の', '会', '議']);
});

test('a space between two words says nothing, any other space keeps what it parts apart', () => {
  expect(texts('hello  world')).toEqual(['hello', 'world']);
  expect(texts('日 本')).toEqual(['日', '\ue020', '本']);
  expect(texts('本 C-1')).toEqual(['本', '\ue020', 'c', 'ー', '1']);
});

test('signs are tokens and do not become what SQLite takes for a separator', () => {
  expect(texts('a+b')).toEqual(['a', '\ue02b', 'b']);
  expect(texts('\ue02d')).toEqual(['\uf8ff\ue02d']);
});

test('a term whose part of a word is in no word of the index is answered without asking', () => {
  expect(questionOf('abc', none)).toBe('nothing');
  expect(questionOf('返品', none)).toBe('"返 品"');
  expect(questionOf('x9機関', { ...none, endingWith: () => ['ax9', 'x9'] })).toBe('("ax9 機 関" OR "x9 機 関")');
  expect(questionOf('機関x', none)).toBe('"機 関 x" *');
});

test('pairs are characters that touch, each once; a space, a sign or a word parts them', () => {
  expect(pairsOf(tokensOf(foldText('返品返品 品番、番号X番')))).toEqual(['返品', '品返', '品番', '番号']);
  expect(pairsOf(tokensOf(foldText('コーヒー')))).toEqual(['こー', 'ーひ', 'ひー']);
});
