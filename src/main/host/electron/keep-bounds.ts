/** Remembers size and place of the window from one start to the next, and never puts it where no display is. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type BrowserWindow, screen } from 'electron';
import { z } from 'zod';

const boundsSchema = z.object({
  x: z.number().int().optional(),
  y: z.number().int().optional(),
  width: z.number().int().min(900).max(10_000),
  height: z.number().int().min(600).max(10_000),
});
/** In device-independent pixels. */
export type KeptBounds = { x?: number; y?: number; width: number; height: number };

const SAVE_AFTER_MS = 500;
/** As much of the window as must lie on a display for it to count as visible. */
const VISIBLE = 100;

/** The last bounds, without their place when no display is there any more; undefined on a first start. */
export function recallBounds(file: string): KeptBounds | undefined {
  let kept: z.output<typeof boundsSchema>;
  try {
    kept = boundsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
  const { x, y, width, height } = kept;
  if (x === undefined || y === undefined) return { width, height };
  const isVisible = screen.getAllDisplays().some(({ workArea }) => {
    const right = Math.min(x + width, workArea.x + workArea.width) - Math.max(x, workArea.x);
    const down = Math.min(y + height, workArea.y + workArea.height) - Math.max(y, workArea.y);
    return right >= VISIBLE && down >= VISIBLE;
  });
  return isVisible ? { x, y, width, height } : { width, height };
}

/** Saves the bounds whenever they have changed and rest. */
export function keepBounds(window: BrowserWindow, file: string): void {
  let timer: NodeJS.Timeout | undefined;
  const save = (): void => {
    timer = undefined;
    if (window.isDestroyed() || window.isMinimized()) return;
    try {
      writeFileSync(file, JSON.stringify(window.getNormalBounds()));
    } catch {
      // A full disk must not take the desk down; the window opens in its old place next time.
    }
  };
  const later = (): void => {
    timer ??= setTimeout(save, SAVE_AFTER_MS);
  };
  window.on('resize', later);
  window.on('move', later);
  window.once('closed', () => clearTimeout(timer));
}
