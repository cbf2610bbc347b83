import { expect, test } from 'vitest';
import { dayAfter, dayOf, startOfDay } from './work-day.ts';

test('a day begins at midnight of the work, also where the clock is put forward or back on it', () => {
  expect(startOfDay('2026-11-24', 'Asia/Tokyo')).toBe(Date.UTC(2026, 10, 23, 15));
  expect(startOfDay('2026-03-29', 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 28, 23));
  expect(startOfDay('2026-10-26', 'Europe/Berlin')).toBe(Date.UTC(2026, 9, 25, 23));
  for (const zone of ['Asia/Tokyo', 'America/New_York', 'Pacific/Auckland', 'Europe/Berlin'])
    for (let day = '2026-01-01'; day < '2027-01-01'; day = dayAfter(day, 1)) {
      const begin = startOfDay(day, zone) ?? 0;
      expect([dayOf(begin, zone), dayOf(begin - 1, zone)]).toEqual([day, dayAfter(day, -1)]);
    }
});

test('a date that does not exist has no beginning', () => {
  expect(startOfDay('2026-02-30', 'Asia/Tokyo')).toBeNull();
  expect(startOfDay('yesterday', 'Asia/Tokyo')).toBeNull();
});
