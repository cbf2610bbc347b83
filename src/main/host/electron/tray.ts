/** The picture beside the clock: open, quit, how many unread, connected or not. It asks nothing of the server. */
import { Menu, nativeImage, Tray } from 'electron';
import path from 'node:path';
import type { ConsoleApi } from '../../../shared/console-api.ts';
import type { FramePort } from '../../../shared/console-frames.ts';
import { followAnswer } from './follow-answer.ts';
import { type HostLanguage, say, sayUnread } from './words.ts';

/** What the tray needs. */
export type TrayOptions = {
  api: ConsoleApi;
  port: FramePort;
  /** Folder with tray.png, tray-unread.png and tray-offline.png, each with a `@2x` beside it. */
  pictures: string;
  onOpen(): void;
  onQuit(): void;
};

/** Told by the badge and by the settings of the device. */
export type TrayHandle = { showUnread(count: number): void; useLanguage(language: HostLanguage): void };

type Line = 'online' | 'offline' | 'signedOut';

/** Shows the tray until the app ends. */
export function openTray({ api, port, pictures, onOpen, onQuit }: TrayOptions): TrayHandle {
  const picture = (name: string): Electron.NativeImage =>
    nativeImage.createFromPath(path.join(pictures, `${name}.png`));
  const tray = new Tray(picture('tray'));
  let language: HostLanguage = 'ja';
  let unread = 0;
  let line: Line = 'signedOut';
  let drawn = '';

  function draw(): void {
    const now = `${language} ${String(unread)} ${line}`;
    if (now === drawn) return;
    drawn = now;
    tray.setImage(picture(line === 'offline' ? 'tray-offline' : unread > 0 ? 'tray-unread' : 'tray'));
    tray.setToolTip(['Kanade', say(line, language), ...(unread > 0 ? [sayUnread(unread, language)] : [])].join('\n'));
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: say('open', language), click: onOpen },
        { type: 'separator' },
        { label: say(line, language), enabled: false },
        { type: 'separator' },
        { label: say('quit', language), click: onQuit },
      ]),
    );
  }
  // On Windows one click opens; on Linux a click opens the menu and this event may never come.
  tray.on('click', onOpen);
  draw();
  followAnswer({
    port,
    topics: ['connection', 'session'],
    ask: () => api.connection.get({}),
    use: ({ state }) => {
      if (state === 'signedOut') line = 'signedOut';
      else line = state === 'offline' ? 'offline' : 'online';
      draw();
    },
    missing: () => undefined,
  });
  return {
    showUnread(count) {
      unread = count;
      draw();
    },
    useLanguage(chosen) {
      language = chosen;
      draw();
    },
  };
}
