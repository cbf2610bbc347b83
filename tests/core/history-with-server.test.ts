/** The real core on real encrypted files against the real server: what was let go is read again, and stays. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Core, startCore } from '../../src/main/core/core.ts';
import { processSchedule } from '../../src/main/core/schedule.ts';
import { conversation, message } from '../../src/server/db/schema.ts';
import { write } from '../../src/server/db/write.ts';
import type { ConsoleApi } from '../../src/shared/console-api.ts';
import { seededRandom } from '../../src/shared/domain/clock.ts';
import { openWindow } from '../support/core-bench.ts';
import { eventually } from '../support/eventually.ts';
import { addConversation, type TestConversation } from '../support/small-centre.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

const DAY = 86_400_000;
const MESSAGES = 450;

let server: TestServer;
const cores: Core[] = [];
beforeAll(async () => {
  server = await startTestServer();
});
afterEach(() => {
  for (const core of cores.splice(0)) core.stop();
});
afterAll(async () => await server.stop());

const cap = { bytes: 5_000_000_000 };

/** Looks after its copy every 200 ms instead of every 30 s. */
function start(dataDir: string): ConsoleApi {
  const core = startCore({
    dataDir,
    key: '4b'.repeat(32),
    serverUrl: server.url,
    device: { name: 'test', platform: 'linux', appVersion: '0.0.0' },
    clock: { now: () => Date.now() },
    random: seededRandom(cores.length + 5),
    schedule: { after: (ms, run) => processSchedule.after(ms === 30_000 ? 200 : ms, run) },
    capBytes: () => cap.bytes,
  });
  cores.push(core);
  return openWindow(core).api;
}

async function anOldConversation(): Promise<TestConversation> {
  const made = await addConversation(server.running.database, server.source, server.centre, { messages: MESSAGES });
  const last = Date.now() - 300 * DAY;
  await write(server.running.database, server.source, async (w) => {
    const of = eq(conversation.id, made.conversationId);
    await w.tx
      .update(conversation)
      .set({ status: 'resolved', openedAt: last - MESSAGES * 1_000, lastActivityAt: last, dueAt: null })
      .where(of);
    await w.tx
      .update(message)
      .set({
        receivedAt: sql`${last}::bigint - (${MESSAGES} - ${message.seq}) * 1000`,
        text: sql`'通目 ' || ${message.seq}`,
      })
      .where(eq(message.conversationId, made.conversationId));
    w.append('conversation', [made.conversationId]);
    w.append('message', made.messageIds);
  });
  return made;
}

async function shown(api: ConsoleApi, { customerId }: TestConversation): Promise<{ texts: string[]; absent: number }> {
  const { entries } = await api.customers.timeline({ customerId, conversationId: null, before: null, limit: 500 });
  return {
    texts: entries.flatMap((entry) => (entry.kind === 'message' ? [entry.message.text] : [])),
    absent: entries.filter(({ kind }) => kind === 'absent').length,
  };
}
const everything = Array.from({ length: MESSAGES }, (_, at) => `通目 ${at + 1}`);

test('evicted, scrolled back online page by page, and still there without the server', async () => {
  const made = await anOldConversation();
  const { suzuki } = server.centre.agents;
  const folder = mkdtempSync(join(tmpdir(), 'history-'));
  const api = start(folder);
  await api.session.signIn({ login: suzuki.login, password: suzuki.password });
  await eventually(async () => (await shown(api, made)).texts.length === MESSAGES, { withinMs: 20_000 });
  cap.bytes = 1;
  await eventually(async () => (await shown(api, made)).texts.length === 0, { withinMs: 20_000 });
  expect(await shown(api, made)).toEqual({ texts: [], absent: 1 });
  // With room again the pass that is under way may still take what is read meanwhile, and the line may begin anew.
  cap.bytes = 5_000_000_000;

  let most = 0;
  await eventually(
    async () => {
      const before = (await shown(api, made)).texts.length;
      const isAnswered = await api.conversations.fetchHistory({ conversationId: made.conversationId }).then(
        () => true,
        (error: unknown) => {
          expect(error).toMatchObject({ refusal: { why: 'offline' } });
          return false;
        },
      );
      const { texts } = await shown(api, made);
      if (isAnswered) most = Math.max(most, texts.length - before);
      return texts.length === MESSAGES;
    },
    { withinMs: 20_000 },
  );
  expect(most).toBeLessThanOrEqual(200);
  expect(await shown(api, made)).toEqual({ texts: everything, absent: 0 });

  await server.running.stop();
  cores.splice(0).forEach((core) => core.stop());
  const again = start(folder);
  expect(await shown(again, made)).toEqual({ texts: everything, absent: 0 });
  await expect(again.conversations.fetchHistory({ conversationId: made.conversationId })).resolves.toEqual({
    ok: true,
  });
  await server.restart();
});

test('a device that joins with little room reads the heads and not the history, until somebody looks', async () => {
  cap.bytes = 1;
  const made = await anOldConversation();
  const { ito } = server.centre.agents;
  const api = start(mkdtempSync(join(tmpdir(), 'history-')));
  await api.session.signIn({ login: ito.login, password: ito.password });
  await eventually(async () => (await api.connection.get({})).state === 'online', { withinMs: 20_000 });
  expect(await shown(api, made)).toEqual({ texts: [], absent: 1 });
  const { rows } = await api.inbox.rows({ view: 'resolved', tab: 'all', offset: 0, limit: 50 });
  expect(rows.map((row) => row.conversationId)).toContain(made.conversationId);
  await api.conversations.fetchHistory({ conversationId: made.conversationId });
  expect((await shown(api, made)).texts).toEqual(everything.slice(-200));
  // Opened, the customer's whole history comes and the absence is taken away.
  await api.customers.pin({ customerId: made.customerId });
  await eventually(async () => (await shown(api, made)).absent === 0, { withinMs: 20_000 });
  expect((await shown(api, made)).texts).toEqual(everything);
});
