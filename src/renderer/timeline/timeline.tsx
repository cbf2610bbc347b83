/**
 * The thread: everything with one customer, over all channels, oldest at the top and the newest in sight. Only what is on
 * screen is drawn; older pages come as one scrolls up. It stays where the reader is when they have scrolled away.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, MessagesSquare } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Signals, TimelineEntry } from '../../shared/console-shapes.ts';
import type { AgentId, ConversationId, CustomerId } from '../../shared/domain/ids.ts';
import { useTimeline } from '../console/use-query.ts';
import { codeOf } from '../console/words-for-refusal.ts';
import { Button } from '../design/button.tsx';
import { EmptyState, ErrorState, useSlow } from '../design/states.tsx';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { type PendingEntry } from './pending-bubble.tsx';
import { ThreadLineView } from './thread-line.tsx';
import { lineOfEntry, linesOf, type UnreadMark } from './timeline-lines.ts';
import { TypingLine } from './typing-line.tsx';
import { useAnnounce } from './use-announce.ts';
import { useHoldPlace } from './use-hold-place.ts';

type Props = {
  customerId: CustomerId;
  conversationId: ConversationId | null;
  unread: UnreadMark | null;
  typing: Signals['typing'];
  /** A message to bring into sight, such as a hit of a search; a new object asks again. */
  target: { id: string } | null;
  onEditPending: (entry: PendingEntry) => void;
  me: AgentId;
  onOpenConversation: (conversationId: ConversationId) => void;
  /** Told whether the newest message is in sight: only then it counts as read. */
  onAtEnd: (isAtEnd: boolean) => void;
};

/** How near to its top the thread asks for the page before, in px. */
const OLDER_PX = 600;
/** So many older pages are read in search of a target before giving up: 8,000 entries. */
const MOST_PAGES = 100;
/** A scroll so soon after a wheel, a key or a press was made by hand. A scrollbar that is dragged reports no more than its press. */
const BY_HAND_MS = 1500;
/** Nearer to the end than this counts as being there. */
const END_PX = 48;

/** See the file's head. */
export function Timeline({
  customerId,
  conversationId,
  unread,
  typing,
  target,
  me,
  onEditPending,
  onOpenConversation,
  onAtEnd,
}: Props) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  const answer = useTimeline(customerId);
  const isSlow = useSlow(answer.isPending);
  const scroller = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const [found, setFound] = useState<string | null>(null);

  const entries = useMemo<TimelineEntry[]>(() => {
    const pages = answer.data?.pages ?? [];
    const seen = new Set<string>();
    const all: TimelineEntry[] = [];
    for (let i = pages.length - 1; i >= 0; i--)
      // Pages are answered one after the other; a message that came in between may stand in two of them.
      for (const entry of pages[i]?.entries ?? [])
        if (!seen.has(entry.id)) {
          seen.add(entry.id);
          all.push(entry);
        }
    return all;
  }, [answer.data]);
  const lines = useMemo(() => linesOf(entries, (at) => format.day(at, at), unread), [entries, format, unread]);
  const announcement = useAnnounce(entries, conversationId);

  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.kind === 'entry' ? 64 : 36),
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: 8,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: END_PX,
    paddingStart: 12,
    paddingEnd: 8,
  });

  const items = virtual.getVirtualItems();
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = answer;
  const stays = useRef(true);
  const movedByHand = useRef(Number.NEGATIVE_INFINITY);
  useHoldPlace(
    lines,
    virtual,
    () => !stays.current,
    () => movedByHand.current,
  );
  const byHand = (): void => {
    movedByHand.current = performance.now();
  };
  const onScroll = useCallback(() => {
    const at = scroller.current;
    if (at === null) return;
    const end = at.scrollHeight - at.scrollTop - at.clientHeight <= END_PX;
    // Rows that are measured move the scroll position too; only a hand takes the thread away from its end.
    if (end) stays.current = true;
    else if (performance.now() - movedByHand.current < BY_HAND_MS) stays.current = false;
    setAtEnd(end || stays.current);
    if (at.scrollTop < OLDER_PX && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  // A short first page leaves nothing to scroll: ask on until the pane is full or the history ends.
  const lineCount = lines.length;
  useEffect(() => {
    const at = scroller.current;
    if (
      at !== null &&
      lineCount > 0 &&
      at.scrollHeight <= at.clientHeight + OLDER_PX &&
      hasNextPage &&
      !isFetchingNextPage
    )
      void fetchNextPage();
  }, [lineCount, hasNextPage, isFetchingNextPage, fetchNextPage]);

  useEffect(() => onAtEnd(isAtEnd), [isAtEnd, onAtEnd]);

  // Opened at its end, and kept there while rows are measured, the composer grows or the window is resized; never when
  // the reader has scrolled away.
  const hasLines = lineCount > 0;
  useEffect(() => {
    const at = scroller.current;
    if (at === null || !hasLines) return;
    const toEnd = (): void => {
      if (stays.current) at.scrollTop = at.scrollHeight;
    };
    toEnd();
    const watch = new ResizeObserver(toEnd);
    watch.observe(at);
    if (at.firstElementChild !== null) watch.observe(at.firstElementChild);
    return () => watch.disconnect();
  }, [hasLines]);

  const pageCount = answer.data?.pages.length ?? 0;
  const searched = useRef<object | null>(null);
  useEffect(() => {
    if (target === null || searched.current === target || pageCount === 0) return;
    const line = lineOfEntry(lines, target.id);
    if (line >= 0) {
      searched.current = target;
      stays.current = false;
      setFound(target.id);
      virtual.scrollToIndex(line, { align: 'center' });
    } else if (hasNextPage && !isFetchingNextPage && pageCount < MOST_PAGES) void fetchNextPage();
  }, [target, lines, pageCount, hasNextPage, isFetchingNextPage, fetchNextPage, virtual]);

  const visitor = typing.find((writer) => writer.who === 'customer');
  if (answer.isPending) return <div className="min-h-0 flex-1">{isSlow && <ThreadSkeleton />}</div>;
  if (answer.data === undefined)
    return (
      <div className="min-h-0 flex-1">
        <ErrorState title={t('timeline.failed')} code={codeOf(answer.error)} onRetry={() => void answer.refetch()}>
          {t('timeline.failedMore')}
        </ErrorState>
      </div>
    );
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={t('timeline.label')}
        tabIndex={0}
        data-inset
        data-pane-focus="thread"
        onScroll={onScroll}
        onWheel={byHand}
        onKeyDown={byHand}
        onPointerDown={byHand}
        onTouchMove={byHand}
        className="scroll-thin h-full overflow-y-auto px-5 compact:px-4"
      >
        {/* Short threads stand at the bottom, beside the composer, where the next words will be. */}
        <div className="flex min-h-full flex-col justify-end">
          {lines.length === 0 && <EmptyState icon={MessagesSquare} title={t('timeline.none')} />}
          <div className="relative mx-auto w-full max-w-[46.25rem]" style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => {
              const line = lines[item.index];
              if (line === undefined) return null;
              const isFound = line.kind === 'entry' && line.entry.id === found;
              return (
                <div
                  key={item.key}
                  data-index={item.index}
                  ref={virtual.measureElement}
                  className={`absolute inset-x-0 top-0 ${isFound ? 'rounded-xl outline-2 outline-offset-2 outline-accent' : ''}`}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <ThreadLineView
                    line={line}
                    lines={lines}
                    now={now}
                    me={me}
                    conversationId={conversationId}
                    onEditPending={onEditPending}
                    onOpenConversation={onOpenConversation}
                  />
                </div>
              );
            })}
          </div>
          {visitor !== undefined && (
            <div className="mx-auto w-full max-w-[46.25rem]">
              <TypingLine label={t('timeline.typing', { name: visitor.name })} />
            </div>
          )}
        </div>
      </div>
      <div aria-live="polite" className="sr-only">
        {announcement}
      </div>
      {!isAtEnd && lines.length > 0 && (
        <div className="pointer-events-none absolute inset-x-0 bottom-2 flex justify-center">
          <Button
            icon={ArrowDown}
            onPress={() => {
              stays.current = true;
              virtual.scrollToEnd({ behavior: 'auto' });
            }}
            className="pointer-events-auto shadow-2"
          >
            {t('timeline.newest')}
          </Button>
        </div>
      )}
    </div>
  );
}

function ThreadSkeleton() {
  return (
    <div aria-busy="true" className="mx-auto flex h-full max-w-[46.25rem] flex-col justify-end gap-3 px-5 pb-4">
      {[60, 42, 52].map((width, i) => (
        <span
          key={width}
          className={`block h-12 rounded-xl bg-sunken ${i === 1 ? 'self-end' : ''}`}
          style={{ width: `${width}%` }}
        />
      ))}
    </div>
  );
}
