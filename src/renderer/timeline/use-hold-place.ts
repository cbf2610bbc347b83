/**
 * Keeps the reader's place when the line at the top of sight gives way to what was fetched for it. The virtual list holds
 * on to its first visible line by key; when that very line is gone, the next one that is still there is held instead.
 */
import type { Virtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef } from 'react';
import type { ThreadLine } from './timeline-lines.ts';

type Seen = { key: string; top: number }[];

/** @param isHeld false while the thread stays at its end by itself */
export function useHoldPlace(
  lines: readonly ThreadLine[],
  virtual: Virtualizer<HTMLDivElement, Element>,
  isHeld: () => boolean,
): void {
  const before = useRef<{ lines: readonly ThreadLine[]; seen: Seen }>({ lines, seen: [] });
  useLayoutEffect(() => {
    const { seen } = before.current;
    const scroller = virtual.scrollElement;
    if (scroller !== null && before.current.lines !== lines && isHeld()) {
      const indexOf = new Map(lines.map((line, index) => [line.key, index]));
      const [first] = seen;
      const kept = seen.find(({ key }) => indexOf.has(key));
      if (first !== undefined && kept !== undefined && kept !== first) {
        const start = virtual.measurementsCache[indexOf.get(kept.key) ?? 0]?.start;
        if (start !== undefined) scroller.scrollTop = start - kept.top;
      }
    }
    const offset = scroller?.scrollTop ?? 0;
    const items = virtual.getVirtualItems().filter((item) => item.end > offset);
    before.current = { lines, seen: items.map((item) => ({ key: String(item.key), top: item.start - offset })) };
  });
}
