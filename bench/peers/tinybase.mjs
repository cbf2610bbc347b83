/** TinyBase: a relay with an in-memory peer on the server's side; the client saves the whole store as JSON into SQLite. */
import Database from 'better-sqlite3';
import { createMergeableStore } from 'tinybase';
import { createBetterSqlite3Persister } from 'tinybase/persisters/persister-better-sqlite3';
import { createWsSynchronizer } from 'tinybase/synchronizers/synchronizer-ws-client';
import { createWsServer } from 'tinybase/synchronizers/synchronizer-ws-server';
import { WebSocket, WebSocketServer } from 'ws';
import {
  bytesOf,
  changed,
  cpuMs,
  documents,
  folder,
  freePort,
  offlineDocuments,
  pause,
  role,
  serveTasks,
  until,
  usage,
} from './shared.mjs';

const LARGEST = { maxPayload: 2 ** 30 };
const rowOf = ({ conv, seq, ch, author, created, updated, body }) => ({
  conv,
  seq,
  ch,
  author,
  created,
  updated,
  body,
});

if (role === 'server') {
  const port = await freePort();
  createWsServer(new WebSocketServer({ port, host: '127.0.0.1', ...LARGEST }));
  const store = createMergeableStore('server');
  const sync = await createWsSynchronizer(store, new WebSocket(`ws://127.0.0.1:${port}/room`, LARGEST), 1);
  let all = [];
  const arrived = (round) => store.getRowIds('messages').filter((id) => id.startsWith(`p${round}-`)).length;
  serveTasks(
    {
      address: () => port,
      async load({ count }) {
        all = documents(count);
        for (let at = 0; at < count; at += 2_000)
          store.transaction(() => {
            for (const one of all.slice(at, at + 2_000)) store.setRow('messages', one.id, rowOf(one));
          });
        await sync.startSync();
      },
      async live({ count, round }) {
        for (let at = 0; at < count; at += 100) {
          store.transaction(() => {
            for (let n = at; n < at + 100; n++) {
              const one = changed(all, n, round);
              store.setRow('messages', one.id, rowOf(one));
            }
          });
          await pause(0);
        }
        return { id: changed(all, count - 1, round).id, mark: `live ${round} ` };
      },
      async has({ count, round }) {
        await until(() => arrived(round) >= count);
        return arrived(round);
      },
      cpu: cpuMs,
    },
    () => undefined,
  );
} else {
  const db = new Database(`${folder}/client.db`);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  const store = createMergeableStore(`client${process.pid}`);
  const kept = createBetterSqlite3Persister(store, db, 'kept');
  let sync;
  const start = async (port) => {
    sync = await createWsSynchronizer(store, new WebSocket(`ws://127.0.0.1:${port}/room`, LARGEST), 120);
    await sync.startSync();
  };
  serveTasks(
    {
      async initial({ address, count }) {
        await start(address);
        await until(() => store.getRowCount('messages') >= count);
        await kept.save();
      },
      async liveWait({ id, mark }) {
        await until(() => String(store.getCell('messages', id, 'body') ?? '').startsWith(mark));
        await kept.save();
      },
      async offline({ count, round }) {
        await sync.destroy();
        let n = 0;
        for (const one of offlineDocuments(count, round)) {
          store.setRow('messages', one.id, rowOf(one));
          // It writes the whole store each time, so not after every one.
          if (++n % 100 === 0) await kept.save();
        }
      },
      push: ({ address }) => start(address),
      size() {
        db.pragma('wal_checkpoint(TRUNCATE)');
        return bytesOf(`${folder}/client.db`);
      },
      usage,
    },
    () => undefined,
  );
}
