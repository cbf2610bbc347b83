/**
 * One console in a journey, on the host that the Playwright project names: 'electron' through the stand-in (or real
 * Electron, with REAL_ELECTRON set), 'browser' through the browser host. Both can be killed and started again on the
 * same folder.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { _electron, test as base, type Browser, type ElectronApplication, type Page } from '@playwright/test';

const root = path.join(import.meta.dirname, '..', '..');
const standin = path.join(root, 'tests', 'electron-standin', 'electron');

export type Host = 'electron' | 'browser';
export type ConsoleSettings = { serverUrl: string; dataDir?: string; env?: Record<string, string> };

export type RunningConsole = {
  readonly host: Host;
  readonly dataDir: string;
  /** Of the host, which the core lives in. */
  readonly pid: number;
  /** The desk's page; another one after `startAgain`. */
  readonly page: Page;
  /** Main side of Electron, for what is beside the window: badge, tray, opened links. Undefined in a browser. */
  readonly electron: ElectronApplication | undefined;
  /** What the host has said, for a test that failed. */
  log(): string;
  /** `kill -9` of the host with everything in it; the files stay. */
  kill(): Promise<void>;
  startAgain(): Promise<void>;
  /** An orderly end. */
  stop(): Promise<void>;
};

type Session = {
  page: Page;
  pid: number;
  electron: ElectronApplication | undefined;
  kill(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts a console. The page is there; whether the desk or the sign-in stands on it is the journey's business. */
export async function openConsole(host: Host, browser: Browser, settings: ConsoleSettings): Promise<RunningConsole> {
  const dataDir = settings.dataDir ?? mkdtempSync(path.join(tmpdir(), 'kanade-console-'));
  let said = '';
  const hear = (child: ChildProcess): void => {
    child.stderr?.on('data', (chunk: Buffer) => (said += String(chunk)));
  };
  const env = { ...process.env, ...settings.env, KANADE_DATA: dataDir, KANADE_SERVER: settings.serverUrl } as Record<
    string,
    string
  >;
  const start = (): Promise<Session> =>
    host === 'electron' ? startElectron(env, hear) : startBrowserHost(env, hear, browser);
  let session = await start();
  let isUp = true;
  return {
    host,
    dataDir,
    get pid() {
      return session.pid;
    },
    get page() {
      return session.page;
    },
    get electron() {
      return session.electron;
    },
    log: () => said,
    async kill() {
      isUp = false;
      await session.kill();
    },
    async startAgain() {
      session = await start();
      isUp = true;
    },
    async stop() {
      if (isUp) await session.stop();
      isUp = false;
    },
  };
}

async function startElectron(env: Record<string, string>, hear: (child: ChildProcess) => void): Promise<Session> {
  const electron = await _electron.launch({
    ...(process.env['REAL_ELECTRON'] ? {} : { executablePath: standin }),
    args: [root],
    cwd: root,
    env,
    timezoneId: 'Asia/Tokyo',
    locale: 'ja-JP',
  });
  const child = electron.process();
  hear(child);
  const page = await electron.firstWindow();
  // The window is there before our page is.
  await page.waitForURL((url) => url.protocol !== 'about:');
  return {
    page,
    pid: child.pid ?? 0,
    electron,
    async kill() {
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      // Playwright starts it as the head of a process group: the group is main, Chromium and its pages.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await gone;
    },
    stop: () => electron.close(),
  };
}

async function startBrowserHost(
  env: Record<string, string>,
  hear: (child: ChildProcess) => void,
  browser: Browser,
): Promise<Session> {
  const child = spawn(process.execPath, [path.join(root, 'out', 'main', 'browser-host.js')], {
    cwd: root,
    env: { ...env, KANADE_READY: 'json' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  hear(child);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const link = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the browser host ended with ${String(code)}`)));
    createInterface({ input: child.stdout }).on('line', (line) => resolve((JSON.parse(line) as { url: string }).url));
  });
  const context = await browser.newContext({
    locale: 'ja-JP',
    timezoneId: 'Asia/Tokyo',
    viewport: { width: 1440, height: 900 },
  });
  const page = await context.newPage();
  await page.goto(link);
  // The link leads on to the desk by itself.
  await page.waitForURL((url) => url.search === '');
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    child.kill(signal);
    await gone;
    await context.close();
  };
  return { page, pid: child.pid ?? 0, electron: undefined, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}

/**
 * `test` for journeys: `host` says which one this project runs on, `startConsole` starts a console there. Every console
 * is stopped when the test ends; what a failed one said is attached.
 */
export const test = base.extend<{ host: Host; startConsole: (settings: ConsoleSettings) => Promise<RunningConsole> }>({
  host: async ({ browserName: _browserName }, use, info) => {
    await use(info.project.name === 'browser' ? 'browser' : 'electron');
  },
  startConsole: async ({ browser, host }, use, info) => {
    const running: RunningConsole[] = [];
    await use(async (settings) => {
      const started = await openConsole(host, browser, settings);
      running.push(started);
      return started;
    });
    for (const [index, one] of running.entries()) {
      if (info.status !== info.expectedStatus)
        await info.attach(`console-${String(index)}.log`, { body: one.log(), contentType: 'text/plain' });
      await one.stop();
    }
  },
});
