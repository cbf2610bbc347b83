/** The number on the app's icon: conversations with unread customer messages among mine and unassigned. Nothing else. */
import { app, type BrowserWindow, nativeImage } from 'electron';
import type { ConsoleApi } from '../../../shared/console-api.ts';
import type { FramePort } from '../../../shared/console-frames.ts';
import { followAnswer } from './follow-answer.ts';
import { type HostLanguage, sayUnread } from './words.ts';

/** What the badge needs. */
export type BadgeOptions = {
  api: ConsoleApi;
  port: FramePort;
  window: BrowserWindow;
  /** Picture that Windows lays over the icon in the taskbar, which shows no number. */
  overlay: string;
  language(): HostLanguage;
  /** The tray shows the same number. */
  onCount(count: number): void;
};

/** Keeps the badge until the app ends. */
export function keepBadge({ api, port, window, overlay, language, onCount }: BadgeOptions): void {
  let shown: number | undefined;
  const show = (count: number): void => {
    if (count === shown) return;
    shown = count;
    app.setBadgeCount(count);
    if (process.platform === 'win32' && !window.isDestroyed()) {
      window.setOverlayIcon(
        count > 0 ? nativeImage.createFromPath(overlay) : null,
        count > 0 ? sayUnread(count, language()) : '',
      );
    }
    onCount(count);
  };
  followAnswer({
    port,
    topics: ['inbox', 'session'],
    ask: () => api.inbox.outline({ view: 'mineAndUnassigned', tab: 'all' }),
    use: ({ unreadConversations }) => show(unreadConversations),
    missing: () => show(0),
  });
}
