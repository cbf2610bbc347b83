import { describe, expect, test } from 'vitest';
import { formatFor } from './format.ts';

const ja = formatFor('ja', 'Asia/Tokyo');
const en = formatFor('en', 'Asia/Tokyo');
const now = Date.parse('2026-11-23T10:42:18+09:00');

describe('formatFor', () => {
  test('a day is written with its weekday, and with the year only when it is another one', () => {
    expect(ja.day(now, now)).toBe('11月23日(月)');
    expect(ja.day(Date.parse('2025-02-09T18:22:00+09:00'), now)).toBe('2025年2月9日(日)');
  });
  test('times are those of the work, not of the PC', () => {
    expect(ja.time(Date.parse('2026-11-23T01:42:00Z'))).toBe('10:42');
    expect(formatFor('ja', 'America/New_York').time(Date.parse('2026-11-23T01:42:00Z'))).toBe('20:42');
  });
  test('days apart are counted on the calendar of the work, over midnight too', () => {
    expect(ja.daysApart(Date.parse('2026-11-22T23:59:00+09:00'), Date.parse('2026-11-23T00:01:00+09:00'))).toBe(1);
    expect(ja.daysApart(now, now)).toBe(0);
  });
  test('yen have no decimals and stand before 円', () => {
    expect(ja.amount(12800, 'JPY')).toBe('12,800円');
    expect(en.amount(12800, 'JPY')).toBe('¥12,800');
  });
  test('a call of six minutes and twelve seconds is said in both languages', () => {
    expect(ja.duration(372_000)).toBe('6分12秒');
    expect(en.duration(372_000)).toBe('6 min 12 s');
    expect(ja.duration(5_000)).toBe('5秒');
  });
  test('a countdown keeps two digits and grows an hour', () => {
    expect(ja.clock(252_000)).toBe('04:12');
    expect(ja.clock(3_852_000)).toBe('1:04:12');
  });
});
