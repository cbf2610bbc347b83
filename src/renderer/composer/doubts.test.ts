import { expect, test } from 'vitest';
import { doubtsOf } from './doubts.ts';

const written = { text: '', hasFiles: false, takesFiles: true, customerName: '田中 美咲', writers: [] as string[] };
const kinds = (change: Partial<typeof written>): string[] =>
  doubtsOf({ ...written, ...change }).map(({ kind }) => kind);

test('words about a file without a file are doubted, in both languages', () => {
  for (const text of [
    '見積書を添付します。',
    '添付ファイルをご確認ください',
    '取扱説明書を添付いたしました',
    'Please see the attached quote.',
  ])
    expect(kinds({ text }), text).toEqual(['noFile']);
  expect(kinds({ text: '見積書を添付します。', hasFiles: true })).toEqual([]);
  expect(kinds({ text: '見積書を添付します。', takesFiles: false })).toEqual([]);
});

test('what only the quoted mail says is not doubted', () => {
  expect(kinds({ text: 'ありがとうございます。\n> 写真を添付します\n> 鈴木様' })).toEqual([]);
});

test('a greeting to somebody else is doubted, a part of the name, a company and everybody are not', () => {
  for (const text of ['佐藤様\nお世話になります', '佐藤 健一 様、'])
    expect(kinds({ text }), text).toEqual(['otherName']);
  for (const text of [
    '田中様\nお世話になります',
    '田中美咲様',
    '田中 美咲 様',
    '株式会社ハルカ ご担当者様',
    'お客様',
    '皆様',
    '様子を見ます',
    '昨日の件、佐藤様から伺いました',
  ])
    expect(kinds({ text }), text).toEqual([]);
});

test('a customer without a name is called as one likes', () => {
  expect(kinds({ text: '佐藤様', customerName: '090-1234-5678' })).toEqual([]);
  expect(kinds({ text: '佐藤様', customerName: 'tanaka@example.jp' })).toEqual([]);
});

test('a colleague who is writing is named first', () => {
  expect(doubtsOf({ ...written, text: '佐藤様\n添付します', writers: ['伊藤', '林'] })).toEqual([
    { kind: 'collision', names: '伊藤、林' },
    { kind: 'noFile' },
    { kind: 'otherName', called: '佐藤' },
  ]);
});
