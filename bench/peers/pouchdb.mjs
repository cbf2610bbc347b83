/** PouchDB: LevelDB on both sides, express-pouchdb between them. */
import { mkdirSync } from 'node:fs';
import express from 'express';
import expressPouchDb from 'express-pouchdb';
import PouchDB from 'pouchdb';
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

const stored = ({ id, ...rest }) => ({ _id: id, ...rest });
const numberOf = (seq) => Number(String(seq).split('-')[0]);

if (role === 'server') {
  mkdirSync(`${folder}/server`, { recursive: true });
  const Db = PouchDB.defaults({ prefix: `${folder}/server/` });
  const app = express();
  app.use('/', expressPouchDb(Db, { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: '/dev/null' }));
  const db = new Db('messages');
  const listening = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  let all = [];
  serveTasks(
    {
      address: () => listening.address().port,
      async load({ count }) {
        all = documents(count);
        for (let at = 0; at < count; at += 2_000) await db.bulkDocs(all.slice(at, at + 2_000).map(stored));
      },
      async live({ count, round }) {
        for (let at = 0; at < count; at += 100) {
          const ones = Array.from({ length: 100 }, (_, n) => changed(all, at + n, round));
          const now = await db.allDocs({ keys: ones.map(({ id }) => id) });
          await db.bulkDocs(ones.map((one, n) => ({ ...stored(one), _rev: now.rows[n].value.rev })));
        }
        return (await db.info()).update_seq;
      },
      has: async ({ round }) => (await db.allDocs({ startkey: `p${round}-`, endkey: `p${round}-\ufff0` })).rows.length,
      cpu: cpuMs,
    },
    () => undefined,
  );
} else {
  let url;
  let db;
  let sync;
  let last = 0;
  serveTasks(
    {
      async initial({ address }) {
        url = `http://127.0.0.1:${address}/messages`;
        db = new PouchDB(`${folder}/client`, { auto_compaction: false });
        await db.replicate.from(url, { batch_size: 1_000, batches_limit: 10 });
        sync = db.replicate.from(url, { live: true, retry: true, batch_size: 1_000 });
        sync.on('error', () => undefined);
        sync.on('change', (change) => (last = change.last_seq));
      },
      liveWait: (seq) => until(() => numberOf(last) >= numberOf(seq)),
      async offline({ count, round }) {
        sync.cancel();
        for (const one of offlineDocuments(count, round)) await db.put(stored(one));
      },
      push: async () => void (await db.replicate.to(url, { batch_size: 1_000 })),
      size: () => bytesOf(`${folder}/client`),
      usage,
    },
    () => undefined,
  );
}
