/** The yardstick of the wire: a socket.io server with the product's options and none of its code. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Server } from 'socket.io';
import { createTexts } from './message-text.ts';
import { cpuMs, memoryNow, serveTasks } from './task-process.ts';

let port = 0;
let io = await open();

async function open(): Promise<Server> {
  const http = createServer();
  const server = new Server(http, {
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: 1024 * 1024,
    perMessageDeflate: false,
    pingInterval: 10_000,
    pingTimeout: 10_000,
  });
  server.of('/console').on('connection', (socket) => void socket.join('all'));
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  ({ port } = http.address() as AddressInfo);
  return server;
}

const text = createTexts(7);
/** A change as large as a message of the product. */
const change = (n: number) => ({
  id: `0199aaaa-0000-7000-8000-${n.toString(16).padStart(12, '0')}`,
  sv: n,
  conversationId: '0199aaaa-0000-7000-8000-000000000000',
  customerId: '0199aaaa-0000-7000-8000-000000000000',
  channel: 'mail',
  seq: n,
  direction: 'in',
  visibility: 'private',
  authorKind: 'customer',
  authorName: '田中 美咲',
  text: text(n),
  sentAt: 1_790_000_000_000,
  receivedAt: 1_790_000_000_000,
});

const tasks = {
  url: () => `http://127.0.0.1:${port}`,
  cpu: () => cpuMs(),
  memory: () => memoryNow(),
  /** Sends changes: `perFrame` 1 is one emit for each, more is a frame for so many. */
  send: async ({ count, perFrame }: { count: number; perFrame: number }) => {
    const room = io.of('/console').to('all');
    for (let n = 0; n < count; n += perFrame) {
      const rows = Array.from({ length: perFrame }, (_, k) => change(n + k));
      if (perFrame === 1) room.emit('change', rows[0]);
      else room.emit('frame', { scope: 'all', from: n, to: n + perFrame, page: { json: JSON.stringify(rows) } });
      await pause(perFrame === 1 && n % 20 !== 0 ? 1 : 30);
    }
  },
  restart: async () => {
    io.disconnectSockets(true);
    await io.close();
    io = await open();
  },
};

export type BareSocketTasks = typeof tasks;
serveTasks(tasks, () => io.close());
