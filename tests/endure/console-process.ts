/** Starts a console as a process that can be killed, held still and started again on the same files, and speaks to it as a window does. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectConsole } from '../../src/shared/console-client.ts';
import { type ConsoleApi, consoleContract } from '../../src/shared/console-api.ts';
import type { Frame } from '../../src/shared/console-frames.ts';
import type { CoreStart } from '../../src/shared/core-start.ts';
import { eventually } from '../support/eventually.ts';

export type ConsoleProcess = {
  readonly dataDir: string;
  /** Of the process that runs now; a call to one that was killed is never answered. */
  readonly api: ConsoleApi;
  /** Ends it as a power cut of the process would: SIGKILL. */
  kill(): Promise<void>;
  startAgain(): Promise<void>;
  /** SIGSTOP and SIGCONT: the machine sleeps and wakes with its sockets as they were. */
  freeze(): void;
  thaw(): void;
  /** What its core has logged. */
  log(): string;
};

const KEY = '7e'.repeat(32);

/** @param dataDir a folder of an earlier console, else a new one */
export async function startConsoleProcess(
  serverUrl: string,
  dataDir: string = mkdtempSync(path.join(tmpdir(), 'kanade-endure-console-')),
): Promise<ConsoleProcess> {
  let child: ChildProcess | undefined;
  let api: ConsoleApi | undefined;
  let said = '';

  async function start(): Promise<void> {
    const given: CoreStart = {
      dataDir,
      key: KEY,
      serverUrl,
      device: { name: 'endure', platform: process.platform, appVersion: '0.0.0' },
    };
    const current = fork(path.join(import.meta.dirname, 'console-child.ts'), [JSON.stringify(given)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    current.stderr?.on('data', (chunk: Buffer) => (said += String(chunk)));
    // A frame to a process that was just killed is as lost as the process.
    current.on('error', () => undefined);
    child = current;
    const mine = connectConsole(consoleContract, {
      send(frame) {
        if (current.connected) current.send(frame, () => undefined);
      },
      onFrame(listener) {
        current.on('message', (frame) => listener(frame as Frame));
        return () => undefined;
      },
    });
    api = mine;
    await eventually(() => mine.session.get({}), { withinMs: 30_000, what: `a console (${said.slice(-2_000)})` });
  }

  await start();
  return {
    dataDir,
    get api() {
      if (!api) throw new Error('the console has not started');
      return api;
    },
    async kill() {
      const dying = child;
      if (!dying || dying.exitCode !== null || dying.signalCode !== null) return;
      await new Promise<void>((resolve) => {
        dying.once('exit', () => resolve());
        dying.kill('SIGKILL');
      });
    },
    startAgain: start,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    log: () => said,
  };
}
