/**
 * Brings the window into sight when a call rings for this agent, without taking the keyboard away: whoever is typing goes
 * on typing. The notification names no customer, because it may show on a locked screen.
 */
import { type BrowserWindow, Notification } from 'electron';
import type { ConsoleApi } from '../../../shared/console-api.ts';
import type { FramePort } from '../../../shared/console-frames.ts';
import { followAnswer } from './follow-answer.ts';
import { type HostLanguage, say } from './words.ts';

/** What it needs. */
export type RingAttentionOptions = {
  api: ConsoleApi;
  port: FramePort;
  window: BrowserWindow;
  language(): HostLanguage;
};

/** Watches for rings until the app ends. */
export function watchForRings({ api, port, window, language }: RingAttentionOptions): void {
  let ringing = new Set<string>();
  let notification: Notification | undefined;
  let expiry: NodeJS.Timeout | undefined;

  function begin(): void {
    if (window.isDestroyed()) return;
    window.showInactive();
    if (!window.isFocused()) {
      // Above the other windows for a moment, then one among them again: a window that stays on top is in the way.
      window.setAlwaysOnTop(true, 'floating');
      window.moveTop();
      window.setAlwaysOnTop(false);
      window.flashFrame(true);
    }
    if (!Notification.isSupported()) return;
    notification = new Notification({
      title: say('ring', language()),
      body: say('ringDetail', language()),
      urgency: 'critical',
    });
    notification.on('click', () => {
      if (!window.isDestroyed()) window.show();
    });
    notification.show();
  }
  function end(): void {
    notification?.close();
    notification = undefined;
    if (!window.isDestroyed()) window.flashFrame(false);
  }
  function useRinging(mine: readonly { id: string; msLeft: number }[]): void {
    const now = new Set(mine.map((call) => call.id));
    if ([...now].some((id) => !ringing.has(id))) begin();
    else if (now.size === 0 && ringing.size > 0) end();
    ringing = now;
    clearTimeout(expiry);
    // A ring ends by its own time and without any message.
    if (mine.length > 0) expiry = setTimeout(followed.again, Math.min(...mine.map((call) => call.msLeft)) + 50);
  }
  const followed = followAnswer({
    port,
    topics: ['calls', 'session'],
    // Not `calls.ringing`: this one is answered on a locked screen too, and names no customer.
    ask: () => api.calls.signs({}),
    use: ({ ringing: calls }) => useRinging(calls.map(({ callId, msLeft }) => ({ id: callId, msLeft }))),
    missing: () => useRinging([]),
  });
}
