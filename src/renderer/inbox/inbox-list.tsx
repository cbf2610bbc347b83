/**
 * The scrolling list of the inbox: 50,000 conversations, some thirty of them drawn. One tab stop; the keys move a
 * cursor (`aria-activedescendant`), Enter opens. It asks for nothing itself: see `use-inbox.ts`.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { RefreshCw } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ConversationId, CustomerId } from '../../shared/domain/ids.ts';
import { Button } from '../design/button.tsx';
import { textScale, useDeskSize } from '../design/desk-size.ts';
import { isCommittingEnter } from '../design/ime.ts';
import { useHotkeys } from '../design/use-hotkeys.ts';
import { useText } from '../i18n/text.ts';
import { GroupHead } from './group-head.tsx';
import { InboxRow } from './inbox-row.tsx';
import type { Inbox } from './use-inbox.ts';

export type OpenConversation = (conversationId: ConversationId, customerId: CustomerId) => void;

const ROW = 58;
const COMPACT_ROW = 52;
const HEAD = 28;

type Props = { inbox: Inbox; openId: ConversationId | null; onOpen: OpenConversation; onNear: OpenConversation };

/** `onNear` is told of the conversation that would be opened next, so that it can be asked for ahead. */
export function InboxList({ inbox, openId, onOpen, onNear }: Props) {
  const t = useText();
  const { isCompact, width } = useDeskSize();
  const scroller = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<{ row: number; id: ConversationId } | null>(null);
  /** The cursor is drawn for the keys only: a pointer shows itself. */
  const [isFocused, setFocused] = useState(false);
  const scale = textScale();
  const rowHeight = Math.round((isCompact ? COMPACT_ROW : ROW) * scale);
  const headHeight = Math.round(HEAD * scale);
  const { layout } = inbox;

  const virtual = useVirtualizer({
    count: layout.lineCount,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (layout.lineAt(index).kind === 'head' ? headHeight : rowHeight),
    overscan: 6,
  });
  // Heights are known, not measured; they change with the text size and with the order of heads and rows.
  useEffect(() => virtual.measure(), [virtual, layout, rowHeight, headHeight, width]);

  const items = virtual.getVirtualItems();
  const firstLine = items[0]?.index ?? 0;
  const lastLine = items.at(-1)?.index ?? 0;
  const { see } = inbox;
  useEffect(() => {
    if (layout.lineCount === 0) return;
    const rowNear = (line: number, step: 1 | -1): number => {
      for (let at = line; at >= 0 && at < layout.lineCount; at += step) {
        const found = layout.lineAt(at);
        if (found.kind === 'row') return found.rowIndex;
      }
      return step === 1 ? layout.rowCount - 1 : 0;
    };
    see(rowNear(firstLine, 1), rowNear(lastLine, -1));
  }, [firstLine, lastLine, layout, see]);

  /** Where the cursor stands now: rows may have moved since, the conversation has not. */
  const cursorRow = (): number => {
    const wanted = cursor?.id ?? openId;
    if (wanted === null) return -1;
    const near = cursor?.row ?? 0;
    for (let step = 0; step < 200; step++) {
      if (inbox.rowAt(near + step)?.conversationId === wanted) return near + step;
      if (step > 0 && inbox.rowAt(near - step)?.conversationId === wanted) return near - step;
    }
    return cursor?.row ?? -1;
  };

  const moveTo = (rowIndex: number): void => {
    inbox.touched();
    const to = Math.max(0, Math.min(layout.rowCount - 1, rowIndex));
    const row = inbox.rowAt(to);
    virtual.scrollToIndex(layout.lineOfRow(to), { align: 'auto' });
    if (row === undefined) return;
    setFocused(true);
    setCursor({ row: to, id: row.conversationId });
    onNear(row.conversationId, row.customerId);
  };
  const openAt = (rowIndex: number): boolean => {
    const row = inbox.rowAt(rowIndex);
    if (row === undefined) return false;
    inbox.touched();
    setCursor({ row: rowIndex, id: row.conversationId });
    onOpen(row.conversationId, row.customerId);
    return true;
  };
  const hasFocus = (): boolean => scroller.current === document.activeElement;
  const move =
    (step: 1 | -1) =>
    (event: KeyboardEvent): boolean => {
      // Arrows scroll whatever else has the focus; the letters move the cursor from anywhere.
      if (event.key.startsWith('Arrow') && !hasFocus()) return false;
      if (layout.rowCount === 0) return false;
      moveTo(cursorRow() + step);
      return true;
    };
  useHotkeys({
    nextConversation: move(1),
    previousConversation: move(-1),
    openConversation(event) {
      // Enter belongs to whatever has the focus; the letter O opens from anywhere.
      if (isCommittingEnter(event) && !hasFocus() && document.activeElement !== document.body) return false;
      return openAt(cursorRow());
    },
  });

  const activeRow = cursor === null ? null : cursorRow();
  const active = activeRow === null ? undefined : inbox.rowAt(activeRow);
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="listbox"
        tabIndex={0}
        data-inset
        data-pane-focus="list"
        aria-label={t('inbox.list')}
        {...(active === undefined ? {} : { 'aria-activedescendant': optionId(active.conversationId) })}
        onPointerMove={inbox.touched}
        onWheel={inbox.touched}
        onFocus={(event) => {
          // A press brings the focus too, but nothing may scroll away under it.
          if (!event.currentTarget.matches(':focus-visible')) return;
          setFocused(true);
          if (cursor === null && layout.rowCount > 0) moveTo(Math.max(0, cursorRow()));
        }}
        onBlur={() => setFocused(false)}
        onKeyDown={(event) => {
          if (event.key === 'Home' || event.key === 'End') {
            event.preventDefault();
            moveTo(event.key === 'Home' ? 0 : layout.rowCount - 1);
          } else if (event.key === 'PageDown' || event.key === 'PageUp') {
            event.preventDefault();
            const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
            moveTo(cursorRow() + (event.key === 'PageDown' ? page : -page));
          }
        }}
        className="scroll-thin h-full overflow-y-auto outline-none [contain:strict]"
      >
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            if (item.index >= layout.lineCount) return null;
            const line = layout.lineAt(item.index);
            const style = {
              position: 'absolute',
              top: 0,
              left: 0,
              right: 0,
              height: item.size,
              transform: `translateY(${item.start}px)`,
            } as const;
            if (line.kind === 'head')
              return (
                <div key={`head ${line.group}`} role="presentation" style={style}>
                  <GroupHead group={line.group} count={line.count} />
                </div>
              );
            const row = inbox.rowAt(line.rowIndex);
            if (row === undefined)
              return (
                <div key={`line ${item.index}`} role="presentation" style={style} className="border-b border-line/70" />
              );
            return (
              <div
                key={row.conversationId}
                id={optionId(row.conversationId)}
                role="option"
                aria-selected={row.conversationId === openId}
                aria-setsize={layout.rowCount}
                aria-posinset={line.rowIndex + 1}
                style={style}
                onClick={() => {
                  setFocused(false);
                  openAt(line.rowIndex);
                }}
              >
                <InboxRow
                  row={row}
                  isOpen={row.conversationId === openId}
                  isActive={isFocused && line.rowIndex === activeRow}
                />
              </div>
            );
          })}
        </div>
      </div>
      {inbox.isHeld && (
        <div className="pointer-events-none absolute inset-x-0 bottom-2 flex justify-center">
          <Button
            icon={RefreshCw}
            onPress={inbox.showNewest}
            className="pointer-events-auto !border-accent/40 shadow-2"
          >
            {t('inbox.refreshOrder')}
          </Button>
        </div>
      )}
    </div>
  );
}

function optionId(conversationId: ConversationId): string {
  return `inbox-${conversationId}`;
}
