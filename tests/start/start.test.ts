import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';

const script = path.join(import.meta.dirname, 'run-start.ts');
const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

type Run = {
  child: ChildProcess;
  folder: string;
  out(): string;
  err(): string;
  journal(): string[];
  ended: Promise<number | null>;
};

function start(
  args: string[],
  { folder = mkdtempSync(path.join(tmpdir(), 'start-')), fake = {}, electron = false } = {},
): Run {
  const child = spawn(process.execPath, [script, folder, '--port', '0', '--data', path.join(folder, 'data'), ...args], {
    // A group of its own, as a terminal gives it.
    detached: true,
    env: { ...process.env, KANADE_FAKE: JSON.stringify(fake), KANADE_FAKE_ELECTRON: electron ? '1' : '0' },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => (err += String(chunk)));
  open.push(() => child.kill('SIGKILL'));
  return {
    child,
    folder,
    out: () => out,
    err: () => err,
    journal: () =>
      existsSync(path.join(folder, 'journal'))
        ? readFileSync(path.join(folder, 'journal'), 'utf8').trim().split('\n')
        : [],
    ended: new Promise((resolve) => child.once('close', resolve)),
  };
}
const isUp = (run: Run): Promise<boolean> =>
  eventually(() => run.out().includes('Ctrl+C'), { what: `the start\n${run.out()}${run.err()}` });

test('server first, then the browser host with a reason, the link and the accounts; Ctrl+C stops both, console first', async () => {
  const run = start([]);
  await isUp(run);
  expect(run.out()).toContain('http://127.0.0.1:4801/?token=1');
  expect(run.out()).toContain('Electron cannot be used (there is no display)');
  expect(run.out()).toMatch(/sato\s+haruka-sato\s+佐藤 美咲\s+agent/);
  run.child.kill('SIGINT');
  expect(await run.ended).toBe(0);
  expect(run.journal().map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'server started',
    'console started',
    'console stopped',
    'server stopped',
  ]);
  expect(existsSync(path.join(run.folder, 'data', 'lock'))).toBe(false);
});

test('Ctrl+C in a terminal goes to the whole group, and still each part is stopped once and in order', async () => {
  const run = start([]);
  await isUp(run);
  process.kill(-(run.child.pid ?? 0), 'SIGINT');
  expect(await run.ended).toBe(0);
  expect(run.journal().slice(2)).toEqual(['console stopped', 'server stopped']);
});

test('Enter gives a new link', async () => {
  const run = start([]);
  await isUp(run);
  run.child.stdin?.write('\n');
  await eventually(() => run.out().includes('token=2'));
});

test('the options reach the server; without the demo there are no accounts', async () => {
  const run = start(['--no-demo']);
  await isUp(run);
  expect(run.journal()[0]).toMatch(/--data \S+server --host 127\.0\.0\.1 --port 0 --no-demo$/);
  expect(run.out()).not.toContain('sato');
  const traffic = start(['--demo-traffic']);
  await isUp(traffic);
  expect(traffic.journal()[0]).toMatch(/--demo --demo-traffic$/);
});

test('with --server nothing is served from here', async () => {
  const run = start(['--server', 'https://kanade.example.jp']);
  await isUp(run);
  expect(run.journal()).toHaveLength(1);
  expect(run.out()).toContain('https://kanade.example.jp (elsewhere');
});

test('where Electron is, its window is opened on the app, and closing it stops everything', async () => {
  const run = start([], { electron: true });
  await isUp(run);
  expect(run.journal()[1]).toBe('electron started the-app');
  run.child.kill('SIGTERM');
  expect(await run.ended).toBe(0);
  expect(run.journal().slice(2)).toEqual(['electron stopped', 'server stopped']);
});

test('an Electron that does not start gives way to the browser host, with the reason', async () => {
  const run = start([], {
    electron: true,
    fake: { electron: { refuse: 'error while loading shared libraries: libgtk-3.so.0' } },
  });
  await isUp(run);
  expect(run.out()).toContain('Electron cannot be used (it did not start)');
  expect(run.out()).toContain('token=1');
});

test('--host electron where there is none is refused with a remedy, and the server is stopped again', async () => {
  const run = start(['--host', 'electron']);
  expect(await run.ended).toBe(1);
  expect(run.err()).toContain('--host browser works');
  expect(run.journal().at(-1)).toBe('server stopped');
});

test('a taken port gives a sentence and exit code 1 before anything is started', async () => {
  const taken: Server = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  open.push(() => void taken.close());
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const run = start(['--port', String(port)]);
  expect(await run.ended).toBe(1);
  expect(run.err().trim()).toBe(
    `Port ${String(port)} is taken by another program. Choose another one with --port (0 takes any free one).`,
  );
  expect(run.journal()).toEqual([]);
});

test('a folder that cannot be written gives a sentence and exit code 1', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'start-'));
  writeFileSync(path.join(folder, 'file'), '');
  const run = start(['--data', path.join(folder, 'file', 'data')], { folder });
  expect(await run.ended).toBe(1);
  expect(run.err()).toMatch(/The folder \S+ cannot be written \(ENOTDIR\)\. Choose another one with --data/);
});

test('a second start on the same folder is told who has it; after kill -9 the folder is free again', async () => {
  const first = start([]);
  await isUp(first);
  const second = start([], { folder: first.folder });
  expect(await second.ended).toBe(1);
  expect(second.err()).toContain(`Another Kanade (process ${String(first.child.pid)}) is running on`);
  first.child.kill('SIGKILL');
  await first.ended;
  await isUp(start([], { folder: first.folder }));
});

test('what a child says when it cannot start is said on, without its log', async () => {
  const run = start([], { fake: { server: { refuse: 'The database is of a newer version.' } } });
  expect(await run.ended).toBe(1);
  expect(run.err().trim()).toBe('The database is of a newer version.');
  expect(readFileSync(path.join(run.folder, 'data', 'logs', 'server.log'), 'utf8')).toContain('a line of the log');
});

test('when one part dies the other is stopped, the reason is said, and the exit code is 1', async () => {
  const run = start([], { fake: { server: { dieAfterMs: 300 } } });
  expect(await run.ended).toBe(1);
  expect(run.err()).toContain('The server has stopped. the disk is full');
  expect(run.journal().at(-1)).toBe('console stopped');
});
