import { describe, expect, test } from 'vitest';
import { isOpenAt } from './is-open-at.ts';
import { countedAddress, judgeOrigin, visitorIdOf } from './judge-visitor.ts';
import { openBuckets } from '../../../shared/domain/token-bucket.ts';

describe('a visitor', () => {
  test('is another one on another account, and the secret is not in the name', () => {
    const token = 'A'.repeat(43);
    expect(visitorIdOf('a', token)).toMatch(/^v[0-9a-f]{32}$/);
    expect(visitorIdOf('a', token)).not.toBe(visitorIdOf('b', token));
    expect(visitorIdOf('a', token)).toBe(visitorIdOf('a', token));
  });
});

describe('an Origin', () => {
  test.each([
    [undefined, 'none'],
    ['http://chat.example:8080', 'own'],
    ['http://chat.example', 'foreign'],
    ['https://shop.example', 'allowed'],
    ['https://shop.example.evil.example', 'foreign'],
    ['null', 'foreign'],
    ['', 'foreign'],
  ])('%s is %s', (origin, verdict) => {
    expect(judgeOrigin(origin, 'chat.example:8080', ['https://shop.example'])).toBe(verdict);
  });
});

describe('an address', () => {
  test.each([
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:1:aaaa::1', '2001:db8:0:1::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s counts as %s', (address, counted) => {
    expect(countedAddress(address)).toBe(counted);
  });
});

describe('a limit', () => {
  test('lets a burst through, then as many as the time gives, each key for itself', () => {
    let now = 0;
    const buckets = openBuckets({ burst: 2, perSecond: 1 }, { now: () => now });
    expect([buckets.take('a').ok, buckets.take('a').ok]).toEqual([true, true]);
    expect(buckets.take('a')).toEqual({ ok: false, retryAfterMs: 1000 });
    expect(buckets.take('b').ok).toBe(true);
    now = 500;
    expect(buckets.take('a')).toEqual({ ok: false, retryAfterMs: 500 });
    now = 1_000;
    expect(buckets.take('a').ok).toBe(true);
    now = -60_000;
    expect(buckets.take('a').ok).toBe(false);
  });

  test('a flood of new keys does not make the memory grow without end, and the busy one stays limited', () => {
    const buckets = openBuckets({ burst: 1, perSecond: 0.001 }, { now: () => 0 });
    for (let i = 0; i < 30_000; i++) {
      buckets.take(`key ${i}`);
      if (i % 1_000 === 0) buckets.take('busy');
    }
    expect(buckets.take('busy').ok).toBe(false);
  });
});

describe('the hours', () => {
  const weekdays = { timeZone: 'Asia/Tokyo', spans: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }] };
  test.each([
    ['2026-11-23T09:00:00+09:00', true],
    ['2026-11-23T08:59:59+09:00', false],
    ['2026-11-23T17:59:00+09:00', true],
    ['2026-11-23T18:00:00+09:00', false],
    ['2026-11-22T12:00:00+09:00', false],
    ['2026-11-23T01:00:00Z', true],
  ])('%s', (at, isOpen) => {
    expect(isOpenAt({ isAway: false, hours: weekdays }, Date.parse(at))).toBe(isOpen);
  });
  test('no hours are always, away is never, and midnight belongs to the next day', () => {
    expect(isOpenAt({ isAway: false, hours: null }, 0)).toBe(true);
    expect(isOpenAt({ isAway: true, hours: null }, 0)).toBe(false);
    const night = { timeZone: 'Asia/Tokyo', spans: [{ days: [1], from: '22:00', to: '24:00' }] };
    expect(isOpenAt({ isAway: false, hours: night }, Date.parse('2026-11-23T23:59:00+09:00'))).toBe(true);
    expect(isOpenAt({ isAway: false, hours: night }, Date.parse('2026-11-24T00:00:00+09:00'))).toBe(false);
  });
});
