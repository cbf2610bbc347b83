/**
 * Decides which line of the hotkey table a key press means. A pure function of the event and of what was pressed
 * before; it never carries anything out and never stops the event.
 */
import { HOTKEYS, type Hotkey, type HotkeyId } from './hotkey-table.ts';
import { isImeKey } from './ime.ts';

export type KeyPress = {
  readonly key: string;
  readonly code?: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly isComposing?: boolean;
  readonly keyCode?: number;
};

/** Where the focus is, as far as hotkeys care. */
export type FocusPlace = 'text' | 'popup' | 'elsewhere';

/** After this long the first half of a sequence such as `G I` is forgotten. Long enough for one hand. */
export const SEQUENCE_MS = 1000;

/** The second half of a two-key sequence that may come next, and until when. */
export type OpenSequence = { readonly first: string; readonly untilMs: number };

export type HotkeyMatch = { readonly id: HotkeyId | null; readonly open: OpenSequence | null };

const NO_MATCH: HotkeyMatch = { id: null, open: null };

/** The press written as the table writes it: `Ctrl+Shift+F`, `J`, `?`. Shift is left out where it made the character. */
export function nameOfPress(press: KeyPress): string {
  const isLetter = /^[a-z]$/i.test(press.key);
  // With Alt or Ctrl some layouts change the digit; the physical key says what was meant.
  const digit = /^Digit([0-9])$/.exec(press.code ?? '')?.[1];
  const key =
    (press.ctrlKey || press.altKey) && digit !== undefined ? digit : isLetter ? press.key.toUpperCase() : press.key;
  const named = key.length > 1;
  const parts: string[] = [];
  if (press.ctrlKey || press.metaKey) parts.push('Ctrl');
  if (press.altKey) parts.push('Alt');
  if (press.shiftKey && (named || isLetter)) parts.push('Shift');
  return [...parts, key].join('+');
}

/**
 * @param press the key press
 * @param focus where the focus is
 * @param open the sequence begun by the press before, if any
 * @param nowMs any steadily rising clock, milliseconds
 */
export function matchHotkey(press: KeyPress, focus: FocusPlace, open: OpenSequence | null, nowMs: number): HotkeyMatch {
  if (isImeKey(press) || focus === 'popup') return NO_MATCH;
  const name = nameOfPress(press);
  const begun = open !== null && nowMs <= open.untilMs ? open.first : null;
  let opens = false;
  for (const [id, hotkey] of Object.entries(HOTKEYS) as [HotkeyId, Hotkey][]) {
    if (hotkey.place === 'outsideText' && focus === 'text') continue;
    for (const keys of hotkey.keys) {
      const [first, second] = keys.split(' ');
      if (second === undefined) {
        if (begun === null && first === name) return { id, open: null };
      } else if (begun === first && second === name) return { id, open: null };
      else if (first === name) opens = true;
    }
  }
  return opens ? { id: null, open: { first: name, untilMs: nowMs + SEQUENCE_MS } } : NO_MATCH;
}

const TEXT_INPUTS = new Set(['text', 'search', 'email', 'password', 'tel', 'url', 'number', '']);

/** Tells a field and an open pop-up from everything else. */
export function focusPlaceOf(target: EventTarget | null): FocusPlace {
  if (!(target instanceof Element)) return 'elsewhere';
  if (target.closest('[role="dialog"],[role="menu"],[data-popup]') !== null) return 'popup';
  if (target instanceof HTMLTextAreaElement || (target instanceof HTMLElement && target.isContentEditable))
    return 'text';
  if (target instanceof HTMLInputElement && TEXT_INPUTS.has(target.type)) return 'text';
  return 'elsewhere';
}
