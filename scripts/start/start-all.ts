/**
 * Carries out `npm start`: folder, build, server, console, and the end of all of them. What it starts and where comes
 * from its caller, so that a test can give it small children.
 */
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { FolderHeld, holdDataDir } from '../../src/main/host/hold-data-dir.ts';
import { type Child, startChild } from './child.ts';
import type { FoundElectron, NoElectron } from './find-electron.ts';
import type { StartOptions } from './read-start-options.ts';
import { Refused } from './refused.ts';
import { sentence, type StartLanguage, type StartWord } from './words.ts';

export type StartEnvironment = {
  root: string;
  language: StartLanguage;
  env: Readonly<Record<string, string | undefined>>;
  serverEntry: string;
  browserHostEntry: string;
  /** Folder of the package that Electron runs. */
  electronApp: string;
  build(say: () => void): Promise<void>;
  findElectron(isWished: boolean): Promise<FoundElectron>;
  write(text: string): void;
  writeError(text: string): void;
};

const serverReadySchema = z.object({
  ready: z.literal(true),
  url: z.string(),
  demoAccounts: z
    .array(z.object({ login: z.string(), password: z.string(), name: z.string(), role: z.string() }))
    .default([]),
});
const consoleReadySchema = z.object({ ready: z.literal(true), url: z.string() });

/** Runs until everything has ended; gives the exit code. @throws Refused before anything was started */
export async function startAll(options: StartOptions, given: StartEnvironment): Promise<number> {
  const { language, env } = given;
  const words = (word: StartWord, a?: string, b?: string): string => sentence(language, word, a, b);
  const say = (text: string): void => given.write(`${text}\n`);
  const dataDir = path.resolve(options.dataDir);
  prepare(dataDir, words);
  const release = hold(dataDir, words);
  const children: Child[] = [];
  let stopped: Promise<void> | undefined;
  // The console first, so that it says goodbye to a server that still listens.
  const stopAll = (): Promise<void> =>
    (stopped ??= children
      .reduceRight((last, child) => last.then(() => child.stop()), Promise.resolve())
      .finally(release));
  const asking = new AbortController();
  const asked = new Promise<'asked'>((resolve) => asking.signal.addEventListener('abort', () => resolve('asked')));
  const onSignal = (): void => asking.abort();
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);

  /** Waits for a child's first word, for its end, or for Ctrl+C. */
  async function untilReady<T>(child: Child, ready: Promise<T>, died: StartWord): Promise<T | undefined> {
    const first = await Promise.race([ready.then((value) => ({ value })), child.ended, asked]);
    if (typeof first === 'object') return first.value;
    if (first === 'asked') return undefined;
    throw new Refused(child.lastWords() || words(died, String(first)));
  }

  try {
    await given
      .build(() => say(words('building')))
      .catch((error: unknown) => {
        throw error instanceof Refused ? new Refused(words('buildFailed', error.message)) : error;
      });
    const consolePort = options.port === 0 ? 0 : options.port + 1;
    if (options.serverUrl === undefined) await checkPort(options.port, words);

    let serverUrl = options.serverUrl;
    let accounts: z.output<typeof serverReadySchema>['demoAccounts'] = [];
    let server: Child | undefined;
    if (serverUrl === undefined) {
      say(words(options.demo && !existsSync(path.join(dataDir, 'server')) ? 'startingFirst' : 'startingServer'));
      const ready = Promise.withResolvers<z.output<typeof serverReadySchema>>();
      server = startChild({
        command: process.execPath,
        args: [
          given.serverEntry,
          '--data',
          path.join(dataDir, 'server'),
          '--host',
          '127.0.0.1',
          '--port',
          String(options.port),
          options.demo ? '--demo' : '--no-demo',
          ...(options.demoTraffic ? ['--demo-traffic'] : []),
        ],
        cwd: given.root,
        env: { ...env, KANADE_READY: 'json', KANADE_PARENT: '1' },
        logFile: path.join(dataDir, 'logs', 'server.log'),
        onLine: (line) => {
          const found = readJson(line, serverReadySchema);
          if (found) ready.resolve(found);
        },
      });
      children.push(server);
      const found = await untilReady(server, ready.promise, 'serverDied');
      if (!found) return 0;
      serverUrl = found.url;
      accounts = found.demoAccounts;
      say(`\n${words('server', serverUrl, path.join(dataDir, 'server'))}`);
    } else say(`\n${words('otherServer', serverUrl)}`);

    const electron = options.host === 'browser' ? undefined : await given.findElectron(options.host === 'electron');
    let window: Child | undefined;
    let whyNot = electron && 'why' in electron ? electron.why : undefined;
    if (electron && 'executable' in electron) {
      window = await openWindow(electron.executable, serverUrl);
      whyNot = window ? undefined : 'notStarted';
    }
    if (asking.signal.aborted) return 0;
    if (options.host === 'electron' && !window) throw new Refused(words('noElectron', words(whyNot ?? 'notStarted')));
    const consoleChild = window ?? (await openBrowserHost(serverUrl, consolePort, whyNot));
    if (!consoleChild) return 0;
    if (accounts.length > 0) {
      say(words('shop', `${serverUrl}/demo/shop`));
      say(
        `${words('demo')}\n${table(accounts.map(({ login, password, name, role }) => [login, password, name, role]))}`,
      );
    }
    say(`\n${words(window ? 'keysElectron' : 'keys')}`);

    const first = await Promise.race([
      asked,
      consoleChild.ended.then((code) => ({ what: 'consoleDied' as const, code, child: consoleChild })),
      ...(server ? [server.ended.then((code) => ({ what: 'serverDied' as const, code, child: server }))] : []),
    ]);
    if (first === 'asked') {
      say(words('stopping'));
      return 0;
    }
    // A window that a person closed is no failure.
    if (first.what === 'consoleDied' && first.code === 0) return 0;
    given.writeError(`${words(first.what, first.child.lastWords() || String(first.code))}\n`);
    return 1;
  } finally {
    await stopAll();
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }

  function consoleSettings(serverUrl: string): Record<string, string | undefined> {
    // The demo keeps its key in a file where the system has no key store: nobody's customers are in it.
    const isDemo = options.demo && options.serverUrl === undefined;
    const settings = { ...env, KANADE_SERVER: serverUrl, KANADE_READY: 'json', KANADE_PARENT: '1' };
    return isDemo ? { ...settings, KANADE_ALLOW_PLAIN_KEY: '1' } : settings;
  }

  /** Undefined when Electron is there and does not start (a library is missing, say), or when Ctrl+C came first. */
  async function openWindow(executable: string, serverUrl: string): Promise<Child | undefined> {
    // Each host has a folder of its own: their keys are kept in different places.
    const own = path.join(dataDir, 'console-electron');
    const ready = Promise.withResolvers<true>();
    const child = startChild({
      command: executable,
      args: [given.electronApp],
      cwd: given.root,
      env: { ...consoleSettings(serverUrl), KANADE_DATA: own },
      logFile: path.join(dataDir, 'logs', 'console.log'),
      onLine: (line) => {
        if (readJson(line, consoleReadySchema)) ready.resolve(true);
      },
    });
    children.push(child);
    if ((await Promise.race([ready.promise, child.ended, asked])) !== true) return undefined;
    say(words('electron', own));
    return child;
  }

  async function openBrowserHost(
    serverUrl: string,
    port: number,
    whyNot: NoElectron | undefined,
  ): Promise<Child | undefined> {
    await checkPort(port, words);
    const own = path.join(dataDir, 'console-browser');
    let isFirst = true;
    const ready = Promise.withResolvers<string>();
    const child = startChild({
      command: process.execPath,
      args: [given.browserHostEntry, '--data', own, '--port', String(port)],
      cwd: given.root,
      env: consoleSettings(serverUrl),
      logFile: path.join(dataDir, 'logs', 'console.log'),
      onLine: (line) => {
        const found = readJson(line, consoleReadySchema);
        if (!found) return;
        if (!isFirst) say(words('newLink', found.url));
        isFirst = false;
        ready.resolve(found.url);
      },
    });
    children.push(child);
    const url = await untilReady(child, ready.promise, 'consoleDied');
    if (url === undefined) return undefined;
    say(words('browser', url, own));
    if (whyNot !== undefined) say(words('whyBrowser', words(whyNot)));
    createInterface({ input: process.stdin }).on('line', () => child.type(''));
    return child;
  }
}

type Say = (word: StartWord, a?: string, b?: string) => string;

function prepare(dataDir: string, words: Say): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Refused(
      words('dirUnwritable', dataDir, error instanceof Error && 'code' in error ? String(error.code) : '?'),
    );
  }
}

function hold(dataDir: string, words: Say): () => void {
  try {
    return holdDataDir(dataDir);
  } catch (error) {
    if (error instanceof FolderHeld) throw new Refused(words('dirHeld', dataDir, String(error.pid)));
    throw error;
  }
}

/** Listens for a moment: a sentence before anything is started is better than a child's last words. */
function checkPort(port: number, words: Say): Promise<void> {
  if (port === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', () => reject(new Refused(words('portTaken', String(port)))));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
  });
}

function readJson<T>(line: string, schema: z.ZodType<T>): T | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return schema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** Kana, kanji and full-width forms, which a terminal draws two columns wide. */
const WIDE = /[\u3000-\u9fff\uf900-\ufaff\uff01-\uff60]/g;

/** Columns side by side; a Japanese character is two columns wide. */
function table(rows: readonly (readonly string[])[]): string {
  const width = (text: string): number => text.length + (text.match(WIDE)?.length ?? 0);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ''))));
  return rows
    .map(
      (row) =>
        `            ${row
          .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell) + 2))
          .join('')
          .trimEnd()}`,
    )
    .join('\n');
}
