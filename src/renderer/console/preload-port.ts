/** The wire that Electron's preload put on `window` before the first script ran. Absent in every other host. */
import type { FramePort } from '../../shared/console-frames.ts';

declare global {
  interface Window {
    /** Set by src/preload/index.ts, frozen. */
    readonly kanadePort?: FramePort;
  }
}

/** The preload's port, or undefined when this window is a page of the browser host. */
export function findPreloadPort(): FramePort | undefined {
  return window.kanadePort;
}
