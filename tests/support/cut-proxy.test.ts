import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CutProxy, openCutProxy } from './cut-proxy.ts';
import { eventually } from './eventually.ts';

let echo: Server;
let proxy: CutProxy;
beforeAll(async () => {
  echo = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  const address = echo.address();
  proxy = await openCutProxy(`http://127.0.0.1:${String(typeof address === 'object' && address ? address.port : 0)}`);
});
afterAll(async () => {
  await proxy.close();
  echo.close();
});

function dial(): { socket: Socket; heard(): string; state(): string } {
  let heard = '';
  let state = 'connecting';
  const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  socket.on('connect', () => (state = 'open'));
  socket.on('data', (chunk) => (heard += String(chunk)));
  socket.on('error', () => undefined);
  socket.on('close', () => (state = 'closed'));
  return { socket, heard: () => heard, state: () => state };
}

test('a cut line breaks what is open and refuses what is new; mended, it carries again on the same port', async () => {
  const before = dial();
  before.socket.write('a');
  await eventually(() => before.heard() === 'a');
  await proxy.cut();
  await eventually(() => before.state() === 'closed');
  const during = dial();
  await eventually(() => during.state() === 'closed');
  await proxy.restore();
  const after = dial();
  after.socket.write('b');
  await eventually(() => after.heard() === 'b');
  after.socket.destroy();
});

test('a half-open line stays open and carries nothing, until it is mended and breaks', async () => {
  const open = dial();
  open.socket.write('a');
  await eventually(() => open.heard() === 'a');
  proxy.halfOpen();
  open.socket.write('b');
  const late = dial();
  late.socket.write('c');
  await eventually(() => late.state() === 'open');
  expect([open.state(), open.heard(), late.heard()]).toEqual(['open', 'a', '']);
  await proxy.restore();
  await eventually(() => open.state() === 'closed' && late.state() === 'closed');
  const after = dial();
  after.socket.write('d');
  await eventually(() => after.heard() === 'd');
  expect(open.heard()).toBe('a');
  after.socket.destroy();
});
