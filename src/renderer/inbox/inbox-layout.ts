/**
 * Turns the outline of the inbox (how many conversations stand in each urgency group) into lines on screen, and back:
 * a line is the head of a group or the n-th conversation of the whole order. Pure; it knows no conversation.
 */
import type { UrgencyGroup } from '../../shared/domain/conversation.ts';

export type GroupCount = { readonly group: UrgencyGroup; readonly count: number };

export type InboxLine =
  | { readonly kind: 'head'; readonly group: UrgencyGroup; readonly count: number }
  | { readonly kind: 'row'; readonly rowIndex: number };

export type InboxLayout = {
  readonly lineCount: number;
  readonly rowCount: number;
  /** What stands on line `index`; throws outside of the list. */
  lineAt(index: number): InboxLine;
  /** The line of the n-th conversation. */
  lineOfRow(rowIndex: number): number;
};

/** Empty groups have no head. `groups` in the order of the screen. */
export function layOutInbox(groups: readonly GroupCount[]): InboxLayout {
  const shown = groups.filter((group) => group.count > 0);
  const starts: { line: number; row: number; group: GroupCount }[] = [];
  let line = 0;
  let row = 0;
  for (const group of shown) {
    starts.push({ line, row, group });
    line += group.count + 1;
    row += group.count;
  }
  return {
    lineCount: line,
    rowCount: row,
    lineAt(index) {
      const start = starts.findLast((s) => s.line <= index);
      if (start === undefined || index >= line) throw new RangeError(`no line ${index} in an inbox of ${line}`);
      if (index === start.line) return { kind: 'head', group: start.group.group, count: start.group.count };
      return { kind: 'row', rowIndex: start.row + index - start.line - 1 };
    },
    lineOfRow(rowIndex) {
      const start = starts.findLast((s) => s.row <= rowIndex);
      return start === undefined ? 0 : start.line + 1 + (rowIndex - start.row);
    },
  };
}

/** Rows that are asked for at once. The core gives at most 200; half of it keeps an answer under a millisecond. */
export const PAGE = 100;

/** The pages that hold the rows `first … last`. */
export function pagesFor(first: number, last: number): number[] {
  const pages: number[] = [];
  for (let page = Math.floor(Math.max(0, first) / PAGE); page <= Math.floor(Math.max(0, last) / PAGE); page++)
    pages.push(page);
  return pages;
}
