/**
 * The inbox as it stands on screen: the outline, the pages around what is visible, and an order that does not move
 * under the pointer or the keys. It reads through queries only and decides no order itself: the core does.
 */
import { useQueries } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { InboxRow } from '../../shared/console-shapes.ts';
import { ask, keyOf, type QueryOutput } from '../console/ask.ts';
import { useConsole } from '../console/console-context.tsx';
import { useQuery } from '../console/use-query.ts';
import { type InboxLayout, layOutInbox, PAGE, pagesFor } from './inbox-layout.ts';

export type InboxView = 'mineAndUnassigned' | 'everyone' | 'resolved';
export type InboxTab = 'all' | 'mine' | 'unassigned' | 'pending';
export type Outline = QueryOutput<'inbox.outline'>;

/** What the list shows: a layout, and the rows of it that are known. */
type Order = { outline: Outline; pages: ReadonlyMap<number, readonly InboxRow[]> };

export type Inbox = {
  readonly layout: InboxLayout;
  readonly outline: Outline | undefined;
  rowAt(rowIndex: number): InboxRow | undefined;
  /** True while a newer order is held back because someone is pointing at this one. */
  readonly isHeld: boolean;
  /** Shows the newest order now. */
  showNewest(): void;
  /** Says that the pointer or the keys are at work in the list. */
  touched(): void;
  /** Says which rows are on screen, so that their pages are asked for. */
  see(firstRow: number, lastRow: number): void;
  readonly error: Error | null;
  readonly isPending: boolean;
  retry(): void;
};

/** So long after the last movement in the list its order may change again. */
export const HOLD_MS = 2000;

/** Whether two answers put the same conversations on the same lines, as far as both are known. */
export function isSameOrder(a: Order, b: Order): boolean {
  if (a.outline.total !== b.outline.total) return false;
  const groups = (o: Order): string => o.outline.groups.map((g) => `${g.group}:${g.count}`).join();
  if (groups(a) !== groups(b)) return false;
  for (const [page, rows] of b.pages) {
    const known = a.pages.get(page);
    if (known === undefined) continue;
    if (known.length !== rows.length || rows.some((row, i) => row.conversationId !== known[i]?.conversationId))
      return false;
  }
  return true;
}

/** The held order with the newest words in its rows: what is known of a conversation is never older than its answer. */
export function refreshRows(held: Order, fresh: Order): Order {
  const newest = new Map<string, InboxRow>();
  for (const rows of fresh.pages.values()) for (const row of rows) newest.set(row.conversationId, row);
  const pages = new Map<number, readonly InboxRow[]>();
  for (const [page, rows] of held.pages) {
    const next = rows.map((row) => newest.get(row.conversationId) ?? row);
    pages.set(page, next.every((row, i) => row === rows[i]) ? rows : next);
  }
  for (const [page, rows] of fresh.pages) if (!pages.has(page)) pages.set(page, rows);
  return { outline: held.outline, pages };
}

const NOTHING: ReadonlyMap<number, readonly InboxRow[]> = new Map();

/** See the file's head. */
export function useInbox(view: InboxView, tab: InboxTab): Inbox {
  const api = useConsole();
  const choice = `${view} ${tab}`;
  const outline = useQuery('inbox.outline', { view, tab });
  const [seen, setSeen] = useState({ first: 0, last: PAGE / 2 });
  const pageNumbers = useMemo(() => pagesFor(seen.first, seen.last), [seen]);
  const pages = useQueries({
    queries: pageNumbers.map((page) => ({
      queryKey: keyOf('inbox.rows', { view, tab, offset: page * PAGE, limit: PAGE }),
      queryFn: () => ask(api, 'inbox.rows', { view, tab, offset: page * PAGE, limit: PAGE }),
    })),
    combine: (results) => ({
      error: results.find((result) => result.error !== null)?.error ?? null,
      isFetching: results.some((result) => result.isFetching),
      rows: results.map((result) => result.data?.rows),
      refetch: () => results.forEach((result) => void result.refetch()),
    }),
  });

  const fresh = useMemo<Order | null>(() => {
    if (outline.data === undefined) return null;
    const known = new Map<number, readonly InboxRow[]>();
    pageNumbers.forEach((page, i) => {
      const rows = pages.rows[i];
      if (rows !== undefined) known.set(page, rows);
    });
    return { outline: outline.data, pages: known };
  }, [outline.data, pages.rows, pageNumbers]);

  const [shown, setShown] = useState<{ choice: string; order: Order } | null>(null);
  const [isHeld, setHeld] = useState(false);
  const shownNow = useRef(shown);
  const freshNow = useRef(fresh);
  const lastTouch = useRef(Number.NEGATIVE_INFINITY);

  const show = useCallback((next: { choice: string; order: Order }, held: boolean) => {
    shownNow.current = next;
    setShown(next);
    setHeld(held);
  }, []);
  const showNewest = useCallback(() => {
    if (freshNow.current !== null) show({ choice, order: freshNow.current }, false);
  }, [choice, show]);

  // The outline and the pages are answered one by one: half of a new order and half of an old one is no order.
  const isSettled = !outline.isFetching && !pages.isFetching;
  useEffect(() => {
    freshNow.current = fresh;
    const now = shownNow.current;
    if (fresh === null || (!isSettled && now?.choice === choice)) return;
    if (now === null || now.choice !== choice) return show({ choice, order: fresh }, false);
    if (isSameOrder(now.order, fresh)) {
      const pagesNow = new Map([...now.order.pages, ...fresh.pages]);
      return show({ choice, order: { outline: fresh.outline, pages: pagesNow } }, false);
    }
    const leftMs = (): number => lastTouch.current + HOLD_MS - performance.now();
    if (leftMs() <= 0) return show({ choice, order: fresh }, false);
    show({ choice, order: refreshRows(now.order, fresh) }, true);
    let timer: ReturnType<typeof setTimeout>;
    const settle = (): void => {
      const left = leftMs();
      if (left <= 0) showNewest();
      else timer = setTimeout(settle, left);
    };
    timer = setTimeout(settle, leftMs());
    return () => clearTimeout(timer);
  }, [fresh, isSettled, choice, show, showNewest]);

  const order = shown !== null && shown.choice === choice ? shown.order : fresh;
  const layout = useMemo(() => layOutInbox(order?.outline.groups ?? []), [order?.outline]);
  const known = order?.pages ?? NOTHING;

  return {
    layout,
    outline: outline.data,
    rowAt: (rowIndex) => known.get(Math.floor(rowIndex / PAGE))?.[rowIndex % PAGE],
    isHeld,
    showNewest,
    touched: useCallback(() => {
      lastTouch.current = performance.now();
    }, []),
    see: useCallback((first: number, last: number) => {
      setSeen((now) => {
        const pagesNow = pagesFor(now.first, now.last).join();
        return pagesFor(first, last).join() === pagesNow ? now : { first, last };
      });
    }, []),
    error: outline.error ?? pages.error,
    isPending: order === null,
    retry() {
      void outline.refetch();
      pages.refetch();
    },
  };
}
