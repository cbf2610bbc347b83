/**
 * The desk window: frame, size, colours, and coming back after a crash. It is a sandboxed page like any other and gets
 * nothing but the preload's port. What may be opened from it is lock-down.ts.
 */
import { BrowserWindow, nativeTheme } from 'electron';
import { type KeptBounds, keepBounds, recallBounds } from './keep-bounds.ts';
import { OWN_PAGE } from './own-scheme.ts';

/** Height of the top bar in the window, in CSS pixels; the system draws its buttons into it. `interface.md` §3. */
const BAR_HEIGHT = 44;
/** Tokens `canvas` and `ink` of src/renderer/design/tokens.css, for what the system draws. */
const COLOURS = { light: { canvas: '#EEF0F5', ink: '#171C28' }, dark: { canvas: '#0D1118', ink: '#E9ECF3' } } as const;
const FIRST_SIZE: KeptBounds = { width: 1440, height: 900 };
/** A page that dies more often than this within a minute will not get better by loading it again. */
const MOST_CRASHES = 3;
const MINUTE_MS = 60_000;

/** What the window needs. */
export type WindowOptions = {
  preload: string;
  icon: string;
  /** File that remembers size and place. */
  boundsFile: string;
  log(line: string): void;
  /** The page died too often. */
  onHopeless(): void;
};

/** Makes the window, hidden until its page has been drawn. Load it with `showPage`. */
export function makeWindow({ preload, icon, boundsFile, log, onHopeless }: WindowOptions): BrowserWindow {
  const colours = (): (typeof COLOURS)['light' | 'dark'] => COLOURS[nativeTheme.shouldUseDarkColors ? 'dark' : 'light'];
  const overlay = (): Electron.TitleBarOverlayOptions => ({
    color: colours().canvas,
    symbolColor: colours().ink,
    height: BAR_HEIGHT,
  });
  const kept = recallBounds(boundsFile) ?? FIRST_SIZE;
  const window = new BrowserWindow({
    ...kept,
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'Kanade',
    icon,
    backgroundColor: colours().canvas,
    titleBarStyle: 'hidden',
    titleBarOverlay: overlay(),
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      // A desk behind other windows must ring and count on time.
      backgroundThrottling: false,
      spellcheck: false,
    },
  });
  nativeTheme.on('updated', () => {
    if (window.isDestroyed()) return;
    window.setBackgroundColor(colours().canvas);
    if (process.platform !== 'darwin') window.setTitleBarOverlay(overlay());
  });
  keepBounds(window, boundsFile);
  window.once('ready-to-show', () => window.show());
  window.on('focus', () => window.flashFrame(false));

  let crashes: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    const now = performance.now();
    crashes = [...crashes.filter((at) => now - at < MINUTE_MS), now];
    log(`the window's page died (${reason})`);
    if (crashes.length > MOST_CRASHES) onHopeless();
    else if (!window.isDestroyed()) window.webContents.reload();
  });
  return window;
}

/** Loads our page; the window shows itself when it is drawn. */
export async function showPage(window: BrowserWindow): Promise<void> {
  await window.loadURL(OWN_PAGE);
}

/** Brings the window to the person who asked for it. */
export function bringForward(window: BrowserWindow): void {
  if (window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
