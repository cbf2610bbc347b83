/**
 * Starts the Chromium that shows the windows and speaks the DevTools protocol with it. It knows nothing of Electron.
 * Playwright connects to the same Chromium by the line "DevTools listening on …", which is passed on.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { CDPSession } from '@playwright/test';
import { chromiumArgs, findBrowser } from '../../support/browser.ts';

/** One target of Chromium, or Chromium itself: commands out, events in, typed by Playwright's protocol types. */
export type Session = Pick<CDPSession, 'send' | 'on'>;
export type Chromium = {
  readonly browser: Session;
  sessionOf(sessionId: string): Session;
  /** Closes Chromium and waits until it is gone. */
  close(): Promise<void>;
  killNow(): void;
};

type Reply = {
  id?: number;
  sessionId?: string;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { message: string };
};

const CLOSE_WITHIN_MS = 5000;

/**
 * @param profile folder for Chromium's own files
 * @param switches what the app appended to its command line, e.g. `autoplay-policy=…`
 * @param onGone called when Chromium ends without having been closed
 */
export async function startChromium(
  profile: string,
  switches: readonly string[],
  onGone: () => void,
): Promise<Chromium> {
  const found = await findBrowser();
  const child = spawn(
    found.executablePath,
    [
      ...chromiumArgs,
      '--headless=new',
      ...switches.map((name) => `--${name}`),
      '--remote-debugging-port=0',
      '--remote-debugging-pipe',
      `--user-data-dir=${profile}`,
      '--no-startup-window',
      '--no-first-run',
      '--disable-extensions',
      '--disable-component-update',
      '--disable-background-networking',
      '--disable-sync',
    ],
    // The two extra pipes are only there so that Chromium ends with this process, however it ends (kill -9 too).
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'], env: { ...process.env, ...found.env } },
  );
  let closing = false;
  child.on('exit', () => {
    if (!closing) onGone();
  });
  const endpoint = await readEndpoint(child);
  const socket = new WebSocket(endpoint);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => {
      resolve();
    });
    socket.addEventListener('error', () => {
      reject(new Error('electron stand-in: no answer from Chromium'));
    });
  });
  process.stderr.write(`\nDevTools listening on ${endpoint}\n`);

  const waiting = new Map<number, { method: string; resolve(result: unknown): void; reject(error: Error): void }>();
  const listeners = new Map<string, EventEmitter>();
  let lastId = 0;
  socket.addEventListener('message', (event) => {
    const message = JSON.parse(String(event.data)) as Reply;
    if (message.id === undefined) {
      if (message.method !== undefined) listeners.get(message.sessionId ?? '')?.emit(message.method, message.params);
      return;
    }
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) call?.reject(new Error(`${call.method}: ${message.error.message}`));
    else call?.resolve(message.result);
  });
  const sessionOf = (sessionId: string): Session => {
    const emitter = listeners.get(sessionId) ?? new EventEmitter();
    listeners.set(sessionId, emitter);
    const send = (method: string, params: unknown = {}): Promise<unknown> =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { method, resolve, reject });
        socket.send(JSON.stringify({ id: lastId, method, params, ...(sessionId === '' ? {} : { sessionId }) }));
      });
    const session = {
      send,
      on: (event: string, listener: (params: unknown) => void) => (emitter.on(event, listener), session),
    };
    return session as unknown as Session;
  };
  const browser = sessionOf('');
  return {
    browser,
    sessionOf,
    async close() {
      closing = true;
      const gone = new Promise<void>((resolve) =>
        child.once('exit', () => {
          resolve();
        }),
      );
      void browser.send('Browser.close').catch(() => undefined);
      const late = setTimeout(() => child.kill('SIGKILL'), CLOSE_WITHIN_MS);
      if (child.exitCode === null) await gone;
      clearTimeout(late);
    },
    killNow() {
      closing = true;
      child.kill('SIGKILL');
    },
  };
}

function readEndpoint(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += String(chunk);
      const found = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`electron stand-in: Chromium ended with ${String(code)}\n${said}`));
    });
  });
}
