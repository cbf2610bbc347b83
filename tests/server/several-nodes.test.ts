import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agent } from '../../src/server/db/schema.ts';
import { write } from '../../src/server/db/write.ts';
import type { MessageId } from '../../src/shared/domain/ids.ts';
import { mineScope, queueScope } from '../../src/shared/domain/scope.ts';
import { eventually } from '../support/eventually.ts';
import { addConversation } from '../support/small-centre.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';
import { connectConsole, frameOf, openConsole, openPage, type TestConsole } from '../support/test-console.ts';

let one: TestServer;
let two: TestServer;
const open: TestConsole[] = [];
beforeAll(async () => {
  one = await startTestServer({ engine: 'postgresql' });
  two = await startTestServer({ beside: one });
});
afterAll(async () => {
  for (const console of open) console.close();
  await two.stop();
  await one.stop();
});

const talkOn = (server: TestServer) => addConversation(server.running.database, server.source, server.centre);
async function enter(server: TestServer): Promise<TestConsole> {
  const console = await openConsole(server.url, server.centre.agents.suzuki);
  open.push(console);
  expect(await console.hello()).toMatchObject({ ok: true });
  return console;
}
const messageFrame = (console: TestConsole, messageId: string) =>
  frameOf(console, queueScope(one.centre.queues.support), (frame) => openPage(frame.page).text.includes(messageId));

test('what one node commits reaches the consoles of the other', async () => {
  const console = await enter(two);
  const made = await talkOn(one);
  await messageFrame(console, made.messageIds[0]!);
});

test('what is committed while a node hears nothing reaches its consoles when it hears again', async () => {
  const console = await enter(two);
  await two.running.database.execute(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen %'`,
  );
  const made = await talkOn(one);
  await messageFrame(console, made.messageIds[0]!);
});

test('writers of two nodes leave no gap and no double in the numbers', async () => {
  const before = await one.running.database.execute('select sv from organisation');
  await Promise.all(Array.from({ length: 10 }, (_, i) => talkOn(i % 2 === 0 ? one : two)));
  const { rows } = await one.running.database.execute(
    'select distinct sv from feed_entry where sv > $1::bigint order by sv',
    [before.rows[0]?.['sv']],
  );
  const first = Number(before.rows[0]?.['sv']);
  expect(rows.map((row) => row['sv'])).toEqual(rows.map((_, index) => first + 1 + index));
  expect(rows).toHaveLength(40);
});

test('a right that is taken away on one node ends on the other', async () => {
  const console = await enter(two);
  await write(one.running.database, one.source, async (w) => {
    await w.tx.update(agent).set({ queueIds: [] }).where(eq(agent.id, one.centre.agents.suzuki.id));
    w.append('agent', [one.centre.agents.suzuki.id]);
  });
  const scope = queueScope(one.centre.queues.support);
  await eventually(() => console.heard.scopes.some((changed) => changed.drop.includes(scope)));
  await write(one.running.database, one.source, async (w) => {
    await w.tx
      .update(agent)
      .set({ queueIds: [one.centre.queues.support] })
      .where(eq(agent.id, one.centre.agents.suzuki.id));
    w.append('agent', [one.centre.agents.suzuki.id]);
  });
  await eventually(() => console.heard.scopes.some((changed) => changed.add.includes(scope)));
});

test('a console that comes to the other node finds its numbers there, and its old line can use them no more', async () => {
  const made = await talkOn(one);
  const first = await enter(one);
  const note = () => ({
    kind: 'note.add' as const,
    conversationId: made.conversationId,
    messageId: randomUUID() as string as MessageId,
    text: 'メモ',
  });
  expect(await first.submit(1, note())).toMatchObject({ ok: true });
  const second = await connectConsole(two.url, first.signedIn, first.clientId);
  open.push(second);
  expect(await second.hello({ nextMid: 2 })).toMatchObject({ ok: true, lastMid: 1 });
  expect(await first.submit(2, note())).toMatchObject({ ok: false, why: 'cloned-client' });
  expect(await second.submit(2, note())).toMatchObject({ ok: true });
  expect(await second.pull(mineScope(one.centre.agents.suzuki.id), 0)).toMatchObject({ ok: true });
});

test('each recurring job waits at most once, however many nodes there are', async () => {
  const { rows } = await one.running.database.execute(
    `select name, count(*)::int as n from pgboss.job where state = 'created' group by name`,
  );
  for (const row of rows) expect(row, String(row['name'])).toMatchObject({ n: 1 });
});
