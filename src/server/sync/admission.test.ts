import { expect, test } from 'vitest';
import { seededRandom } from '../../shared/domain/clock.ts';
import { createAdmission } from './admission.ts';

test('only so many are inside at once, and each that leaves makes room for one', () => {
  const gate = createAdmission(2, seededRandom(1));
  const [first, second] = [gate.enter(), gate.enter()];
  expect(gate.enter()).toBeNull();
  first?.();
  first?.();
  expect(gate.enter()).not.toBeNull();
  expect(gate.enter()).toBeNull();
  second?.();
  expect(gate.enter()).not.toBeNull();
});

test('the more were refused the later they may come again, never all at the same moment and never later than 45 s', () => {
  const gate = createAdmission(1, seededRandom(1));
  gate.enter();
  const few = gate.retryAfterMs();
  for (let i = 0; i < 10_000; i++) gate.enter();
  const many = Array.from({ length: 50 }, () => gate.retryAfterMs());
  expect(few).toBeLessThan(1_000);
  expect(Math.min(...many)).toBeGreaterThan(few);
  expect(Math.max(...many)).toBeLessThanOrEqual(45_000);
  expect(new Set(many).size).toBeGreaterThan(40);
});
