import { expect, test } from 'vitest';
import { limitAttempts } from './limit-attempts.ts';

function limited() {
  let now = 1_000_000;
  const limit = limitAttempts({ now: () => now }, { most: 3, withinMs: 60_000 });
  return { limit, pass: (ms: number) => (now += ms) };
}

test('after the third failure a key waits until the first of them is old enough', () => {
  const { limit, pass } = limited();
  for (let i = 0; i < 3; i++) {
    expect(limit.waitFor('a')).toBe(0);
    limit.failed('a');
    pass(10_000);
  }
  expect(limit.waitFor('a')).toBe(30_000);
  expect(limit.waitFor('b')).toBe(0);
  pass(30_000);
  expect(limit.waitFor('a')).toBe(0);
});

test('one failure taken back leaves the others, and forgetting leaves none', () => {
  const { limit } = limited();
  for (let i = 0; i < 3; i++) limit.failed('a');
  limit.takeBack('a');
  expect(limit.waitFor('a')).toBe(0);
  limit.failed('a');
  expect(limit.waitFor('a')).toBe(60_000);
  limit.forget('a');
  expect(limit.waitFor('a')).toBe(0);
});

test('an attacker with a million addresses fills no memory', () => {
  const { limit } = limited();
  for (let i = 0; i < 30_000; i++) limit.failed(`address-${i}`);
  for (let i = 0; i < 2; i++) limit.failed('address-0');
  // The three failures of the first key would make it wait; its oldest was forgotten with the other old keys.
  expect(limit.waitFor('address-0')).toBe(0);
  expect(limit.waitFor('address-29999')).toBe(0);
});
