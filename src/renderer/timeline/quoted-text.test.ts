import { describe, expect, test } from 'vitest';
import { splitQuoted } from './quoted-text.ts';

describe('splitQuoted', () => {
  test('lines with > at the end are folded, and counted', () => {
    const split = splitQuoted('ありがとうございます。\n\n> 一行目\n> 二行目\n');
    expect(split.own).toBe('ありがとうございます。');
    expect(split.quotedLines).toBe(2);
  });
  test("Gmail's Japanese and English introductions begin the quoted part", () => {
    expect(splitQuoted('了解です\n2026年11月22日(日) 10:00 サポート <support@haruka.example>:\n> 本文').own).toBe(
      '了解です',
    );
    expect(splitQuoted('Thanks\nOn Sun, Nov 22, 2026 at 10:00 AM Support <s@example.com> wrote:\n> text').own).toBe(
      'Thanks',
    );
  });
  test("Outlook's head is the beginning only when it is a head", () => {
    expect(splitQuoted('確認しました。\n差出人: サポート\n送信日時: 2026年11月22日\n本文').quotedLines).toBe(3);
    expect(splitQuoted('From: 東京 To: 大阪 の送料はいくらですか').quoted).toBe('');
  });
  test('an answer written between the quoted lines stays whole', () => {
    const text = '> 色は何色ですか\n白です\n> 個数は\n2つです';
    expect(splitQuoted(text)).toEqual({ own: text, quoted: '', quotedLines: 0 });
  });
  test('a mail that is nothing but a quotation stays whole', () => {
    expect(splitQuoted('> only this').own).toBe('> only this');
  });
});
