/**
 * The one place that knows how a Japanese input method looks to a key handler. Every key handler of the window asks
 * here first. It never reads a field's value and never stops an event.
 */

type KeyLike = { readonly isComposing?: boolean; readonly keyCode?: number; readonly nativeEvent?: KeyLike };

/**
 * True when the key belongs to the input method, not to us: Enter then confirms a conversion, Escape drops it,
 * F6 to F10 and Ctrl+U/I/O/P change its script. Accepts a DOM event or React's wrapper of one.
 *
 * 229 is what Chromium reports for a key that the input method has taken; the first key of a composition comes with
 * 229 before `isComposing` turns true, and on some systems the last one after it has turned false.
 */
export function isImeKey(event: KeyLike): boolean {
  const native = event.nativeEvent ?? event;
  return native.isComposing === true || native.keyCode === 229;
}

/** True when Enter was pressed by the agent and not to confirm a conversion. The only way to ask for Enter. */
export function isCommittingEnter(event: KeyLike & { readonly key: string }): boolean {
  return event.key === 'Enter' && !isImeKey(event);
}

let composingIn: EventTarget | null = null;
let waiting: (() => void)[] = [];

/** True while an input method is composing anywhere in the window. */
export function isComposing(): boolean {
  return composingIn !== null;
}

/**
 * Runs `change` now, or, while someone is composing, right after they have finished. For everything that would break
 * a composition: setting a field's value, moving the focus, opening a pop-up that takes it.
 */
export function afterComposition(change: () => void): void {
  if (composingIn === null) change();
  else waiting.push(change);
}

/**
 * Starts watching compositions of a document; call once, before the first field exists. Returns the way to stop.
 * A field that leaves the page in the middle of a composition never says `compositionend`; the next focus change does.
 */
export function watchComposition(target: EventTarget): () => void {
  const begin = (event: Event): void => {
    composingIn = event.target;
  };
  const end = (): void => {
    if (composingIn === null) return;
    composingIn = null;
    const ready = waiting;
    waiting = [];
    for (const change of ready) change();
  };
  const endIfLeft = (event: Event): void => {
    if (event.target !== composingIn) end();
  };
  target.addEventListener('compositionstart', begin, true);
  target.addEventListener('compositionend', end, true);
  target.addEventListener('focusin', endIfLeft, true);
  return () => {
    target.removeEventListener('compositionstart', begin, true);
    target.removeEventListener('compositionend', end, true);
    target.removeEventListener('focusin', endIfLeft, true);
    composingIn = null;
    waiting = [];
  };
}
