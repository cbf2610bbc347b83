/**
 * A child of `npm start`: read line by line, logged to a file, stopped politely and then not. What it says before it is
 * ready is kept, to explain why it ended.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const STOP_WITHIN_MS = 15_000;
const KEPT_LINES = 6;

export type ChildOptions = {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  logFile: string;
  onLine?(line: string): void;
};

export type Child = {
  /** Exit code, or the signal's name, once it has ended. */
  readonly ended: Promise<number | string>;
  /** The last lines of standard error that a person can read. */
  lastWords(): string;
  /** Types a line into it. */
  type(line: string): void;
  stop(): Promise<void>;
};

export function startChild({ command, args, cwd, env, logFile, onLine }: ChildOptions): Child {
  mkdirSync(path.dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  const child: ChildProcess = spawn(command, [...args], {
    cwd,
    env: { ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    // Out of the terminal's group: Ctrl+C reaches only this program, which stops its children in order and once each.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const words: string[] = [];
  const ended = new Promise<number | string>((resolve) => {
    child.once('error', (error) => {
      words.push(error.message);
      resolve(1);
    });
    // 'close' and not 'exit': only then has everything it said been read.
    child.once('close', (code, signal) => resolve(code ?? signal ?? 1));
  });
  const read = (stream: NodeJS.ReadableStream | null, use: (line: string) => void): void => {
    if (!stream) return;
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`);
      use(line);
    });
  };
  read(child.stdout, (line) => onLine?.(line));
  read(child.stderr, (line) => {
    if (line.trim() === '' || line.startsWith('{')) return;
    words.push(line);
    words.splice(0, words.length - KEPT_LINES);
  });
  child.stdin?.on('error', () => undefined);
  void ended.then(() => log.end());
  return {
    ended,
    lastWords: () => words.join('\n'),
    type: (line) => child.stdin?.write(`${line}\n`),
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await ended;
      clearTimeout(late);
    },
  };
}
