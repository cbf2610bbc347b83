import { mkdtempSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../../../../tests/support/eventually.ts';
import type { Frame } from '../../../shared/console-frames.ts';
import type { CoreWire } from '../start-core.ts';
import { keepEntries } from './entries.ts';
import { type Loopback, openLoopback, SOCKET_PATH } from './loopback-server.ts';

type Wire = CoreWire & { got: Frame[]; tell(frame: Frame): void; detached: boolean };
type Answer = { status: number; text: string; cookie: string | undefined };

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

async function open({
  now = (): number => 1_000_000,
  mostBytes = 100_000,
  file = path.join(mkdtempSync(path.join(tmpdir(), 'loopback-')), 'sessions.json'),
} = {}) {
  const wires: Wire[] = [];
  const log: string[] = [];
  const loopback = await openLoopback({
    port: 0,
    mostBytes,
    entries: keepEntries(file, { now }),
    page: (pathname) =>
      Promise.resolve({
        status: 200,
        headers: { 'content-type': 'text/plain' },
        body: Buffer.from(`window ${pathname}`),
      }),
    attach() {
      const listeners: ((frame: Frame) => void)[] = [];
      const wire: Wire = {
        got: [],
        detached: false,
        tell: (frame) => listeners.forEach((listener) => listener(frame)),
        send(frame) {
          wire.got.push(frame);
          if (frame.t === 'call') wire.tell({ t: 'reply', id: frame.id, ok: true, output: frame.input });
        },
        onFrame(listener) {
          listeners.push(listener);
          return () => undefined;
        },
        detach() {
          wire.detached = true;
        },
      };
      wires.push(wire);
      return wire;
    },
    log: (line) => log.push(line),
  });
  ending.push(() => loopback.close());
  return { loopback, wires, log, file };
}

/** node:http and not fetch: fetch does not let a test lie about Host and Origin. */
function ask(
  loopback: Loopback,
  address: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: loopback.port, path: address, method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += String(chunk)));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, cookie: response.headers['set-cookie']?.[0] }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

async function signIn(loopback: Loopback): Promise<string> {
  const { cookie } = await ask(loopback, loopback.newLink().slice(loopback.origin.length));
  return (cookie ?? '').split(';')[0] ?? '';
}

function dial(loopback: Loopback, headers: Record<string, string>): Socket {
  const socket = io(loopback.origin, {
    path: SOCKET_PATH,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: headers,
  });
  ending.push(() => socket.close());
  return socket;
}
const outcome = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.once('connect_error', () => resolve('refused'));
  });

test('the link works once; its session is a cookie that scripts and other sites cannot use', async () => {
  const { loopback, file } = await open();
  const link = loopback.newLink().slice(loopback.origin.length);
  const first = await ask(loopback, link);
  expect(first.status).toBe(200);
  expect(first.cookie).toMatch(/^kanade-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
  const second = await ask(loopback, link);
  expect([second.status, second.cookie]).toEqual([401, undefined]);
  expect(second.text).toContain('使用済み');
  const cookie = (first.cookie ?? '').split(';')[0] ?? '';
  expect((await ask(loopback, '/', { cookie })).text).toBe('window /');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a new link makes the unused one before it worthless', async () => {
  const { loopback } = await open();
  const before = loopback.newLink().slice(loopback.origin.length);
  loopback.newLink();
  expect((await ask(loopback, before)).status).toBe(401);
});

test('without a session, with a wrong token or a made-up cookie, nothing of the window is given', async () => {
  const { loopback } = await open();
  loopback.newLink();
  for (const [address, headers] of [
    ['/', {}],
    ['/assets/index.js', {}],
    ['/?token=wrong', {}],
    ['/?token=', {}],
    ['/', { cookie: `kanade-${String(loopback.port)}=${'a'.repeat(43)}` }],
    ['/', { cookie: '=;;;=' }],
  ] as [string, Record<string, string>][]) {
    const answer = await ask(loopback, address, headers);
    expect([address, answer.status, answer.text.includes('window')]).toEqual([address, 401, false]);
  }
});

test('a foreign Host, a foreign Origin and any method but GET are refused, session or not', async () => {
  const { loopback } = await open();
  const cookie = await signIn(loopback);
  expect((await ask(loopback, '/', { cookie, host: `evil.example:${String(loopback.port)}` })).status).toBe(421);
  expect((await ask(loopback, '/', { cookie, host: `localhost:${String(loopback.port)}` })).status).toBe(421);
  expect((await ask(loopback, '/', { cookie, origin: 'https://evil.example' })).status).toBe(403);
  expect((await ask(loopback, '/', { cookie, origin: 'null' })).status).toBe(403);
  expect((await ask(loopback, '/', { cookie }, 'POST')).status).toBe(405);
  expect((await ask(loopback, '/', { cookie }, 'HEAD')).text).toBe('');
});

test('a socket needs the session, our Host and our Origin', async () => {
  const { loopback, wires } = await open();
  const cookie = await signIn(loopback);
  const { origin } = loopback;
  expect(await outcome(dial(loopback, { origin }))).toBe('refused');
  expect(await outcome(dial(loopback, { cookie }))).toBe('refused');
  expect(await outcome(dial(loopback, { cookie, origin: 'https://evil.example' }))).toBe('refused');
  expect(await outcome(dial(loopback, { cookie, origin, host: 'evil.example' }))).toBe('refused');
  expect(wires).toEqual([]);
  expect(await outcome(dial(loopback, { cookie, origin }))).toBe('connected');
  expect(wires).toHaveLength(1);
});

test('frames go both ways, and a window that leaves gives its wire back', async () => {
  const { loopback, wires } = await open();
  const socket = dial(loopback, { cookie: await signIn(loopback), origin: loopback.origin });
  const heard: Frame[] = [];
  socket.on('frame', (frame: Frame) => heard.push(frame));
  await outcome(socket);
  socket.emit('frame', { t: 'call', id: 1, method: 'inbox.rows', input: { 名: '奏' } });
  await eventually(() => heard.length === 1);
  expect(heard[0]).toEqual({ t: 'reply', id: 1, ok: true, output: { 名: '奏' } });
  wires[0]?.tell({ t: 'stale', topics: ['inbox'] });
  await eventually(() => heard.length === 2);
  socket.close();
  await eventually(() => wires[0]?.detached);
});

test('a frame that is no call is refused by name and never reaches the core; the window stays connected', async () => {
  const { loopback, wires, log } = await open();
  const socket = dial(loopback, { cookie: await signIn(loopback), origin: loopback.origin });
  const heard: Frame[] = [];
  socket.on('frame', (frame: Frame) => heard.push(frame));
  await outcome(socket);
  const crooked: unknown[] = [
    null,
    'call',
    7,
    [],
    { t: 'stale', topics: ['*'] },
    { t: 'reply', id: 1, ok: true, output: {} },
    { t: 'call', id: -1, method: 'a.b', input: 1 },
    { t: 'call', id: 2, method: 'x'.repeat(101), input: {} },
    { t: 'call', id: 3, method: 'a.b', input: {}, more: true },
  ];
  for (const frame of crooked) socket.emit('frame', frame);
  socket.emit('nonsense', 1);
  socket.emit('frame', { t: 'call', id: 9, method: 'a.b', input: 'last' });
  await eventually(() => heard.some((frame) => frame.t === 'reply' && frame.id === 9));
  expect(wires[0]?.got).toHaveLength(1);
  expect(
    heard.filter((frame) => frame.t === 'reply' && !frame.ok).map((frame) => ('id' in frame ? frame.id : -1)),
  ).toEqual([1, -1, 2, 3]);
  expect(log).toHaveLength(crooked.length);
  expect(socket.connected).toBe(true);
});

test('a frame that is too large ends its socket only; the host stays up', async () => {
  const { loopback, wires } = await open({ mostBytes: 10_000 });
  const cookie = await signIn(loopback);
  const socket = dial(loopback, { cookie, origin: loopback.origin });
  await outcome(socket);
  const gone = new Promise((resolve) => socket.once('disconnect', resolve));
  socket.emit('frame', { t: 'call', id: 1, method: 'a.b', input: 'x'.repeat(20_000) });
  await gone;
  expect(wires[0]?.got).toEqual([]);
  expect(await outcome(dial(loopback, { cookie, origin: loopback.origin }))).toBe('connected');
});

test('bytes that are no request do no harm', async () => {
  const { loopback } = await open();
  const cookie = await signIn(loopback);
  await new Promise<void>((resolve) => {
    const raw = connect(loopback.port, '127.0.0.1', () => raw.end(Buffer.from([0x16, 3, 1, 0xff, 0xfe, 0, 0, 13, 10])));
    raw.once('close', () => resolve());
  });
  expect((await ask(loopback, '/%ff%fe?token=%ff', { cookie })).status).toBeLessThan(500);
  expect((await ask(loopback, '/', { cookie })).status).toBe(200);
});

test('a session outlives a restart of the host, and a working day, but not two', async () => {
  let time = 0;
  const first = await open({ now: () => time });
  const cookie = await signIn(first.loopback);
  const value = cookie.split('=')[1] ?? '';
  const again = keepEntries(first.file, { now: () => time });
  expect(again.isKnown(value)).toBe(true);
  time = 48 * 60 * 60 * 1000;
  expect(again.isKnown(value)).toBe(false);
  expect((await ask(first.loopback, '/', { cookie })).status).toBe(401);
});

test('a taken port is named in a sentence with the remedy', async () => {
  const { loopback, file } = await open();
  const second = openLoopback({
    port: loopback.port,
    entries: keepEntries(file, { now: () => 0 }),
    page: () => Promise.reject(new Error('unused')),
    attach: () => {
      throw new Error('unused');
    },
    log: () => undefined,
  });
  await expect(second).rejects.toThrow(new RegExp(`Port ${String(loopback.port)} is taken .* --port`));
});
