/** What a device does not hold: walks that leave out what is older, and the history that brings the rest. */
import { eq, sql } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { attachment, call, callNote, message } from '../../src/server/db/schema.ts';
import type { ServerDatabase } from '../../src/server/db/server-database.ts';
import { write } from '../../src/server/db/write.ts';
import { readHistory } from '../../src/server/feed/read-history.ts';
import { walkScope } from '../../src/server/feed/walk-scope.ts';
import type { AttachmentId, CallId, CallNoteId } from '../../src/shared/domain/ids.ts';
import { queueScope, type Scope } from '../../src/shared/domain/scope.ts';
import { pageSchema } from '../../src/shared/sync-protocol.ts';
import { describeOnEveryDatabase } from '../support/databases.ts';
import { addConversation, makeSmallCentre, type SmallCentre } from '../support/small-centre.ts';
import { testSource } from '../support/test-source.ts';

const parsePage = (json: string) => pageSchema.parse(JSON.parse(json));

describeOnEveryDatabase('history', (openFresh) => {
  const source = testSource();
  let database: ServerDatabase;
  let centre: SmallCentre;
  let support: Scope;

  beforeAll(async () => {
    database = await openFresh();
    centre = await makeSmallCentre(database, source);
    support = queueScope(centre.queues.support);
  });

  test('a walk with a boundary leaves out older messages, files and calls, and no root; history brings exactly those', async () => {
    const { conversationId, customerId } = await addConversation(database, source, centre, { messages: 450 });
    const [phone] = [centre.accounts.phone];
    const start = source.clock.now();
    await write(database, source, async (w) => {
      await w.tx
        .update(message)
        .set({ receivedAt: sql`${start}::bigint + 10 * ${message.seq}` })
        .where(eq(message.conversationId, conversationId));
      const [one] = await w.tx
        .select()
        .from(message)
        .where(eq(message.conversationId, conversationId))
        .orderBy(message.seq)
        .limit(1);
      const file = w.newId<AttachmentId>();
      const calls = [w.newId<CallId>(), w.newId<CallId>()];
      await w.tx.insert(attachment).values({
        id: file,
        messageId: one!.id,
        conversationId,
        name: '写真.jpg',
        declaredType: 'image/jpeg',
        sniffedType: 'image/jpeg',
        size: 1,
        sha256: 'x',
      });
      await w.tx.insert(call).values(
        calls.map((id, index) => ({
          id,
          conversationId,
          customerId,
          direction: 'in' as const,
          queueId: centre.queues.support,
          state: 'ended' as const,
          offeredAt: start + (index === 0 ? 5 : 4_000),
          expiresAt: start + 5_000,
          channelAccountId: phone,
          externalId: id,
        })),
      );
      const notes = await w.tx
        .insert(callNote)
        .values(
          calls.map((callId) => ({
            id: w.newId<CallNoteId>(),
            callId,
            conversationId,
            text: '要確認',
            offsetMs: 0,
            authorName: '鈴木',
            createdAt: w.now,
          })),
        )
        .returning();
      w.append('attachment', [file]);
      w.append('call', calls);
      w.append(
        'callNote',
        notes.map(({ id }) => id),
      );
    });
    const since = start + 4_000;
    const idsOf = (json: string) =>
      parsePage(json).tables.flatMap(({ kind, columns, rows }) =>
        rows.flatMap((row) =>
          kind === 'conversation' || row[columns.indexOf('conversationId')] === conversationId
            ? [`${kind} ${String(row[0])}`]
            : [],
        ),
      );
    const walkAll = async (boundary: number | null) => {
      const seen: string[] = [];
      let at: { ceiling: number | null; below: number | null } = { ceiling: null, below: null };
      do {
        const answer = await walkScope(database, support, { ...at, since: boundary });
        if (!answer.ok) throw new Error(answer.why);
        seen.push(...idsOf(answer.page.json));
        at = answer.page;
      } while (at.below !== null);
      return seen.toSorted();
    };
    const everything = await walkAll(null);
    const walked = await walkAll(since);
    expect(walked.filter((id) => id.startsWith('conversation'))).toEqual(
      everything.filter((id) => id.startsWith('conversation')),
    );
    const read: string[] = [];
    const cuts: number[] = [];
    for (let upto: number | null = since - 1; upto !== null; ) {
      const answer = await readHistory(database, conversationId, upto, async () => true);
      if (!answer.ok) throw new Error(answer.why);
      read.push(...idsOf(answer.page.json));
      upto = answer.page.upto;
      if (upto !== null) cuts.push(upto);
    }
    // 399 messages of which a page takes 200.
    expect(cuts).toEqual([start + 10 * 200 - 1]);
    expect([...walked, ...read].toSorted()).toEqual(everything);
    expect(await readHistory(database, conversationId, since, async () => false)).toEqual({
      ok: false,
      why: 'not-allowed',
    });
  });

  test('a page of history is not cut inside one millisecond, and ends early when its texts are large', async () => {
    const same = await addConversation(database, source, centre, { messages: 1_100 });
    const [row] = await database.orm
      .select()
      .from(message)
      .where(eq(message.conversationId, same.conversationId))
      .limit(1);
    const at = source.clock.now() + 1_000_000;
    const all = await readHistory(database, same.conversationId, at, async () => true);
    if (!all.ok) throw new Error(all.why);
    expect(all.page.upto).toBe(row!.receivedAt - 1);
    expect(parsePage(all.page.json).tables.map(({ rows }) => rows.length)).toEqual([1_000, 100]);
    const large = await addConversation(database, source, centre, { messages: 5, text: 'あ'.repeat(150_000) });
    await write(database, source, async (w) => {
      await w.tx
        .update(message)
        .set({ receivedAt: sql`1000 + ${message.seq}` })
        .where(eq(message.conversationId, large.conversationId));
    });
    const first = await readHistory(database, large.conversationId, at, async () => true);
    if (!first.ok) throw new Error(first.why);
    expect(first.page.upto).toBe(1_003);
  });
});
