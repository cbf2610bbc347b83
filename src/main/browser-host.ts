/**
 * The plain Node host: the same core and the same window as under Electron, in a browser on this computer. Composition
 * root, nothing else. Says its link on standard output, as one JSON line when KANADE_READY=json; Enter gives a new one.
 */
import { hostname } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { APP_VERSION } from './host/app-version.ts';
import { askPageLook } from './host/ask-page-look.ts';
import { holdDataDir } from './host/hold-data-dir.ts';
import { keepEntries } from './host/loopback/entries.ts';
import { readKeyFile } from './host/key-file.ts';
import { openLoopback } from './host/loopback/loopback-server.ts';
import { CannotStart, prepareDataDir, readSettings } from './host/read-settings.ts';
import { serveRenderer } from './host/serve-renderer.ts';
import { startCore } from './host/start-core.ts';

/** Of the built file in out/main. */
const beside = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const log = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

async function start(): Promise<void> {
  const settings = readSettings(process.argv.slice(2), process.env);
  const dataDir = path.resolve(settings.dataDir ?? 'kanade-data');
  prepareDataDir(dataDir);
  const release = holdDataDir(dataDir);
  const core = startCore({
    thread: new URL('./core-thread.js', import.meta.url),
    start: {
      dataDir,
      key: readKeyFile(dataDir),
      serverUrl: settings.serverUrl,
      device: { name: hostname(), platform: process.platform, appVersion: APP_VERSION },
    },
    log,
    onFatal: (reason) => {
      log(`The console cannot run: ${reason}`);
      void end(1);
    },
  });
  const own = core.attach();
  const loopback = await openLoopback({
    port: settings.port,
    entries: keepEntries(path.join(dataDir, 'browser-sessions.json'), { now: () => Date.now() }),
    page: serveRenderer(beside('../renderer/'), beside('../../resources/icon.ico'), askPageLook(own)),
    attach: () => core.attach(),
    log,
  });

  let ending = false;
  async function end(code: number): Promise<void> {
    if (ending) return;
    ending = true;
    await loopback.close();
    await core.stop();
    release();
    process.exit(code);
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(0));

  const sayLink = (): void => {
    const url = loopback.newLink();
    process.stdout.write(
      process.env['KANADE_READY'] === 'json' ? `${JSON.stringify({ ready: true, url })}\n` : `Kanade: ${url}\n`,
    );
  };
  sayLink();
  const typed = createInterface({ input: process.stdin });
  typed.on('line', sayLink);
  // Started by another program that is gone, however it went: nobody would stop this one.
  if (process.env['KANADE_PARENT'] === '1') typed.on('close', () => void end(0));
}

start().catch((error: unknown) => {
  log(
    error instanceof CannotStart
      ? error.message
      : `The console could not start: ${error instanceof Error ? (error.stack ?? error.message) : 'unknown'}`,
  );
  process.exit(1);
});
