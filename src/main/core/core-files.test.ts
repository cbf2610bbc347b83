/** A core whose local files were damaged, or belong to another version or another agent. */
import { closeSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import {
  type Bench,
  freshId,
  KEY,
  putConversation,
  putCustomer,
  putMessage,
  signIn,
  startBench,
} from '../../../tests/support/core-bench.ts';
import { keyOfFiles } from '../../../tests/support/key-of-files.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { openFile } from './db/connection.ts';
import { migrate, versionOf } from './db/migrate.ts';
import type { ConversationId } from '../../shared/domain/ids.ts';

let bench: Bench;
afterEach(() => bench.stop());

const folder = (): string => join(bench.dataDir, bench.ids.agent);
const isOnline = async () => (await bench.api.connection.get({})).state === 'online';
async function begin(): Promise<ConversationId> {
  bench = startBench();
  const customerId = putCustomer(bench);
  const conversationId = putConversation(bench, customerId) as ConversationId;
  for (let seq = 1; seq <= 300; seq++)
    putMessage(bench, conversationId, customerId, { seq, text: `冷蔵庫 ${seq} ${'あ'.repeat(200)}` });
  await signIn(bench);
  await eventually(isOnline);
  return conversationId;
}
function overwrite(name: string, from: number): void {
  const path = join(folder(), name);
  const { size } = statSync(path);
  const handle = openSync(path, 'r+');
  for (let page = from; page * 4_096 < size; page++)
    writeSync(handle, Buffer.alloc(256, 0x77), 0, 256, page * 4_096 + 100);
  closeSync(handle);
}

test('a cache that is damaged while nobody looks is found when it is read, set aside, and filled again', async () => {
  const conversationId = await begin();
  bench.stop();
  overwrite('cache.db', 40);
  bench.restart();
  const read = async () => {
    const { rows } = await bench.api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 9 });
    const { customerId } = rows[0] ?? {};
    if (!customerId) return false;
    const { entries } = await bench.api.customers.timeline({ customerId, conversationId, before: null, limit: 500 });
    return entries.length === 300;
  };
  await eventually(async () => await read().catch(() => false), { withinMs: 20_000 });
  expect(readdirSync(folder()).some((name) => name.startsWith('cache.db.damaged-'))).toBe(true);
  expect((await bench.api.connection.get({})).notices).toContain('cacheRebuilt');
});

test('an outbox that is damaged is set aside and told, and the desk goes on', async () => {
  const conversationId = await begin();
  bench.server.isUp = false;
  bench.server.cut();
  await bench.api.notes.add({ conversationId, text: '待っている' });
  bench.stop();
  overwrite('outbox.db', 0);
  bench.restart();
  expect((await bench.api.connection.get({})).notices).toEqual(['outboxSetAside']);
  expect(bench.lines.join('\n')).toMatch(/outbox\.db is damaged: it was set aside as .*outbox\.db\.damaged-/);
  bench.server.isUp = true;
  await eventually(isOnline);
  await bench.api.notes.add({ conversationId, text: '続ける' });
  await eventually(() => bench.server.applied.length === 1);
});

test('a search index that is damaged is built again by itself, and every question is answered meanwhile', async () => {
  await begin();
  const count = async () => (await bench.api.search.counts({ text: '冷蔵庫' })).kind.message;
  await eventually(async () => (await bench.api.search.all({ text: '冷', limit: 1 })).unindexed === 0);
  bench.stop();
  overwrite('search.db', 6);
  bench.restart();
  for (let n = 0; n < 20; n++) expect(await count()).toBe(300);
  await eventually(async () => {
    expect(await count()).toBe(300);
    return (await bench.api.search.all({ text: '冷', limit: 1 })).unindexed === 0;
  });
});

test('an outbox of a newer version is not written: the desk is readable and says why', async () => {
  const conversationId = await begin();
  bench.stop();
  const raw = openFile(join(folder(), 'outbox.db'), keyOfFiles(folder(), KEY), 'full', () => undefined);
  migrate(raw, [
    ...Array.from({ length: versionOf(raw) }, () => ({ name: '', sql: '' })),
    { name: 'later', sql: 'create table later (a)' },
  ]);
  raw.close();
  bench.restart();
  await expect(bench.api.notes.add({ conversationId, text: 'x' })).rejects.toMatchObject({
    refusal: { why: 'failed', detail: expect.stringMatching(/update the console/) as string },
  });
  expect(await bench.api.connection.get({})).toMatchObject({ state: 'readOnly', notices: ['outboxOfNewerVersion'] });
  expect((await bench.api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 9 })).total).toBe(1);
});

test('another agent opens a folder of their own, and finds nothing of the first', async () => {
  const conversationId = await begin();
  await bench.api.drafts.save({ conversationId, what: 'reply', text: '私の下書き', mail: null });
  const first = bench.ids.agent;
  await bench.api.session.signOut({ evenIfWaiting: false });
  const second = freshId();
  const { askHttp } = bench.server;
  bench.server.askHttp = async (request) => {
    const answer = await askHttp(request);
    if (request.path !== '/api/session') return answer;
    const body = JSON.parse(new TextDecoder().decode(answer.body)) as { agent: { id: string } };
    body.agent.id = second;
    return { ...answer, body: new TextEncoder().encode(JSON.stringify(body)) };
  };
  bench.stop();
  bench.restart();
  await bench.api.session.signIn({ login: 'ito', password: 'right' });
  expect((await bench.api.drafts.get({ conversationId })).reply).toBe('');
  expect(readdirSync(bench.dataDir).filter((name) => name === first || name === second)).toHaveLength(2);
});
