import { expect, test } from 'vitest';
import type { Scope } from '../../shared/domain/scope.ts';
import {
  type ConsoleConnection,
  forgetScopes,
  LAG_ABOVE_BYTES,
  noteAcknowledged,
  noteSent,
} from './console-connection.ts';

const one = 'queue:00000000-0000-7000-8000-000000000001' as Scope;
const two = 'queue:00000000-0000-7000-8000-000000000002' as Scope;
const connection = (): ConsoleConnection =>
  ({
    unacknowledged: [],
    unacknowledgedBytes: 0,
    laggingSince: null,
    lagSent: new Map(),
  }) as unknown as ConsoleConnection;

test('a console lags from the frame on with which more than a mebibyte is unacknowledged', () => {
  const slow = connection();
  expect(noteSent(slow, one, 1, LAG_ABOVE_BYTES)).toBe(false);
  expect(noteSent(slow, one, 2, 1)).toBe(true);
});

test('a cursor acknowledges the frames of its own scope up to it, and no others', () => {
  const slow = connection();
  for (let to = 1; to <= 4; to++) noteSent(slow, one, to, 100);
  noteSent(slow, two, 4, 50);
  noteAcknowledged(slow, { [one]: 3, __proto__: 9 });
  expect(slow.unacknowledgedBytes).toBe(150);
  noteAcknowledged(slow, { [two]: 9 });
  expect(slow.unacknowledgedBytes).toBe(100);
});

test('what was on its way of a scope that was let go is not waited for', () => {
  const slow = connection();
  noteSent(slow, one, 1, 100);
  noteSent(slow, two, 2, 50);
  slow.lagSent.set(one, 7);
  forgetScopes(slow, [one]);
  expect(slow.unacknowledgedBytes).toBe(50);
  expect(slow.lagSent.size).toBe(0);
});

test('a slow console has caught up when little is left, and hears of a lag again only after it acknowledged the last', () => {
  const slow = connection();
  noteSent(slow, one, 1, LAG_ABOVE_BYTES);
  slow.laggingSince = 5;
  slow.lagSent.set(one, 7);
  expect(noteAcknowledged(slow, { [one]: 0 })).toBe(false);
  expect(slow.lagSent.size).toBe(1);
  expect(noteAcknowledged(slow, { [one]: 7 })).toBe(true);
  expect(slow.lagSent.size).toBe(0);
});
