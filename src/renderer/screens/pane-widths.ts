/** Remembers the widths of the panes on this device, apart for large and small windows. In px at the normal text size. */

export type SizeClass = 'wide' | 'compact';
type Pane = 'list' | 'karte';

const KEPT = 'kanade.panes';
type Widths = Partial<Record<`${SizeClass} ${Pane}`, number>>;

function read(): Widths {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '{}');
    return typeof kept === 'object' && kept !== null ? kept : {};
  } catch {
    return {};
  }
}

/** The width chosen before, or undefined. */
export function keptWidth(sizeClass: SizeClass, pane: Pane): number | undefined {
  const width = read()[`${sizeClass} ${pane}`];
  return typeof width === 'number' && width >= 200 && width <= 600 ? width : undefined;
}

/** Keeps a width. A page without storage forgets it, and nothing else happens. */
export function keepWidth(sizeClass: SizeClass, pane: Pane, width: number): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ ...read(), [`${sizeClass} ${pane}`]: Math.round(width) }));
  } catch {
    // See above.
  }
}

/** Back to the widths of the design. */
export function forgetWidths(): void {
  try {
    localStorage.removeItem(KEPT);
  } catch {
    // See above.
  }
}
