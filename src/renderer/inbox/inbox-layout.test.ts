import { describe, expect, test } from 'vitest';
import { layOutInbox, PAGE, pagesFor } from './inbox-layout.ts';

describe('layOutInbox', () => {
  const layout = layOutInbox([
    { group: 'overdue', count: 1 },
    { group: 'within15Minutes', count: 0 },
    { group: 'today', count: 3 },
  ]);
  test('every group that holds something has one head before its rows', () => {
    expect(layout.lineCount).toBe(6);
    expect(layout.rowCount).toBe(4);
    const lines = Array.from({ length: 6 }, (_, i) => layout.lineAt(i));
    expect(lines.map((line) => (line.kind === 'head' ? line.group : line.rowIndex))).toEqual([
      'overdue',
      0,
      'today',
      1,
      2,
      3,
    ]);
  });
  test('the line of a row is the way back', () => {
    for (let row = 0; row < 4; row++)
      expect(layout.lineAt(layout.lineOfRow(row))).toEqual({ kind: 'row', rowIndex: row });
  });
  test('a line outside of the list is a fault, not a row', () => {
    expect(() => layout.lineAt(6)).toThrow(RangeError);
    expect(() => layOutInbox([]).lineAt(0)).toThrow(RangeError);
  });
});

test('a window that crosses a page boundary needs both pages', () => {
  expect(pagesFor(PAGE - 1, PAGE)).toEqual([0, 1]);
  expect(pagesFor(0, 0)).toEqual([0]);
});
