/** Two real consoles at a real server: what one joins and takes apart, also without a line, the other shows. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Core, startCore } from '../../src/main/core/core.ts';
import { processSchedule } from '../../src/main/core/schedule.ts';
import { suggestDuplicates } from '../../src/server/customers/suggest-duplicates.ts';
import type { ConsoleApi } from '../../src/shared/console-api.ts';
import { seededRandom } from '../../src/shared/domain/clock.ts';
import { openWindow } from '../support/core-bench.ts';
import { eventually } from '../support/eventually.ts';
import { addConversation } from '../support/small-centre.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

let server: TestServer;
let suzuki: ConsoleApi;
let ito: ConsoleApi;
const cores: Core[] = [];
beforeAll(async () => {
  server = await startTestServer();
  suzuki = await enter('suzuki');
  ito = await enter('ito');
});
afterAll(async () => {
  for (const core of cores) core.stop();
  await server.stop();
});

async function enter(who: 'suzuki' | 'ito'): Promise<ConsoleApi> {
  const core = startCore({
    dataDir: mkdtempSync(join(tmpdir(), 'structure-')),
    key: '4b'.repeat(32),
    serverUrl: server.url,
    device: { name: 'test', platform: 'linux', appVersion: '0.0.0' },
    clock: { now: () => Date.now() },
    random: seededRandom(cores.length + 5),
    schedule: processSchedule,
    capBytes: () => 5_000_000_000,
  });
  cores.push(core);
  const { api } = openWindow(core);
  const { login, password } = server.centre.agents[who];
  await api.session.signIn({ login, password });
  await online(api);
  return api;
}

const online = (api: ConsoleApi) =>
  eventually(async () => (await api.connection.get({})).state === 'online', { withinMs: 30_000 });
const talk = (options: Parameters<typeof addConversation>[3]) =>
  addConversation(server.running.database, server.source, server.centre, options);
const settled = async (api: ConsoleApi) => (await api.outbox.list({})).rows.length === 0;

test('customers merged without a line are one at once here, then there; taken apart, each has what is theirs', async () => {
  const [a, b] = [await talk({ text: 'メールの人' }), await talk({ channel: 'line', text: 'LINEの人' })];
  await suggestDuplicates(server.running.database, server.source);
  const texts = async (api: ConsoleApi, { customerId }: { customerId: typeof a.customerId }) => {
    const { entries } = await api.customers.timeline({ customerId, conversationId: null, before: null, limit: 100 });
    return [...new Set(entries.flatMap((entry) => (entry.kind === 'message' ? [entry.message.text] : [])))].sort();
  };
  const sheet = (api: ConsoleApi, { customerId }: typeof a) => api.customers.sheet({ customerId });
  await eventually(async () => (await sheet(ito, b)).duplicates.length > 0);
  await eventually(async () => (await sheet(suzuki, a)).duplicates.some((each) => each.customerId === b.customerId));

  await server.running.stop();
  await suzuki.customers.merge({ customerId: a.customerId, mergedIds: [b.customerId] });
  expect(await texts(suzuki, b)).toEqual(['LINEの人', 'メールの人']);
  expect((await sheet(suzuki, a)).merged).toMatchObject([{ customerId: b.customerId, isPending: true }]);
  expect((await sheet(suzuki, a)).duplicates.map(({ customerId }) => customerId)).not.toContain(b.customerId);
  await server.restart();
  await eventually(() => settled(suzuki), { withinMs: 30_000 });
  await eventually(async () => (await texts(ito, a)).length === 2, { withinMs: 30_000 });
  expect((await sheet(ito, b)).customer.id).toBe(a.customerId);

  await ito.customers.unmerge({ customerId: b.customerId });
  expect(await texts(ito, a)).toEqual(['メールの人']);
  await eventually(async () => (await texts(suzuki, a)).length === 1);
  expect(await texts(suzuki, b)).toEqual(['LINEの人']);
  expect((await sheet(suzuki, a)).merged).toEqual([]);
}, 90_000);
