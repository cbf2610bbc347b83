import { describe, expect, test } from 'vitest';
import type { InboxRow } from '../../shared/console-shapes.ts';
import { isSameOrder, type Outline, refreshRows } from './use-inbox.ts';

const row = (id: string, preview = ''): InboxRow => ({ conversationId: id, preview }) as unknown as InboxRow;
const outline = (total: number): Outline =>
  ({ groups: [{ group: 'today', count: total }], total }) as unknown as Outline;
const order = (...rows: InboxRow[]) => ({ outline: outline(rows.length), pages: new Map([[0, rows]]) });

describe('an order that is pointed at', () => {
  test('is the same while every conversation stays on its line, whatever its words say', () => {
    expect(isSameOrder(order(row('a'), row('b')), order(row('a', 'new words'), row('b')))).toBe(true);
  });
  test('is another one when two conversations change places or one comes in', () => {
    expect(isSameOrder(order(row('a'), row('b')), order(row('b'), row('a')))).toBe(false);
    expect(isSameOrder(order(row('a')), order(row('new'), row('a')))).toBe(false);
  });
  test('keeps its lines but takes the newest words of each conversation', () => {
    const held = refreshRows(order(row('a', 'old'), row('b')), order(row('b'), row('a', 'new')));
    expect(held.pages.get(0)?.map((r) => [r.conversationId, r.preview])).toEqual([
      ['a', 'new'],
      ['b', ''],
    ]);
  });
  test('keeps the very same rows when nothing in them changed, so that no row is drawn again', () => {
    const a = row('a');
    const b = row('b');
    const before = order(a, b);
    expect(refreshRows(before, order(b, a)).pages.get(0)).toBe(before.pages.get(0));
  });
});
