/** The Electron host: composition root, nothing else. Puts together one core, one window and the small clients beside it. */
import { hostname } from 'node:os';
import path from 'node:path';
import { app, type BrowserWindow, dialog, Menu, nativeTheme, powerMonitor, safeStorage, session } from 'electron';
import { consoleContract } from '../shared/console-api.ts';
import { connectConsole } from '../shared/console-client.ts';
import { APP_VERSION } from './host/app-version.ts';
import { askPageLook } from './host/ask-page-look.ts';
import { keepBadge } from './host/electron/badge.ts';
import { followAnswer } from './host/electron/follow-answer.ts';
import { openIpcGate } from './host/electron/ipc-gate.ts';
import { keepSecret, renewSecret, SecretRefused } from './host/electron/keep-secret.ts';
import { lockDown } from './host/electron/lock-down.ts';
import { OWN_ORIGIN, registerOwnScheme, serveOwnScheme } from './host/electron/own-scheme.ts';
import { watchForRings } from './host/electron/ring-attention.ts';
import { openTray } from './host/electron/tray.ts';
import { bringForward, makeWindow, showPage } from './host/electron/window.ts';
import { type HostLanguage, say } from './host/electron/words.ts';
import { holdDataDir } from './host/hold-data-dir.ts';
import { CannotStart, prepareDataDir, readSettings } from './host/read-settings.ts';
import { serveRenderer } from './host/serve-renderer.ts';
import { startCore } from './host/start-core.ts';

const out = path.join(import.meta.dirname, '..');
const pictures = path.join(out, '..', 'resources');
const log = (line: string): void => {
  process.stderr.write(`${line}\n`);
};
/** Until the core has told the language of this device. */
const systemLanguage = (): HostLanguage => (app.getLocale().startsWith('ja') ? 'ja' : 'en');

app.setAppUserModelId('jp.kanade.console');
registerOwnScheme();
try {
  const settings = readSettings(process.argv.slice(1), process.env);
  // Before the lock is asked for: one instance for each folder of data, not for each computer.
  if (settings.dataDir !== undefined) app.setPath('userData', path.resolve(settings.dataDir, 'electron'));
  const dataDir = path.resolve(settings.dataDir ?? path.join(app.getPath('userData'), 'console'));
  if (app.requestSingleInstanceLock()) {
    app
      .whenReady()
      .then(() => start(dataDir, settings.serverUrl, settings.allowPlainKey))
      .catch(giveUp);
  } else app.quit();
} catch (error) {
  giveUp(error);
}

async function start(dataDir: string, serverUrl: string | null, allowPlainKey: boolean): Promise<void> {
  prepareDataDir(dataDir);
  const release = holdDataDir(dataDir);
  const key = await findKey(dataDir, allowPlainKey);
  if (key === undefined) {
    release();
    app.exit(1);
    return;
  }
  const core = startCore({
    thread: new URL('./core-thread.js', import.meta.url),
    start: {
      dataDir,
      key,
      serverUrl,
      device: { name: hostname(), platform: process.platform, appVersion: APP_VERSION },
    },
    log,
    onFatal: (reason) => {
      log(`the console cannot run: ${reason}`);
      dialog.showErrorBox(say('cannotRun', systemLanguage()), reason);
      app.exit(1);
    },
  });
  let stopped = false;
  app.on('before-quit', (event) => {
    if (stopped) return;
    // The core finishes its files first; then the same quit goes through.
    event.preventDefault();
    void core.stop().then(() => {
      stopped = true;
      release();
      app.quit();
    });
  });
  powerMonitor.on('resume', () => core.wake());
  // Started by `npm start`: when that is gone, so are we. A Windows program with a window has no standard input.
  if (process.env['KANADE_PARENT'] === '1' && process.platform !== 'win32')
    process.stdin.once('end', () => app.quit()).resume();

  lockDown(session.defaultSession, log);
  Menu.setApplicationMenu(
    process.platform === 'darwin'
      ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }])
      : null,
  );
  const gate = openIpcGate({ origin: OWN_ORIGIN, attach: () => core.attach(), log });
  const own = core.attach();
  const api = connectConsole(consoleContract, own);
  const askLook = askPageLook(own);
  serveOwnScheme(serveRenderer(path.join(out, 'renderer'), path.join(pictures, 'icon.ico'), askLook));
  // The window's first colour is the chosen one.
  nativeTheme.themeSource = (await askLook()).theme;

  const window = makeWindow({
    preload: path.join(out, 'preload', 'index.cjs'),
    icon: path.join(pictures, 'icon.png'),
    boundsFile: path.join(dataDir, 'window.json'),
    log,
    onHopeless: () => {
      dialog.showErrorBox(say('cannotRun', language), 'render-process-gone');
      app.quit();
    },
  });
  gate.admit(window.webContents);
  followWindow(window);

  let language = systemLanguage();
  const tray = openTray({ api, port: own, pictures, onOpen: () => bringForward(window), onQuit: () => app.quit() });
  followAnswer({
    port: own,
    topics: ['device'],
    ask: () => api.device.get({}),
    use: (device) => {
      language = device.language;
      tray.useLanguage(device.language);
      if (nativeTheme.themeSource !== device.theme) nativeTheme.themeSource = device.theme;
    },
    missing: () => undefined,
  });
  keepBadge({
    api,
    port: own,
    window,
    overlay: path.join(pictures, 'overlay-unread.png'),
    language: () => language,
    onCount: (count) => tray.showUnread(count),
  });
  watchForRings({ api, port: own, window, language: () => language });
  await showPage(window);
  if (process.env['KANADE_READY'] === 'json')
    process.stdout.write(`${JSON.stringify({ ready: true, url: OWN_ORIGIN })}\n`);
}

/** Closing leaves the console by the clock on Windows and macOS, where a tray or a dock can be relied on. */
function followWindow(window: BrowserWindow): void {
  let quitting = false;
  app.on('before-quit', () => {
    quitting = true;
  });
  window.on('close', (event) => {
    if (quitting || process.platform === 'linux') return;
    event.preventDefault();
    window.hide();
  });
  app.on('window-all-closed', () => app.quit());
  app.on('second-instance', () => bringForward(window));
  app.on('activate', () => bringForward(window));
}

async function findKey(dataDir: string, allowPlainKey: boolean): Promise<string | undefined> {
  try {
    return await keepSecret(dataDir, safeStorage, allowPlainKey);
  } catch (error) {
    if (!(error instanceof SecretRefused)) throw error;
    const language = systemLanguage();
    if (error.why === 'no-key-store') {
      dialog.showErrorBox(say('cannotStart', language), say('noKeyStore', language));
      return undefined;
    }
    const chosen = dialog.showMessageBoxSync({
      type: 'warning',
      message: say('keyLost', language),
      detail: say('keyLostDetail', language),
      buttons: [say('leave', language), say('goOn', language)],
      defaultId: 0,
      cancelId: 0,
    });
    if (chosen !== 1) return undefined;
    return await renewSecret(dataDir, safeStorage, allowPlainKey, { now: () => Date.now() });
  }
}

function giveUp(error: unknown): void {
  const why =
    error instanceof CannotStart ? error.message : error instanceof Error ? (error.stack ?? error.message) : 'unknown';
  dialog.showErrorBox(say('cannotStart', systemLanguage()), why);
  app.exit(1);
}
