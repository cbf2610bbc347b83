/** PostgreSQL ends connections of the server, as a restart, a failover or an administrator does: while they are idle, and in the middle of a transaction. */
import { randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { message, queue } from '../../src/server/db/schema.ts';
import { write } from '../../src/server/db/write.ts';
import type { ConversationId, MessageId } from '../../src/shared/domain/ids.ts';
import { eventually } from '../support/eventually.ts';
import { addConversation } from '../support/small-centre.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';
import { openConsole, type TestConsole } from '../support/test-console.ts';

let server: TestServer;
let console: TestConsole;
let conversationId: ConversationId;
const ends: string[] = [];
const onEnd = (error: Error): void => void ends.push(error.message);

beforeAll(async () => {
  server = await startTestServer({ engine: 'postgresql' });
  ({ conversationId } = await addConversation(server.running.database, server.source, server.centre));
  console = await openConsole(server.url, server.centre.agents.suzuki);
  expect(await console.hello()).toMatchObject({ ok: true });
});
afterAll(async () => {
  console.close();
  await server.stop();
});
// What would end a server's process is seen here and not only by the runner.
beforeEach(() => void process.on('uncaughtException', onEnd));
afterEach(() => {
  process.off('uncaughtException', onEnd);
  expect(ends).toEqual([]);
});

const database = () => server.running.database;
const notes = async (text: string) =>
  await database().orm.$count(message, and(eq(message.conversationId, conversationId), eq(message.text, text)));
const note = (text: string) => ({
  kind: 'note.add' as const,
  messageId: randomUUID() as MessageId,
  conversationId,
  text,
});
/** Ends connections of this server's database but the one that asks; `state` as `pg_stat_activity` names it. */
const endAll = (state: string) =>
  database().execute(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and state = '${state}'`,
  );

const countIn = async (state: string) =>
  Number(
    (
      await database().execute(
        `select count(*) as n from pg_stat_activity where datname = current_database() and state = '${state}'`,
      )
    ).rows[0]?.['n'],
  );

test('a transaction whose connection ends between two statements is refused and leaves nothing, and the next one is carried out', async () => {
  const { id } = (await database().orm.select().from(queue))[0]!;
  const half = write(database(), server.source, async (w) => {
    await w.tx.update(queue).set({ name: '途中' }).where(eq(queue.id, id));
    await endAll('idle in transaction');
    // The end of the connection is news of its own, before anybody asks it again.
    await eventually(async () => (await countIn('idle in transaction')) === 0);
    await w.tx.update(queue).set({ name: '終わり' }).where(eq(queue.id, id));
  });
  await expect(half).rejects.toThrow();
  await write(database(), server.source, (w) => w.tx.update(queue).set({ name: '次' }).where(eq(queue.id, id)));
  expect((await database().orm.select().from(queue).where(eq(queue.id, id)))[0]?.name).toBe('次');
});

test('a reader whose connection ends while it reads gets the error, and the next one is served', async () => {
  const reading = database().orm.transaction(
    async (tx) => {
      await tx.select().from(queue);
      await tx.execute(`select pg_terminate_backend(pg_backend_pid())`);
    },
    { accessMode: 'read only', isolationLevel: 'repeatable read' },
  );
  await expect(reading).rejects.toThrow();
  expect(await console.pull(`queue:${server.centre.queues.support}`, 0)).toMatchObject({ ok: true });
});

test('orders that meet the end of a connection are answered by name and applied once when they are asked again', async () => {
  const submitted: { mid: number; id: string; body: ReturnType<typeof note> }[] = [];
  const work = { isOver: false };
  const ending = (async () => {
    while (!work.isOver) {
      await endAll('active').catch(() => undefined);
      await endAll('idle in transaction').catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  })();
  let failed = 0;
  for (let mid = 1; mid <= 8 || failed === 0; mid++) {
    const one = { mid, id: randomUUID(), body: note(`接続が切れる ${mid}`) };
    submitted.push(one);
    await eventually(
      async () => {
        const answer = await console.submit(mid, one.body, one.id);
        if (answer.ok) return answer.verdict.outcome === 'applied';
        expect(answer.why).toBe('failed');
        failed += 1;
        return false;
      },
      { withinMs: 20_000, what: `an answer to ${mid}` },
    );
  }
  work.isOver = true;
  await ending;
  expect(failed).toBeGreaterThan(0);
  for (const { body } of submitted) expect(await notes(body.text)).toBe(1);
  await eventually(async () => (await fetch(`${server.url}/readyz`)).status === 200);
});
