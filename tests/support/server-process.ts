/** The real server as a process of its own, on a folder and a port that survive `kill -9`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const root = path.join(import.meta.dirname, '..', '..');

export type DemoAccount = { login: string; password: string; name: string; role: string };
export type ServerProcess = {
  readonly url: string;
  readonly pid: number;
  readonly dataDir: string;
  readonly accounts: readonly DemoAccount[];
  /** Everything it has said, for a test that failed. */
  log(): string;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** The same folder, the same port. */
  startAgain(): Promise<void>;
  /** As systemd does; gives the exit code. */
  stop(): Promise<number | null>;
};

/**
 * @param args more of the server's options, such as `--demo`
 * @param dataDir a folder that was prepared before, else a new one
 */
export async function startServerProcess(
  args: readonly string[] = ['--no-demo'],
  env: Record<string, string> = {},
  dataDir: string = mkdtempSync(path.join(tmpdir(), 'kanade-server-')),
): Promise<ServerProcess> {
  let child: ChildProcess;
  let said = '';
  let url = '';
  let accounts: DemoAccount[] = [];

  async function start(port: number): Promise<void> {
    const entry = path.join(root, 'src', 'server', 'index.ts');
    const current = spawn(
      process.execPath,
      [entry, '--data', dataDir, '--host', '127.0.0.1', '--port', String(port), ...args],
      {
        cwd: root,
        env: { ...process.env, ...env, KANADE_READY: 'json' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    child = current;
    current.stderr.on('data', (chunk: Buffer) => (said += String(chunk)));
    await new Promise<void>((resolve, reject) => {
      current.once('exit', (code) => reject(new Error(`the server ended with ${String(code)}\n${said.slice(-4_000)}`)));
      createInterface({ input: current.stdout }).on('line', (line) => {
        said += `${line}\n`;
        if (!line.startsWith('{"ready":true')) return;
        const ready = JSON.parse(line) as { url: string; demoAccounts?: DemoAccount[] };
        url = ready.url;
        accounts = ready.demoAccounts ?? [];
        resolve();
      });
    });
  }
  function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const current = child;
    if (current.exitCode !== null || current.signalCode !== null) return Promise.resolve(current.exitCode);
    return new Promise((resolve) => {
      current.once('exit', resolve);
      current.kill(signal);
    });
  }
  await start(0);
  return {
    get url() {
      return url;
    },
    get pid() {
      return child.pid ?? 0;
    },
    get accounts() {
      return accounts;
    },
    dataDir,
    log: () => said,
    kill: async () => {
      await end('SIGKILL');
    },
    startAgain: () => start(Number(new URL(url).port)),
    stop: () => end('SIGTERM'),
  };
}
