/** Whether the single-letter keys work (WCAG 2.1.4): kept with this window, because only the window has keys. */
import { useEffect, useState } from 'react';
import { setLetterKeys } from '../design/use-hotkeys.ts';

const KEPT = 'kanade.letterKeys';

function read(): boolean {
  try {
    return localStorage.getItem(KEPT) !== 'off';
  } catch {
    return true;
  }
}

/** Puts the kept choice into force; once, when the window starts. */
export function applyKeptLetterKeys(): void {
  setLetterKeys(read());
}

/** The choice, and the way to change it. */
export function useLetterKeys(): [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(read);
  useEffect(() => setLetterKeys(on), [on]);
  return [
    on,
    (next) => {
      setOn(next);
      try {
        localStorage.setItem(KEPT, next ? 'on' : 'off');
      } catch {
        // A page without storage forgets it at its end; the choice holds until then.
      }
    },
  ];
}
