/**
 * How much room the desk has, measured in text: a window of 1440 px at 150 % text holds what 960 px hold at 100 %.
 * Says so to the style sheet as `data-desk` on the root, and to the few components that draw something else then.
 */
import { useSyncExternalStore } from 'react';

export type DeskSize = {
  /** Lower rows and fewer words: under 1400 wide or 800 high. */
  readonly isCompact: boolean;
  /** The karte becomes a strip that opens over the thread: under 1200 wide. */
  readonly isNarrow: boolean;
  /** The list becomes a strip, too: under 900 wide. */
  readonly isTight: boolean;
  /** Width and height of the window in px at the normal text size. */
  readonly width: number;
  readonly height: number;
};

const COMPACT_WIDTH = 1400;
const COMPACT_HEIGHT = 800;
const NARROW_WIDTH = 1200;
const TIGHT_WIDTH = 900;

/** The size class of a window of `width` × `height` CSS px whose text stands at `scale` (1 = normal). */
export function deskSizeOf(width: number, height: number, scale: number): DeskSize {
  const w = width / scale;
  const h = height / scale;
  return {
    isCompact: w < COMPACT_WIDTH || h < COMPACT_HEIGHT,
    isNarrow: w < NARROW_WIDTH,
    isTight: w < TIGHT_WIDTH,
    width: w,
    height: h,
  };
}

/** Pixels of one rem over the 16 px of the design: the text-size setting and the browser's own, together. */
export function textScale(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;
}

let current: DeskSize | null = null;

function measure(): DeskSize {
  const next = deskSizeOf(window.innerWidth, window.innerHeight, textScale());
  if (current === null || next.width !== current.width || next.height !== current.height) current = next;
  return current;
}
function subscribe(changed: () => void): () => void {
  const tell = (): void => {
    measure();
    changed();
  };
  window.addEventListener('resize', tell);
  return () => window.removeEventListener('resize', tell);
}

/** The size class now; the component is drawn again when the window or the text size changes. */
export function useDeskSize(): DeskSize {
  return useSyncExternalStore(subscribe, measure);
}
