/** Copies of drafts on the server: who writes them, who reads them, and what is kept of them. */
import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { AgentId, ConversationId, QueueId } from '../../src/shared/domain/ids.ts';
import { mineScope } from '../../src/shared/domain/scope.ts';
import type { Ask } from '../../src/shared/sync-protocol.ts';
import type { ServerDatabase } from '../../src/server/db/server-database.ts';
import { agent, auditEvent, conversation, customer, draft, feedEntry, queue } from '../../src/server/db/schema.ts';
import { answerDraftAsk, type DraftAsk } from '../../src/server/drafts/answer-draft-ask.ts';
import { forgetDrafts } from '../../src/server/drafts/forget-drafts.ts';
import { findActiveAgent } from '../../src/server/sync/rights.ts';
import { describeOnEveryDatabase } from '../support/databases.ts';
import { foundWorkCentre, handClock, type WorkCentre } from '../support/work-centre.ts';

const DAY = 24 * 3_600_000;
type Copy = Extract<Ask, { method: 'keepDrafts' }>['drafts'][number];

describeOnEveryDatabase('a draft on the server', (openFresh) => {
  const clock = handClock();
  let database: ServerDatabase;
  let centre: WorkCentre;
  let conversationId: ConversationId;
  let aoi: AgentId;
  let lead: AgentId;
  let stranger: AgentId;
  let otherQueue: QueueId;
  let thread = 0;

  beforeAll(async () => {
    database = await openFresh();
    centre = await foundWorkCentre(database, clock);
    aoi = centre.agents.aoi.id;
    lead = centre.id<AgentId>();
    stranger = centre.id<AgentId>();
    otherQueue = centre.id<QueueId>();
    await centre.run(async (w) => {
      await w.tx
        .insert(queue)
        .values({ id: otherQueue, workspaceId: centre.workspaceId, name: '法人', replyTargets: {} });
      const one = { workspaceId: centre.workspaceId, kana: '', state: 'active' as const, role: 'teamLead' as const };
      await w.tx.insert(agent).values([
        { ...one, id: lead, displayName: '佐藤 恵子', queueIds: [centre.queueId] },
        { ...one, id: stranger, displayName: '高橋 涼', queueIds: [otherQueue] },
      ]);
      w.append('queue', [otherQueue]);
      w.append('agent', [lead, stranger]);
    });
  });
  beforeEach(async () => {
    const author = { address: `visitor-${++thread}`, displayName: '山田 花子', isVerified: false };
    const came = await centre.receive('webChat', { text: '相談です', threadId: `thread-${thread}`, author });
    conversationId = came.conversationId as ConversationId;
  });

  const ask = async (who: AgentId, what: DraftAsk) =>
    await centre.run(async (w) => await answerDraftAsk(w, (await findActiveAgent(w.tx, who))!, what));
  const copy = (change: Partial<Copy> = {}): Copy => ({
    id: randomUUID(),
    conversationId,
    what: 'reply',
    text: 'お世話になって',
    mail: null,
    revision: 1,
    ...change,
  });
  const keep = async (
    who: AgentId,
    drafts: Copy[],
    done: { id: string; revision: number; why: 'ended' | 'superseded' }[] = [],
  ) => await ask(who, { method: 'keepDrafts', drafts, done, deviceName: '1号機' });
  const rowOf = async (id: string) => (await database.orm.select().from(draft).where(eq(draft.id, id)))[0];
  const standing = async (id: string) =>
    (await database.orm.select().from(feedEntry).where(eq(feedEntry.rowId, id))).map(({ scope, gone }) => ({
      scope,
      gone,
    }));
  const versions = async (who: AgentId) => {
    const answer = await ask(who, { method: 'readDraftVersions', conversationId });
    return (answer.ok ? (answer.output as { text: string }[]) : []).map(({ text }) => text);
  };

  test('stands in its author’s scope and in no other, and goes from there when it was sent', async () => {
    const one = copy();
    expect(await keep(aoi, [one])).toEqual({ ok: true, output: { refused: [] } });
    expect(await standing(one.id)).toEqual([{ scope: mineScope(aoi), gone: false }]);
    await keep(aoi, [], [{ id: one.id, revision: 1, why: 'ended' }]);
    expect(await rowOf(one.id)).toBeUndefined();
    expect(await standing(one.id)).toEqual([{ scope: mineScope(aoi), gone: true }]);
    expect(await versions(aoi)).toEqual(['お世話になって']);
  });

  test('takes the newest revision, whatever comes late or twice', async () => {
    const one = copy({ text: '新しい', revision: 5 });
    await keep(aoi, [one]);
    await keep(aoi, [{ ...one, text: '古い', revision: 4 }]);
    await keep(aoi, [one]);
    expect(await rowOf(one.id)).toMatchObject({ text: '新しい', revision: 5 });
    await keep(aoi, [], [{ id: one.id, revision: 4, why: 'ended' }]);
    expect(await rowOf(one.id)).toBeDefined();
  });

  test('that another device has gone on with is let go by the first, unless the first wrote on: then both stand', async () => {
    const first = copy({ text: '一台目' });
    await keep(aoi, [first]);
    const second = copy({ text: '一台目の続き' });
    await keep(aoi, [second], [{ id: first.id, revision: 1, why: 'superseded' }]);
    expect((await rowOf(first.id))?.supersededAt).toBe(clock.now());
    await keep(aoi, [{ ...first, text: '一台目、圏外で', revision: 2 }]);
    expect(await rowOf(first.id)).toMatchObject({ text: '一台目、圏外で', supersededAt: null });
    expect((await rowOf(second.id))?.text).toBe('一台目の続き');
  });

  test('of a colleague cannot be written, ended or read by another agent, nor by a lead of another queue', async () => {
    const one = copy();
    await keep(aoi, [one]);
    const { ren } = centre.agents;
    expect(await keep(ren.id, [{ ...one, text: '改ざん', revision: 9 }])).toMatchObject({
      output: { refused: [one.id] },
    });
    await keep(ren.id, [], [{ id: one.id, revision: 9, why: 'ended' }]);
    expect(await rowOf(one.id)).toMatchObject({ text: 'お世話になって', agentId: aoi });
    for (const who of [ren.id, stranger]) {
      expect(await ask(who, { method: 'readDrafts', conversationId })).toMatchObject({ ok: false, why: 'not-allowed' });
      expect(await ask(who, { method: 'takeOverDraft', draftId: one.id })).toMatchObject({
        ok: false,
        why: 'not-allowed',
      });
      expect(await versions(who)).toEqual([]);
    }
  });

  test('of a conversation that was never theirs is not kept', async () => {
    const one = copy();
    expect(await keep(stranger, [one])).toMatchObject({ output: { refused: [one.id] } });
    expect(await rowOf(one.id)).toBeUndefined();
  });

  test('is read by a lead and taken over once: who and when stand in it and in the audit, without a word of it', async () => {
    const one = copy({ text: '秘密の下書き' });
    await keep(aoi, [one]);
    expect(await ask(lead, { method: 'readDrafts', conversationId })).toMatchObject({
      ok: true,
      output: [{ draftId: one.id, agentName: '鈴木 葵', text: '秘密の下書き', takenOverByName: null }],
    });
    const taken = { ok: true, output: { isTaken: true, text: '秘密の下書き', conversationId, what: 'reply' } };
    expect(await ask(lead, { method: 'takeOverDraft', draftId: one.id })).toMatchObject(taken);
    // The answer was lost: asked again.
    expect(await ask(lead, { method: 'takeOverDraft', draftId: one.id })).toMatchObject(taken);
    expect(await rowOf(one.id)).toMatchObject({ takenOverByName: '佐藤 恵子', takenOverAt: clock.now() });
    const lines = await database.orm.select().from(auditEvent).where(eq(auditEvent.target, one.id));
    expect(lines).toMatchObject([{ what: 'draft.takenOver', agentId: lead, after: { authorId: aoi } }]);
    expect(JSON.stringify(lines)).not.toContain('秘密');
    await database.orm
      .update(agent)
      .set({ queueIds: [otherQueue, centre.queueId] })
      .where(eq(agent.id, stranger));
    expect(await ask(stranger, { method: 'takeOverDraft', draftId: one.id })).toMatchObject({
      ok: true,
      output: { isTaken: false, byName: '佐藤 恵子' },
    });
    await database.orm
      .update(agent)
      .set({ queueIds: [otherQueue] })
      .where(eq(agent.id, stranger));
  });

  test('goes with its conversation: another owner, another customer, another queue and its leads', async () => {
    const one = copy();
    await keep(aoi, [one]);
    await centre.run(async (w) => {
      const merged = w.newId<typeof customer.$inferInsert.id>();
      await w.tx.insert(customer).values({ id: merged, workspaceId: centre.workspaceId, displayName: '山田 花子' });
      w.append('customer', [merged]);
      await w.tx
        .update(conversation)
        .set({ customerId: merged, assigneeId: centre.agents.ren.id, queueId: otherQueue })
        .where(eq(conversation.id, conversationId));
      w.append('conversation', [conversationId]);
    });
    expect(await ask(lead, { method: 'readDrafts', conversationId })).toMatchObject({ ok: false });
    expect(await ask(stranger, { method: 'readDrafts', conversationId })).toMatchObject({
      output: [{ draftId: one.id }],
    });
    // Its author no longer holds the conversation, and still has the words and may finish them.
    expect(await standing(one.id)).toEqual([{ scope: mineScope(aoi), gone: false }]);
    expect(await keep(aoi, [{ ...one, text: '最後まで', revision: 2 }])).toMatchObject({ output: { refused: [] } });
    expect((await rowOf(one.id))?.text).toBe('最後まで');
  });

  test('what it was is kept once a minute and for 30 days, and a copy of a device that went silent goes too', async () => {
    const one = copy({ text: '一' });
    await keep(aoi, [one]);
    await keep(aoi, [{ ...one, text: '一二', revision: 2 }]);
    await keep(aoi, [{ ...one, text: '一二三', revision: 3 }]);
    clock.advance(61_000);
    await keep(aoi, [{ ...one, text: '一二三四', revision: 4 }]);
    expect((await versions(aoi)).toSorted()).toEqual(['一', '一二三'].toSorted());
    clock.advance(29 * DAY);
    await forgetDrafts(database, centre.source);
    expect(await versions(aoi)).toHaveLength(2);
    clock.advance(2 * DAY);
    await forgetDrafts(database, centre.source);
    expect(await rowOf(one.id)).toBeUndefined();
    expect(await versions(aoi)).toEqual(['一二三四']);
    clock.advance(31 * DAY);
    await forgetDrafts(database, centre.source);
    expect(await versions(aoi)).toEqual([]);
  });
});
