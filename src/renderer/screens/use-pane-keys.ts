/**
 * F6 and Shift+F6 walk through the panes: rail, list, thread, composer, karte, notices. Stands before the focus library's
 * own F6, which would know only the notices.
 */
import { useEffect } from 'react';
import { isImeKey } from '../design/ime.ts';

const PANES = ['rail', 'list', 'thread', 'composer', 'karte'] as const;

function stops(): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (const pane of PANES) {
    const at = document.querySelector<HTMLElement>(`[data-pane-focus="${pane}"]`);
    const stop = pane === 'composer' ? at?.querySelector<HTMLElement>('textarea') : at;
    if (stop !== null && stop !== undefined) found.push(stop);
  }
  const notice = document.querySelector<HTMLElement>('[data-notices] [role="alertdialog"]');
  if (notice !== null) found.push(notice);
  return found;
}

/** Moves the focus to the next pane, or to the one before. */
export function usePaneKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'F6' || isImeKey(event) || event.ctrlKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest('[role="dialog"],[role="menu"]') !== null) return;
      const panes = stops();
      if (panes.length === 0) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const now = panes.findIndex((pane) => pane === document.activeElement || pane.contains(document.activeElement));
      const step = event.shiftKey ? -1 : 1;
      const next = now === -1 ? 0 : (now + step + panes.length) % panes.length;
      panes[next]?.focus();
    };
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, []);
}
