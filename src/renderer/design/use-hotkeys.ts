/**
 * Lets a component say which lines of the hotkey table it can carry out. One listener on the document serves all.
 * It never fires while an input method composes, inside a pop-up, or (single letters) inside a field.
 */
import { useEffect, useRef } from 'react';
import type { HotkeyId } from './hotkey-table.ts';
import { focusPlaceOf, matchHotkey, type OpenSequence } from './match-hotkey.ts';

/** Returns `false` to say "not now": the key then goes to whoever registered before, or to the browser. */
type Carry = (event: KeyboardEvent) => unknown;
export type HotkeyActions = Partial<Record<HotkeyId, Carry>>;

const stack: { current: HotkeyActions }[] = [];
let open: OpenSequence | null = null;
let lettersOff = false;

/** Single-letter keys can be turned off as a whole (WCAG 2.1.4). Chords stay. */
export function setLetterKeys(on: boolean): void {
  lettersOff = !on;
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  const focus = focusPlaceOf(event.target);
  const match = matchHotkey(event, lettersOff && focus === 'elsewhere' ? 'text' : focus, open, event.timeStamp);
  open = match.open;
  if (match.id === null) return;
  for (let i = stack.length - 1; i >= 0; i--) {
    const carry = stack[i]?.current[match.id];
    if (carry !== undefined && carry(event) !== false) {
      event.preventDefault();
      return;
    }
  }
}

/** Registers what this component can carry out, while it is on screen. The latest to appear is asked first. */
export function useHotkeys(actions: HotkeyActions): void {
  const ref = useRef(actions);
  useEffect(() => {
    ref.current = actions;
  });
  useEffect(() => {
    if (stack.length === 0) document.addEventListener('keydown', onKeyDown);
    stack.push(ref);
    return () => {
      stack.splice(stack.indexOf(ref), 1);
      if (stack.length === 0) document.removeEventListener('keydown', onKeyDown);
    };
  }, []);
}
