/**
 * Keeps the reader's place when a line in sight gives way to what was fetched for it: what stands below it stays where it
 * is, and what is new grows upwards. The virtual list itself holds on to its first visible line, which is above the change.
 */
import type { Virtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef } from 'react';
import type { ThreadLine } from './timeline-lines.ts';

type Place = { key: string; top: number };

/** New lines are measured within a few frames after they were drawn; so long the place is held, in ms. */
const HELD_MS = 600;

/**
 * @param mayHold false while the thread stays at its end by itself
 * @param movedAt when a hand last moved the thread (performance.now()): whoever scrolls leaves the place
 */
export function useHoldPlace(
  lines: readonly ThreadLine[],
  virtual: Virtualizer<HTMLDivElement, Element>,
  mayHold: () => boolean,
  movedAt: () => number,
): void {
  const before = useRef<{ lines: readonly ThreadLine[]; seen: Place[] }>({ lines, seen: [] });
  const held = useRef<(Place & { since: number }) | null>(null);
  useLayoutEffect(() => {
    const scroller = virtual.scrollElement;
    if (scroller === null) return;
    const now = performance.now();
    const indexOf = new Map(lines.map((line, index) => [line.key, index]));
    if (before.current.lines !== lines && mayHold()) {
      const { seen } = before.current;
      const gone = seen.findLastIndex(({ key }) => key.startsWith('absent ') && !indexOf.has(key));
      const kept = gone < 0 ? undefined : seen.slice(gone + 1).find(({ key }) => indexOf.has(key));
      if (kept !== undefined) held.current = { ...kept, since: now };
    }
    const place = held.current;
    if (place !== null) {
      const start = virtual.measurementsCache[indexOf.get(place.key) ?? -1]?.start;
      if (start === undefined || now - place.since > HELD_MS || movedAt() > place.since) held.current = null;
      else if (Math.abs(scroller.scrollTop - (start - place.top)) >= 1) scroller.scrollTop = start - place.top;
    }
    const offset = scroller.scrollTop;
    const items = virtual.getVirtualItems().filter((item) => item.end > offset);
    before.current = { lines, seen: items.map((item) => ({ key: String(item.key), top: item.start - offset })) };
  });
}
