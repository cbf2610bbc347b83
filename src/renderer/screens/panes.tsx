/**
 * The three panes side by side: widths that the agent chose and that are remembered, strips and overlays where there is
 * no room. Puts nothing into the panes itself.
 */
import { PanelLeftOpen, PanelRightOpen } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { textScale, useDeskSize } from '../design/desk-size.ts';
import { useHotkeys } from '../design/use-hotkeys.ts';
import { useText } from '../i18n/text.ts';
import { forgetWidths, keepWidth, keptWidth, type SizeClass } from './pane-widths.ts';

type Props = {
  list: ReactNode;
  thread: ReactNode;
  karte: ReactNode | null;
  /** Something is open in the thread. */
  hasThread: boolean;
  /** Changes with what is open: overlays close when something else has been opened. */
  openKey: string;
};

const LIST = { least: 240, most: 420, wide: 316, compact: 288 };
const KARTE = { least: 240, most: 440, wide: 324, compact: 280 };
const rem = (px: number): string => `${px / 16}rem`;

/** See the file's head. */
export function Panes({ list, thread, karte, hasThread, openKey }: Props) {
  const t = useText();
  const size = useDeskSize();
  const sizeClass: SizeClass = size.isCompact ? 'compact' : 'wide';
  const [round, setRound] = useState(0);
  const [isKarteWanted, setKarteWanted] = useState(true);
  const [isListWanted, setListWanted] = useState(true);
  const [over, setOver] = useState<'list' | 'karte' | null>(null);

  const listIsStrip = size.isTight;
  const karteIsStrip = size.isNarrow;
  useEffect(() => setOver(null), [openKey, listIsStrip, karteIsStrip]);
  const shownOver = over ?? (listIsStrip && !hasThread ? 'list' : null);

  const toggleList = (): void =>
    listIsStrip ? setOver(over === 'list' ? null : 'list') : setListWanted(!isListWanted);
  const toggleKarte = (): void =>
    karteIsStrip ? setOver(over === 'karte' ? null : 'karte') : setKarteWanted(!isKarteWanted);
  useHotkeys({
    toggleList,
    toggleKarte,
    resetPanes() {
      forgetWidths();
      setListWanted(true);
      setKarteWanted(true);
      setRound(round + 1);
    },
  });
  useEffect(() => {
    if (over === null) return;
    const leave = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented) setOver(null);
    };
    document.addEventListener('keydown', leave);
    return () => document.removeEventListener('keydown', leave);
  }, [over]);

  const scale = textScale();
  const hasList = !listIsStrip && isListWanted;
  const hasKarte = !karteIsStrip && isKarteWanted && karte !== null;
  return (
    <div className="relative flex min-h-0 min-w-0 flex-1">
      {(listIsStrip || !isListWanted) && (
        <Strip side="left" label={t('inbox.pane')} isOpen={shownOver === 'list'} onPress={toggleList} />
      )}
      <Group key={`${sizeClass} ${scale} ${round}`} orientation="horizontal" className="min-w-0 flex-1">
        {hasList && (
          <Panel
            id="list"
            defaultSize={rem(keptWidth(sizeClass, 'list') ?? (size.isCompact ? LIST.compact : LIST.wide))}
            minSize={rem(LIST.least)}
            maxSize={rem(LIST.most)}
            groupResizeBehavior="preserve-pixel-size"
            onResize={({ inPixels }, _id, before) =>
              before !== undefined && keepWidth(sizeClass, 'list', inPixels / scale)
            }
          >
            {list}
          </Panel>
        )}
        {hasList && <Edge label={t('panes.listWidth')} />}
        <Panel id="thread" minSize={rem(listIsStrip ? 280 : 420)}>
          {thread}
        </Panel>
        {hasKarte && <Edge label={t('panes.karteWidth')} />}
        {hasKarte && (
          <Panel
            id="karte"
            defaultSize={rem(keptWidth(sizeClass, 'karte') ?? (size.isCompact ? KARTE.compact : KARTE.wide))}
            minSize={rem(KARTE.least)}
            maxSize={rem(KARTE.most)}
            groupResizeBehavior="preserve-pixel-size"
            onResize={({ inPixels }, _id, before) =>
              before !== undefined && keepWidth(sizeClass, 'karte', inPixels / scale)
            }
          >
            {karte}
          </Panel>
        )}
      </Group>
      {karte !== null && (karteIsStrip || !isKarteWanted) && (
        <Strip side="right" label={t('karte.short')} isOpen={shownOver === 'karte'} onPress={toggleKarte} />
      )}
      {listIsStrip && shownOver === 'list' && (
        <div className="absolute inset-y-0 left-9 z-20 w-[min(20rem,calc(100%-2.25rem))] border-r border-line shadow-3">
          {list}
        </div>
      )}
      {karteIsStrip && shownOver === 'karte' && karte !== null && (
        <div className="absolute inset-y-0 right-9 z-20 w-[min(20.25rem,calc(100%-2.25rem))] border-l border-line shadow-3">
          {karte}
        </div>
      )}
    </div>
  );
}

function Edge({ label }: { label: string }) {
  return (
    <Separator
      aria-label={label}
      className="relative w-px bg-line outline-none after:absolute after:inset-y-0 after:-left-1 after:w-2 focus-visible:bg-focus focus-visible:outline-2 focus-visible:outline-focus data-[separator=active]:bg-accent-solid data-[separator=hover]:bg-accent-solid"
    />
  );
}

function Strip({
  side,
  label,
  isOpen,
  onPress,
}: {
  side: 'left' | 'right';
  label: string;
  isOpen: boolean;
  onPress: () => void;
}) {
  const Icon = side === 'left' ? PanelLeftOpen : PanelRightOpen;
  return (
    <button
      type="button"
      data-inset
      aria-expanded={isOpen}
      onClick={onPress}
      className={`flex w-9 shrink-0 flex-col items-center gap-2 bg-surface pt-3 text-12 text-ink2 hover:bg-hover ${side === 'left' ? 'border-r border-line' : 'border-l border-line'}`}
    >
      <Icon size={16} aria-hidden />
      <span className="[writing-mode:vertical-rl]">{label}</span>
    </button>
  );
}
