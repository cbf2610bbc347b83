import { describe, expect, test } from 'vitest';
import { slaLevel } from './sla-chip.tsx';

const now = 1_000_000_000;
const minutes = (n: number) => now + n * 60_000;

describe('slaLevel', () => {
  test('a deadline is plain until fifteen minutes are left', () => {
    expect(slaLevel(minutes(15) + 1, now)).toBe('plain');
    expect(slaLevel(minutes(15), now)).toBe('warning');
  });
  test('three minutes left are critical, none left is overdue', () => {
    expect(slaLevel(minutes(3), now)).toBe('critical');
    expect(slaLevel(now, now)).toBe('overdue');
    expect(slaLevel(now - 1, now)).toBe('overdue');
  });
});
