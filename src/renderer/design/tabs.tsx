/** A row of tabs: one tab stop, arrow keys between them. What they show is drawn by whoever uses them. */
import { type KeyboardEvent, memo, type ReactNode, useRef } from 'react';

export type Tab<Id extends string> = { id: Id; label: string; count?: number | undefined; icon?: ReactNode };

type Props<Id extends string> = {
  label: string;
  tabs: readonly Tab<Id>[];
  chosen: Id;
  onChoose: (id: Id) => void;
  /** `line`: underlined, over a list. `box`: a tinted box, over the composer. */
  look?: 'line' | 'box';
  /** The id of the region that the tabs change. */
  controls: string;
  toneOf?: (id: Id) => 'accent' | 'note';
  formatCount?: (count: number) => string;
};

function TabRow<Id extends string>({
  label,
  tabs,
  chosen,
  onChoose,
  look = 'line',
  controls,
  toneOf,
  formatCount = String,
}: Props<Id>) {
  const row = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = tabs.findIndex((tab) => tab.id === chosen);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (next === undefined) return;
    onChoose(next.id);
    row.current?.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus();
  };
  return (
    <div
      ref={row}
      role="tablist"
      aria-label={label}
      onKeyDown={move}
      className={
        look === 'line'
          ? 'scroll-thin flex shrink-0 gap-4 overflow-x-auto compact:gap-2 border-b border-line px-3 text-13 [scrollbar-width:none] compact:px-2.5'
          : 'flex gap-1'
      }
    >
      {tabs.map((tab) => {
        const on = tab.id === chosen;
        const tone = toneOf?.(tab.id) ?? 'accent';
        const boxed = on
          ? tone === 'note'
            ? 'bg-note-tint font-bold text-note'
            : 'bg-accent-tint font-bold text-accent-ink'
          : 'text-ink2 hover:bg-hover';
        const lined = on ? 'border-accent-solid font-bold text-ink' : 'border-transparent text-ink2 hover:text-ink';
        return (
          <button
            key={tab.id}
            type="button"
            role="tab"
            data-tab={tab.id}
            data-inset
            aria-selected={on}
            aria-controls={controls}
            tabIndex={on ? 0 : -1}
            onClick={() => onChoose(tab.id)}
            className={
              look === 'line'
                ? `flex h-8 items-center gap-1 border-b-2 whitespace-nowrap ${lined}`
                : `flex h-7 items-center gap-1.5 rounded-md px-2 text-13 whitespace-nowrap ${boxed}`
            }
          >
            {tab.icon}
            {tab.label}
            {tab.count !== undefined && (
              <span className="num text-12 font-normal text-ink3">{formatCount(tab.count)}</span>
            )}
          </button>
        );
      })}
    </div>
  );
}

/** See the file's head. */
export const Tabs = memo(TabRow) as typeof TabRow;
