/** Eight hours of sleep: every clock has jumped, no timer has run, the token has run out, and the day has gone on without this desk. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Core, startCore } from '../../src/main/core/core.ts';
import { call } from '../../src/server/db/schema.ts';
import { write } from '../../src/server/db/write.ts';
import { openWindow } from '../support/core-bench.ts';
import { eventually } from '../support/eventually.ts';
import { addConversation } from '../support/small-centre.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

const EIGHT_HOURS = 8 * 3_600_000;

let server: TestServer;
let core: Core;
let slept = 0;
beforeAll(async () => {
  server = await startTestServer();
  core = startCore({
    dataDir: mkdtempSync(join(tmpdir(), 'kanade-sleep-')),
    key: '3c'.repeat(32),
    serverUrl: server.url,
    device: { name: 'laptop', platform: 'linux', appVersion: '0.0.0' },
    clock: { now: () => Date.now() + slept },
    random: { next: Math.random, bytes: (length) => new Uint8Array(randomBytes(length)) },
  });
});
afterAll(async () => {
  core.stop();
  await server.stop();
});

test('after the sleep: hello with a renewed token, everything that came, the ring is over, draft and orders are there and go once', async () => {
  const { database } = server.running;
  const { api } = openWindow(core);
  const { login, password } = server.centre.agents.suzuki;
  await api.session.signIn({ login, password });
  const made = await addConversation(database, server.source, server.centre, { channel: 'webChat' });
  const { conversationId, customerId } = made;
  await write(database, server.source, async (w) => {
    const id = randomUUID() as never;
    await w.tx.insert(call).values({
      id,
      conversationId,
      customerId,
      channelAccountId: server.centre.accounts.phone,
      externalId: 'ring-1',
      direction: 'in',
      queueId: server.centre.queues.support,
      state: 'offered',
      offeredAt: w.now,
      expiresAt: w.now + 30_000,
    });
    w.append('call', [id]);
  });
  await eventually(async () => (await api.calls.ringing({})).calls.length === 1);
  await api.drafts.save({ conversationId, what: 'reply', text: '書きかけ', mail: null });

  // The lid is closed with an order that has not gone out; no goodbye is said and no timer runs.
  await server.running.stop();
  await eventually(async () => (await api.connection.get({})).state === 'offline');
  await api.notes.add({ conversationId, text: '閉じる前のメモ' });
  slept += EIGHT_HOURS;
  server.source.pass(EIGHT_HOURS);
  await server.restart();
  const late = await addConversation(server.running.database, server.source, server.centre, { channel: 'webChat' });
  core.wake();

  await eventually(
    async () => {
      const { state, waiting, clockSkewMs } = await api.connection.get({});
      return state === 'online' && waiting === 0 && clockSkewMs === null;
    },
    { withinMs: 20_000, what: 'being level after the sleep' },
  );
  expect((await api.session.get({})).state).toBe('signedIn');
  const { rows } = await api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 20 });
  expect(rows.map((row) => row.conversationId)).toEqual(expect.arrayContaining([conversationId, late.conversationId]));
  expect((await api.calls.ringing({})).calls).toEqual([]);
  expect((await api.drafts.get({ conversationId })).reply).toBe('書きかけ');
  const texts = await eventually(async () => {
    const { entries } = await api.customers.timeline({ customerId, conversationId: null, before: null, limit: 20 });
    const all = entries.map((entry) => (entry.kind === 'message' ? entry.message.text : entry.kind));
    return !all.includes('pending') && all;
  });
  expect(texts.filter((text) => text === '閉じる前のメモ')).toHaveLength(1);
});
