import { eq, sql } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { conversation, customer, feedEntry, message, order, organisation } from '../../src/server/db/schema.ts';
import { rowsOf, type ServerDatabase } from '../../src/server/db/server-database.ts';
import { write } from '../../src/server/db/write.ts';
import type { FeedGrowth } from '../../src/server/feed/feed-hub.ts';
import { forgetTombstones } from '../../src/server/feed/forget-tombstones.ts';
import { packPage } from '../../src/server/feed/pack-page.ts';
import { readFrames } from '../../src/server/feed/read-frames.ts';
import { readSince } from '../../src/server/feed/read-since.ts';
import { scopesOf } from '../../src/server/feed/scopes-of.ts';
import { walkScope } from '../../src/server/feed/walk-scope.ts';
import { seededRandom } from '../../src/shared/domain/clock.ts';
import type { OrderId } from '../../src/shared/domain/ids.ts';
import { messageRowSchema } from '../../src/shared/domain/rows.ts';
import { customerScope, directoryScope, mineScope, queueScope, type Scope } from '../../src/shared/domain/scope.ts';
import { columnsOf, syncedKinds } from '../../src/shared/domain/synced-kinds.ts';
import { BYTES_PER_PAGE, pageSchema, ROWS_PER_PAGE } from '../../src/shared/sync-protocol.ts';
import { describeOnEveryDatabase } from '../support/databases.ts';
import { addConversation, makeSmallCentre, type SmallCentre, type TestConversation } from '../support/small-centre.ts';
import { testSource } from '../support/test-source.ts';

const parsePage = (json: string) => pageSchema.parse(JSON.parse(json));

describeOnEveryDatabase('the feed', (openFresh) => {
  const source = testSource();
  let database: ServerDatabase;
  let centre: SmallCentre;
  let support: Scope;
  let business: Scope;

  beforeAll(async () => {
    database = await openFresh();
    centre = await makeSmallCentre(database, source);
    support = queueScope(centre.queues.support);
    business = queueScope(centre.queues.business);
  });

  const entriesOf = async (rowId: string) =>
    (await database.orm.select().from(feedEntry).where(eq(feedEntry.rowId, rowId))).map(({ scope, sv, gone }) => ({
      scope,
      sv,
      gone,
    }));
  const liveScopes = async (rowId: string) =>
    (await entriesOf(rowId))
      .filter((entry) => !entry.gone)
      .map((entry) => entry.scope)
      .toSorted();
  const change = async (id: string, fields: Partial<typeof conversation.$inferInsert>) =>
    await write(database, source, async (w) => {
      await w.tx.update(conversation).set(fields).where(sql`${conversation.id} = ${id}`);
      w.append('conversation', [id]);
    });
  /** Everything in a scope after a cursor, page by page, as a console would read it. */
  const pullAll = async (scope: Scope, after: number) => {
    const seen = { rows: new Map<string, unknown[][]>(), gone: [] as string[] };
    let cursor = after;
    for (;;) {
      const answer = await readSince(database, scope, cursor);
      if (!answer.ok) throw new Error(answer.why);
      const page = parsePage(answer.page.json);
      for (const table of page.tables) seen.rows.set(table.kind, [...(seen.rows.get(table.kind) ?? []), ...table.rows]);
      seen.gone.push(...page.gone.map((one) => one.id));
      cursor = answer.page.to;
      if (!answer.page.more) return { ...seen, to: cursor };
    }
  };

  test('gives every appended row its own sv, without gaps, and names the touched scopes', async () => {
    const [before] = await database.orm.select().from(organisation);
    const made = await addConversation(database, source, centre, { messages: 3 });
    const [after] = await database.orm.select().from(organisation);
    expect(after!.sv - before!.sv).toBe(5);
    const messages = await database.orm
      .select()
      .from(message)
      .where(eq(message.conversationId, made.conversationId))
      .orderBy(message.seq);
    expect(messages.map((row) => row.sv)).toEqual([after!.sv - 2, after!.sv - 1, after!.sv]);
    expect(await liveScopes(made.conversationId)).toEqual([customerScope(made.customerId), support].toSorted());
    expect(await liveScopes(made.messageIds[0]!)).toEqual([customerScope(made.customerId), support].toSorted());
    expect(await liveScopes(made.customerId)).toEqual(
      [customerScope(made.customerId), directoryScope(centre.workspaceId)].toSorted(),
    );
  });

  test('writers at the same moment commit one after the other: no sv is given twice, none is left out', async () => {
    const [before] = await database.orm.select().from(organisation);
    const growths: FeedGrowth[] = [];
    const stop = database.hub.listen((growth) => growths.push(growth));
    const made = await Promise.all(
      Array.from({ length: 12 }, () => addConversation(database, source, centre, { messages: 1 })),
    );
    stop();
    const svs = await rowsOf<{ sv: number }>(
      database.orm,
      sql`select distinct sv from feed_entry where sv > ${before!.sv}::bigint order by sv`,
    );
    expect(svs.map((row) => row.sv)).toEqual(Array.from({ length: made.length * 3 }, (_, i) => before!.sv + 1 + i));
    expect(Math.max(...growths.map((growth) => growth.sv))).toBe(before!.sv + made.length * 3);
  });

  test('an error takes back rows, entries and sv, and tells nobody', async () => {
    const [before] = await database.orm.select().from(organisation);
    const made = await addConversation(database, source, centre);
    const growths: FeedGrowth[] = [];
    const stop = database.hub.listen((growth) => growths.push(growth));
    let wasTold = false;
    const failing = write(database, source, async (w) => {
      await w.tx.update(conversation).set({ subject: 'never' }).where(eq(conversation.id, made.conversationId));
      w.append('conversation', [made.conversationId]);
      w.afterCommit(() => {
        wasTold = true;
      });
      await w.settle();
      throw new Error('on purpose');
    });
    await expect(failing).rejects.toThrow('on purpose');
    stop();
    const [row] = await database.orm.select().from(conversation).where(eq(conversation.id, made.conversationId));
    const [after] = await database.orm.select().from(organisation);
    expect(row?.subject).toBeNull();
    expect(after!.sv).toBe(before!.sv + 4);
    expect(wasTold).toBe(false);
    // PostgreSQL tells once more of the commit before, which did happen.
    expect(growths.filter((growth) => growth.sv > after!.sv)).toEqual([]);
  });

  test('a write inside a write is refused by name instead of waiting for ever', async () => {
    await expect(write(database, source, () => write(database, source, async () => 1))).rejects.toThrow(
      'write() inside write()',
    );
    await expect(write(database, source, async () => 1)).resolves.toMatchObject({ result: 1 });
  });

  test('appending a row that is not there is an error and not a hole in the feed', async () => {
    const missing = write(database, source, async (w) =>
      w.append('conversation', ['00000000-0000-7000-8000-000000000001']),
    );
    await expect(missing).rejects.toThrow('append(conversation): 1 rows were named, 0 exist');
  });

  test('a conversation that goes to another queue leaves one tombstone there and brings all its messages here', async () => {
    const made = await addConversation(database, source, centre, { messages: 4 });
    const { to } = await pullAll(business, 0);
    const before = await pullAll(support, 0);
    await change(made.conversationId, { queueId: centre.queues.business });

    const there = await pullAll(support, before.to);
    expect(there.gone).toEqual([made.conversationId]);
    expect(there.rows.size).toBe(0);
    const here = await pullAll(business, to);
    expect(here.rows.get('conversation')).toHaveLength(1);
    expect(
      here.rows
        .get('message')
        ?.map((row) => row[0])
        .toSorted(),
    ).toEqual([...made.messageIds].toSorted());
    expect((await entriesOf(made.messageIds[0]!)).some((entry) => entry.scope === support)).toBe(false);
  });

  test('a conversation that comes back to a queue comes with its messages, above every cursor', async () => {
    const made = await addConversation(database, source, centre, { messages: 2 });
    const before = await pullAll(support, 0);
    await change(made.conversationId, { queueId: centre.queues.business });
    await change(made.conversationId, { queueId: centre.queues.support });
    const after = await pullAll(support, before.to);
    expect(after.gone).toEqual([]);
    expect(after.rows.get('message')).toHaveLength(2);
  });

  test('messages keep their sv when they come into a scope; only their entries there are new', async () => {
    const made = await addConversation(database, source, centre, { messages: 2 });
    const [before] = await database.orm.select().from(message).where(eq(message.id, made.messageIds[0]!));
    const entries = await entriesOf(made.messageIds[0]!);
    await change(made.conversationId, { assigneeId: centre.agents.suzuki.id });
    const [after] = await database.orm.select().from(message).where(eq(message.id, made.messageIds[0]!));
    expect(after?.sv).toBe(before?.sv);
    const now = await entriesOf(made.messageIds[0]!);
    expect(now).toEqual(expect.arrayContaining(entries));
    expect(now.find((entry) => entry.scope === mineScope(centre.agents.suzuki.id))?.sv).toBeGreaterThan(before!.sv);
  });

  test('orders follow the conversations of their customer into queues and out of them', async () => {
    const made = await addConversation(database, source, centre);
    const orderId = crypto.randomUUID() as OrderId;
    await write(database, source, async (w) => {
      await w.tx.insert(order).values({
        id: orderId,
        customerId: made.customerId,
        number: 'H-1',
        orderedAt: 1,
        salesChannel: 'ec',
        status: 'shipped',
        amount: 1,
        currency: 'JPY',
      });
      w.append('order', [orderId]);
    });
    expect(await liveScopes(orderId)).toEqual([customerScope(made.customerId), support].toSorted());
    const second = await addConversation(database, source, centre, {
      customerId: made.customerId,
      queueId: centre.queues.business,
    });
    expect(await liveScopes(orderId)).toContain(business);
    await change(made.conversationId, { queueId: centre.queues.business });
    expect(await liveScopes(orderId)).not.toContain(support);
    await change(second.conversationId, { queueId: centre.queues.support });
    expect(await liveScopes(orderId)).toEqual([business, customerScope(made.customerId), support].toSorted());
  });

  test('a removed customer row leaves a tombstone wherever it stood', async () => {
    const id = crypto.randomUUID();
    await write(database, source, async (w) => {
      await w.tx.insert(customer).values({ id: id as never, workspaceId: centre.workspaceId, displayName: '消える人' });
      w.append('customer', [id]);
    });
    const before = await pullAll(directoryScope(centre.workspaceId), 0);
    await write(database, source, async (w) => {
      await w.tx.delete(customer).where(eq(customer.id, id as never));
      w.remove('customer', [id]);
    });
    expect((await pullAll(directoryScope(centre.workspaceId), before.to)).gone).toEqual([id]);
    expect(await liveScopes(id)).toEqual([]);
  });

  test('a row on the wire is what its schema says, in the order of its columns', async () => {
    const made = await addConversation(database, source, centre, {
      messages: 1,
      text: '「返品」の\n手続き 🙇 \\ "引用"',
    });
    const page = await pullAll(customerScope(made.customerId), 0);
    for (const [kind, rows] of page.rows) expect(rows[0], kind).toHaveLength(columnsOf(kind as 'message').length);
    const row = Object.fromEntries(
      columnsOf('message').map((column, index) => [column, page.rows.get('message')?.[0]?.[index]]),
    );
    expect(messageRowSchema.parse(row)).toMatchObject({
      text: '「返品」の\n手続き 🙇 \\ "引用"',
      detail: { kind: 'text' },
      redactedAt: null,
    });
  });

  test('a long catch-up comes in pages that end below the limits and join without loss', async () => {
    const before = await pullAll(support, 0);
    const long = await addConversation(database, source, centre, { messages: 1_300, text: 'あ'.repeat(500) });
    const first = await readSince(database, support, before.to);
    if (!first.ok) throw new Error(first.why);
    expect(first.page.rows).toBeLessThanOrEqual(ROWS_PER_PAGE);
    expect(Buffer.byteLength(first.page.json)).toBeLessThan(BYTES_PER_PAGE + 20_000);
    expect(first.page.more).toBe(true);
    expect(first.page.rows + first.page.left).toBe(1_301);
    const all = await pullAll(support, before.to);
    expect(new Set(all.rows.get('message')?.map((row) => row[0]))).toEqual(new Set(long.messageIds));
  });

  test('a walk meets each row once, newest first, and can be taken up at any page', async () => {
    const inOnePull = await pullAll(support, 0);
    const seen: string[] = [];
    let ceiling: number | null = null;
    let below: number | null = null;
    do {
      const answer = await walkScope(database, support, { ceiling, below, since: null });
      if (!answer.ok) throw new Error(answer.why);
      for (const table of parsePage(answer.page.json).tables) for (const row of table.rows) seen.push(String(row[0]));
      ({ ceiling, below } = answer.page);
      if (below !== null) await addConversation(database, source, centre);
    } while (below !== null);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.toSorted()).toEqual(
      [...inOnePull.rows.values()]
        .flat()
        .map((row) => String(row[0]))
        .toSorted(),
    );
  });

  test('a walk of an empty scope ends at once, and one with a ceiling from the future is refused', async () => {
    const empty = customerScope(crypto.randomUUID() as never);
    const start = { ceiling: null, below: null, since: null };
    expect(await walkScope(database, empty, start)).toMatchObject({ ok: true, page: { passed: 0, below: null } });
    expect(await walkScope(database, support, { ...start, ceiling: 1_000_000_000 })).toEqual({
      ok: false,
      why: 'bad-input',
    });
  });

  test('a cursor from a future that never was must walk again', async () => {
    expect(await readSince(database, support, 1_000_000_000)).toEqual({ ok: false, why: 'resync' });
  });

  test('after thirty days a tombstone is forgotten and older cursors must walk again', async () => {
    const made = await addConversation(database, source, centre);
    const before = await pullAll(support, 0);
    await change(made.conversationId, { queueId: centre.queues.business });
    await forgetTombstones(database, source);
    expect((await pullAll(support, before.to)).gone).toEqual([made.conversationId]);
    source.pass(31 * 24 * 3_600_000);
    expect(await forgetTombstones(database, source)).toBeGreaterThan(0);
    expect(await readSince(database, support, before.to)).toEqual({ ok: false, why: 'resync' });
    expect(await readSince(database, support, 0)).toMatchObject({ ok: true });
    await addConversation(database, source, centre);
    // A live frame from there could leave out a tombstone too: consoles must pull.
    expect(await readFrames(database, [{ scope: support, from: before.to }])).toMatchObject([{ page: null }]);
    const [owner] = await database.orm.select().from(organisation);
    expect(await readSince(database, support, owner!.sv)).toMatchObject({ ok: true });
  });

  test('a small page travels as text, a large one as zstd that gives the same back', async () => {
    expect(await packPage('{"tables":[],"gone":[]}')).toEqual({ json: '{"tables":[],"gone":[]}' });
    const large = JSON.stringify({ tables: [], gone: [], filler: 'あいう'.repeat(9_000) });
    const packed = await packPage(large);
    if (!('zstd' in packed)) throw new Error('not compressed');
    const { zstdDecompressSync } = await import('node:zlib');
    expect(zstdDecompressSync(packed.zstd).toString('utf8')).toBe(large);
    expect(packed.zstd.byteLength).toBeLessThan(2_000);
  });

  test('whatever moves, the feed says where each row stands, and no scope has an sv twice', async () => {
    const random = seededRandom(20_261_123);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random.next() * from.length)]!;
    const made: TestConversation[] = [];
    for (let i = 0; i < 6; i++)
      made.push(
        await addConversation(database, source, centre, {
          messages: 2,
          ...(i > 2 ? { customerId: made[i - 3]!.customerId } : {}),
        }),
      );
    for (let round = 0; round < 30; round++) {
      const chosen = [pick(made), pick(made)];
      await write(database, source, async (w) => {
        for (const { conversationId, messageIds } of chosen) {
          const moved = {
            queueId: pick(Object.values(centre.queues)),
            assigneeId: pick([null, centre.agents.suzuki.id, centre.agents.ito.id]),
          };
          await w.tx.update(conversation).set(moved).where(eq(conversation.id, conversationId));
          w.append('conversation', [conversationId]);
          if (random.next() < 0.5) w.append('message', [pick(messageIds)]);
        }
      });
    }
    for (const kind of syncedKinds) {
      const ids = await rowsOf<{ id: string }>(
        database.orm,
        sql`select distinct row_id as id from feed_entry where kind = ${kind}`,
      );
      const wanted = await rowsOf<{ row_id: string; scope: string }>(
        database.orm,
        scopesOf(
          kind,
          ids.map((row) => row.id),
        ),
      );
      const live = await rowsOf<{ row_id: string; scope: string }>(
        database.orm,
        sql`select row_id, scope from feed_entry where kind = ${kind} and not gone`,
      );
      const text = (rows: { row_id: string; scope: string }[]) =>
        rows.map((row) => `${row.row_id} ${row.scope}`).toSorted();
      expect(text(live), kind).toEqual(text(wanted));
    }
    const doubled = await rowsOf(
      database.orm,
      sql`select scope, sv from feed_entry group by scope, sv having count(*) > 1`,
    );
    expect(doubled).toEqual([]);
    const behind = await rowsOf(
      database.orm,
      sql`select f.row_id from feed_entry f join message m on m.id = f.row_id where f.sv < m.sv`,
    );
    expect(behind).toEqual([]);
  });
});
