import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../../../tests/support/eventually.ts';
import { EVERYTHING, type Frame } from '../../shared/console-frames.ts';
import { type Core, startCore } from './start-core.ts';

/** A thread that answers by echo and can be told to die, to hang and to give up. */
const THREAD = `
import { parentPort, workerData } from 'node:worker_threads';
let hangs = false;
parentPort.postMessage({ t: 'started' });
parentPort.on('message', (message) => {
  if (message.t === 'stop' && !hangs) { parentPort.postMessage({ t: 'stopped' }); setInterval(() => undefined, 1000); }
  if (message.t !== 'attach') return;
  message.port.on('message', (frame) => {
    if (frame.method === 'test.die') throw new Error('told to die');
    if (frame.method === 'test.hang') hangs = true;
    if (frame.method === 'test.giveUp') { parentPort.postMessage({ t: 'fatal', reason: 'written by a newer version' }); return; }
    message.port.postMessage({ t: 'reply', id: frame.id, ok: true, output: { input: frame.input, serverUrl: workerData.serverUrl } });
  });
});`;
const file = path.join(mkdtempSync(path.join(tmpdir(), 'start-core-')), 'thread.mjs');
writeFileSync(file, THREAD);

const running: Core[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((core) => core.stop()));
});

function start() {
  const lines: string[] = [];
  const fatal: string[] = [];
  const core = startCore({
    thread: pathToFileURL(file),
    start: {
      dataDir: '/nowhere',
      key: '00',
      serverUrl: 'http://127.0.0.1:1',
      device: { name: 'test', platform: 'test', appVersion: '0' },
    },
    log: (line) => lines.push(line),
    onFatal: (reason) => fatal.push(reason),
    restartAfterMs: [5],
  });
  running.push(core);
  const open = () => {
    const wire = core.attach();
    const heard: Frame[] = [];
    wire.onFrame((frame) => heard.push(frame));
    const call = (id: number, method: string, input: unknown = {}): void => wire.send({ t: 'call', id, method, input });
    return {
      wire,
      heard,
      call,
      replyTo: (id: number) => eventually(() => heard.find((frame) => frame.t === 'reply' && frame.id === id)),
    };
  };
  return { core, lines, fatal, open };
}

test('each window has a wire of its own, and frames pass untouched', async () => {
  const { open } = start();
  const first = open();
  const second = open();
  first.call(1, 'a.b', { 文: 'あ', n: [1, null] });
  expect(await first.replyTo(1)).toEqual({
    t: 'reply',
    id: 1,
    ok: true,
    output: { input: { 文: 'あ', n: [1, null] }, serverUrl: 'http://127.0.0.1:1' },
  });
  expect(second.heard).toEqual([]);
});

test('a core that dies is started again, every window hears that all is stale, and its wire works again', async () => {
  const { open, lines } = start();
  const window = open();
  const other = open();
  window.call(1, 'test.die');
  const stale: Frame = { t: 'stale', topics: [EVERYTHING] };
  await eventually(() => other.heard.filter((frame) => frame.t === 'stale').length >= 2);
  expect(other.heard).toContainEqual(stale);
  window.call(2, 'a.b');
  expect(await window.replyTo(2)).toMatchObject({ ok: true });
  const log = lines.join('\n');
  expect(log).toMatch(/core died: Error\n\s+at .*thread\.mjs/);
  expect(log).not.toContain('told to die');
});

test('a call while the core is away is refused at once', async () => {
  const { open } = start();
  const window = open();
  const away = new Promise<void>((resolve) => {
    window.wire.onFrame((frame) => {
      if (frame.t === 'stale') resolve();
    });
  });
  window.call(1, 'test.die');
  await away;
  window.call(2, 'a.b');
  expect(await window.replyTo(2)).toMatchObject({ ok: false, refusal: { why: 'failed' } });
});

test('a core that cannot run at all is not started again, and its reason is passed on', async () => {
  const { core, open, fatal, lines } = start();
  open().call(1, 'test.giveUp');
  await eventually(() => fatal.length === 1);
  expect(fatal).toEqual(['written by a newer version']);
  expect(lines).toEqual([]);
  await core.stop();
});

test('a core that has stopped is ended even when something keeps its thread alive', async () => {
  const { core, open, lines } = start();
  const window = open();
  window.call(1, 'a.b');
  await window.replyTo(1);
  const began = performance.now();
  await core.stop();
  expect(performance.now() - began).toBeLessThan(2_000);
  expect(lines).toEqual([]);
});

test('a window that is gone hears nothing more', async () => {
  const { open } = start();
  const gone = open();
  const here = open();
  gone.call(1, 'a.b');
  gone.wire.detach();
  here.call(1, 'a.b');
  await here.replyTo(1);
  expect(gone.heard).toEqual([]);
});
