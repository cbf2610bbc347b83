/** Two agents change the same thing apart: what each field becomes, and who is told. */
import { and, eq } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ConsentState } from '../../src/shared/domain/consent.ts';
import { consentStates, isStricter } from '../../src/shared/domain/consent.ts';
import type { ConversationId, CustomerId, MessageId, QueueId } from '../../src/shared/domain/ids.ts';
import type { ServerDatabase } from '../../src/server/db/server-database.ts';
import { agent, auditEvent, consent, conversation, customer, message, queue } from '../../src/server/db/schema.ts';
import { describeOnEveryDatabase } from '../support/databases.ts';
import { foundWorkCentre, handClock, type WorkCentre } from '../support/work-centre.ts';

describeOnEveryDatabase('two agents apart', (openFresh) => {
  let database: ServerDatabase;
  let centre: WorkCentre;
  let conversationId: ConversationId;
  let customerId: CustomerId;
  let others: QueueId;
  let thread = 0;
  const changed = { outcome: 'refused', reason: 'state-changed' };
  const edited = { outcome: 'needsReview', reason: 'edited-meanwhile' };
  const applied = { outcome: 'applied' };

  beforeAll(async () => {
    database = await openFresh();
    centre = await foundWorkCentre(database, handClock());
    others = centre.id<QueueId>();
    await centre.run(async (w) => {
      await w.tx.insert(queue).values({ id: others, workspaceId: centre.workspaceId, name: '法人', replyTargets: {} });
      w.append('queue', [others]);
    });
  });
  beforeEach(async () => {
    const author = { address: `visitor-${++thread}`, displayName: '山田 花子', isVerified: false };
    const came = await centre.receive('webChat', { text: '相談です', threadId: `thread-${thread}`, author });
    conversationId = came.conversationId as ConversationId;
    customerId = (await row()).customerId;
  });
  const row = async () =>
    (await database.orm.select().from(conversation).where(eq(conversation.id, conversationId)))[0]!;
  const person = async () => (await database.orm.select().from(customer).where(eq(customer.id, customerId)))[0]!;
  const note = async (id: MessageId) => (await database.orm.select().from(message).where(eq(message.id, id)))[0]!;

  test('of two owners the first commit wins and the second agent is told', async () => {
    const take = (who: 'aoi' | 'ren') =>
      centre.order(who, {
        kind: 'conversation.assign',
        conversationId,
        assigneeId: centre.agents[who].id,
        seenAssigneeId: null,
      });
    expect([await take('aoi'), await take('ren')]).toEqual([applied, changed]);
    expect((await row()).assigneeId).toBe(centre.agents.aoi.id);
  });

  test('of two states the first commit wins, and the same state twice is no conflict', async () => {
    const set = (who: 'aoi' | 'ren', status: 'resolved' | 'pending') =>
      centre.order(who, { kind: 'conversation.setStatus', conversationId, status, seenStatus: 'new' });
    expect([await set('aoi', 'resolved'), await set('ren', 'pending')]).toEqual([applied, changed]);
    expect(await set('ren', 'resolved')).toEqual(applied);
    expect((await row()).status).toBe('resolved');
  });

  describe('moved to another queue', () => {
    const move = (who: 'aoi' | 'ren', queueId: QueueId, seenQueueId: QueueId) =>
      centre.order(who, { kind: 'conversation.move', conversationId, queueId, seenQueueId });

    test('the first commit wins, an owner who is no member there lets go, and the thread says who did it', async () => {
      await centre.order('aoi', {
        kind: 'conversation.assign',
        conversationId,
        assigneeId: centre.agents.aoi.id,
        seenAssigneeId: null,
      });
      expect(await move('ren', others, centre.queueId)).toEqual(applied);
      expect(await row()).toMatchObject({ queueId: others, assigneeId: null });
      expect(await move('aoi', centre.id<QueueId>(), centre.queueId)).toEqual(changed);
      const events = await database.orm
        .select({ detail: message.detail })
        .from(message)
        .where(and(eq(message.conversationId, conversationId), eq(message.direction, 'system')));
      expect(events.at(-1)?.detail).toMatchObject({ event: 'moved', who: '伊藤 蓮', params: { to: '法人' } });
    });

    test('an owner who is a member there keeps it', async () => {
      await database.orm
        .update(agent)
        .set({ queueIds: [centre.queueId, others] })
        .where(eq(agent.id, centre.agents.aoi.id));
      await centre.order('aoi', {
        kind: 'conversation.assign',
        conversationId,
        assigneeId: centre.agents.aoi.id,
        seenAssigneeId: null,
      });
      await move('aoi', others, centre.queueId);
      expect((await row()).assigneeId).toBe(centre.agents.aoi.id);
    });

    test('a queue that is not in this workspace is not found', async () => {
      expect(await move('aoi', centre.id<QueueId>(), centre.queueId)).toEqual({
        outcome: 'refused',
        reason: 'not-found',
      });
    });
  });

  test('tags that two add and take away apart come together, and nobody is told anything', async () => {
    const tag = (who: 'aoi' | 'ren', add: string[], remove: string[] = []) =>
      centre.order(who, { kind: 'conversation.tag', conversationId, add, remove });
    await tag('aoi', ['返品', '急ぎ']);
    expect([await tag('aoi', ['修理'], ['急ぎ']), await tag('ren', ['初回', '返品'])]).toEqual([applied, applied]);
    expect((await row()).tags.toSorted()).toEqual(['修理', '初回', '返品'].toSorted());
  });

  test('tags without end are refused', async () => {
    const many = (from: number) => Array.from({ length: 20 }, (_, n) => `${from + n}`);
    const tag = (add: string[]) => centre.order('aoi', { kind: 'conversation.tag', conversationId, add, remove: [] });
    await tag(many(0));
    expect(await tag(many(20))).toEqual({ outcome: 'refused', reason: 'bad-input' });
    expect((await row()).tags).toHaveLength(20);
  });

  test('of a note that two write anew the first stands, the second waits for a person, and an edit says whose it is', async () => {
    const messageId = centre.id<MessageId>();
    await centre.order('aoi', { kind: 'note.add', conversationId, messageId, text: '在庫なし' });
    const edit = (who: 'aoi' | 'ren', text: string, seenText = '在庫なし') =>
      centre.order(who, { kind: 'note.edit', conversationId, messageId, text, seenText });
    expect([await edit('ren', '在庫2台'), await edit('aoi', '入荷は金曜')]).toEqual([applied, edited]);
    expect(await note(messageId)).toMatchObject({ text: '在庫2台', editedByName: '伊藤 蓮', authorName: '鈴木 葵' });
    expect((await row()).preview).toBe('在庫2台');
    expect(await edit('aoi', '入荷は金曜', '在庫2台')).toEqual(applied);
    expect((await note(messageId)).text).toBe('入荷は金曜');
  });

  test('what a customer wrote cannot be written anew', async () => {
    const [said] = await database.orm.select().from(message).where(eq(message.conversationId, conversationId));
    expect(
      await centre.order('aoi', {
        kind: 'note.edit',
        conversationId,
        messageId: said!.id,
        text: '改ざん',
        seenText: said!.text,
      }),
    ).toEqual({ outcome: 'refused', reason: 'not-found' });
  });

  test('each field of a customer stands for itself: another field is no conflict, the same one is', async () => {
    const set = (who: 'aoi' | 'ren', field: 'displayName' | 'kana', value: string, seen: string) =>
      centre.order(who, { kind: 'customer.setField', customerId, change: { field, value, seen } });
    expect([
      await set('aoi', 'displayName', '山田 華子', '山田 花子'),
      await set('ren', 'kana', 'やまだ はなこ', ''),
      await set('ren', 'displayName', '山田 ハナ', '山田 花子'),
    ]).toEqual([applied, applied, edited]);
    expect(await person()).toMatchObject({ displayName: '山田 華子', kana: 'やまだ はなこ' });
    const lines = await database.orm.select().from(auditEvent).where(eq(auditEvent.target, customerId));
    expect(JSON.stringify(lines)).not.toContain('華子');
  });

  test('of two answers about consent written down apart the stricter stands, in whichever order they come', async () => {
    for (const first of consentStates)
      for (const second of consentStates) {
        await database.orm.delete(consent).where(eq(consent.customerId, customerId));
        const set = (who: 'aoi' | 'ren', state: ConsentState) =>
          centre.order(who, { kind: 'consent.set', customerId, purpose: 'mailing', state, seenState: 'unknown' });
        await set('aoi', first);
        const told = await set('ren', second);
        const [now] = await database.orm.select().from(consent).where(eq(consent.customerId, customerId));
        const stands = first === 'unknown' || isStricter(second, first) ? second : first;
        expect(now?.state ?? 'unknown', `${first} then ${second}`).toBe(stands);
        expect(told, `${first} then ${second}`).toEqual(stands === second ? applied : edited);
      }
  });
});
