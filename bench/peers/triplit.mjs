/** Triplit: its sync server with its memory store, its client with its SQLite store, without a schema; one query is subscribed to. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { TriplitClient } from '@triplit/client';
import { DB } from '@triplit/db';
import { SQLiteKVStore } from '@triplit/db/storage/sqlite';
import { Server } from '@triplit/server-core';
import { WebSocketServer } from 'ws';
import {
  bytesOf,
  changed,
  cpuMs,
  documents,
  folder,
  offlineDocuments,
  role,
  serveTasks,
  until,
  usage,
} from './shared.mjs';

/** Whoever holds it may do everything; nobody verifies it here. */
const CLAIMS = { 'x-triplit-token-type': 'secret' };
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const TOKEN = `${part({ alg: 'none' })}.${part(CLAIMS)}.none`;
const LIVE = 'live ';

if (role === 'server') {
  const db = new DB();
  const server = new Server(db);
  const sockets = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload: 64e6 });
  await new Promise((resolve) => sockets.once('listening', resolve));
  sockets.on('connection', (socket, request) => {
    const asked = new URL(request.url ?? '', 'http://127.0.0.1').searchParams;
    const connection = server.openConnection(CLAIMS, {
      clientId: asked.get('client') ?? 'bench',
      clientSchemaHash: undefined,
      syncSchema: false,
    });
    connection.addListener((type, payload) => socket.send(JSON.stringify({ type, payload })));
    socket.on('message', (text) => void connection.dispatchCommand(JSON.parse(text.toString())));
    socket.on('close', () => server.closeConnection(connection));
    void connection.start();
  });
  let all = [];
  serveTasks(
    {
      address: () => sockets.address().port,
      async load({ count }) {
        all = documents(count);
        for (let at = 0; at < count; at += 2_000)
          await db.transact(async (tx) => {
            for (const one of all.slice(at, at + 2_000)) await tx.insert('messages', one);
          });
      },
      async live({ count, round }) {
        for (let at = 0; at < count; at += 10)
          await db.transact(async (tx) => {
            for (let n = at; n < at + 10; n++) {
              const { id, ...fields } = changed(all, n, round);
              await tx.update('messages', id, (entity) => void Object.assign(entity, fields));
            }
          });
        return { id: changed(all, count - 1, round).id, mark: `${LIVE}${round} ` };
      },
      has: async ({ count, round }) => {
        let there = 0;
        for (const { id } of offlineDocuments(count, round)) if (await db.fetchById('messages', id)) there++;
        return there;
      },
      cpu: cpuMs,
    },
    () => undefined,
  );
} else {
  const path = join(folder, 'triplit.db');
  let client;
  const start = async (port) => {
    client ??= new TriplitClient({
      token: TOKEN,
      serverUrl: `http://127.0.0.1:${port}`,
      storage: new SQLiteKVStore(new Database(path)),
      autoConnect: false,
      logLevel: 'error',
    });
    await client.connect();
  };
  serveTasks(
    {
      async initial({ address, count }) {
        await start(address);
        let there = 0;
        client.subscribe(client.query('messages'), (rows) => void (there = rows.length));
        await until(() => there >= count);
      },
      liveWait: ({ id, mark }) =>
        until(async () => (await client.fetchById('messages', id, { policy: 'local-only' }))?.body.startsWith(mark)),
      async offline({ count, round }) {
        client.disconnect();
        for (const one of offlineDocuments(count, round)) await client.insert('messages', one);
      },
      push: ({ address }) => start(address),
      size: () => bytesOf(path),
      usage,
    },
    () => undefined,
  );
}
