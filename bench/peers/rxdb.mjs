/** RxDB: memory on both sides, because its free SQLite storage stops at 500 documents; its own websocket replication. */
import { createRxDatabase } from 'rxdb/plugins/core';
import { replicateWithWebsocketServer, startWebsocketServer } from 'rxdb/plugins/replication-websocket';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { changed, cpuMs, documents, freePort, offlineDocuments, role, serveTasks, until, usage } from './shared.mjs';

const whole = { type: 'integer', minimum: 0, maximum: 1e9, multipleOf: 1 };
const schema = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 80 },
    conv: whole,
    seq: whole,
    ch: { type: 'string' },
    author: { type: 'string' },
    created: { type: 'number' },
    updated: { type: 'number' },
    body: { type: 'string' },
  },
  required: ['id', 'conv', 'seq'],
  indexes: [['conv', 'seq']],
};

const db = await createRxDatabase({ name: `bench${role}`, storage: getRxStorageMemory(), multiInstance: false });
await db.addCollections({ messages: { schema } });
const { messages } = db;

if (role === 'server') {
  const port = await freePort();
  await startWebsocketServer({ database: db, port, path: '/sync' });
  let all = [];
  serveTasks(
    {
      address: () => port,
      async load({ count }) {
        all = documents(count);
        for (let at = 0; at < count; at += 2_000) await messages.bulkInsert(all.slice(at, at + 2_000));
      },
      async live({ count, round }) {
        for (let at = 0; at < count; at += 100)
          await messages.bulkUpsert(Array.from({ length: 100 }, (_, n) => changed(all, at + n, round)));
        return { id: changed(all, count - 1, round).id, mark: `live ${round} ` };
      },
      has: async ({ round }) =>
        (await messages.find({ selector: { id: { $gte: `p${round}-`, $lt: `p${round}.` } } }).exec()).length,
      cpu: cpuMs,
    },
    () => undefined,
  );
} else {
  let state;
  const start = async (port) => {
    state = await replicateWithWebsocketServer({
      collection: messages,
      url: `ws://127.0.0.1:${port}/sync`,
      replicationIdentifier: 'bench',
      batchSize: 1_000,
      live: true,
    });
    await state.awaitInitialReplication();
    await state.awaitInSync();
  };
  serveTasks(
    {
      initial: ({ address }) => start(address),
      async liveWait({ id, mark }) {
        await until(async () => {
          const [found] = await messages.storageInstance.findDocumentsById([id], false);
          return found?.body.startsWith(mark);
        });
        await state.awaitInSync();
      },
      async offline({ count, round }) {
        await state.cancel();
        for (const one of offlineDocuments(count, round)) await messages.insert(one);
      },
      push: ({ address }) => start(address),
      size: () => 0,
      usage,
    },
    () => undefined,
  );
}
