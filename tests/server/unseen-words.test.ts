import { eq } from 'drizzle-orm';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { AgentId, ConversationId, MessageId, WorkspaceId } from '../../src/shared/domain/ids.ts';
import { receiveCallEvent } from '../../src/server/calls/receive-call-event.ts';
import { redactMessage } from '../../src/server/conversations/move-delivery.ts';
import * as schema from '../../src/server/db/schema.ts';
import type { ServerDatabase } from '../../src/server/db/server-database.ts';
import { describeOnEveryDatabase } from '../support/databases.ts';
import { foundWorkCentre, handClock, type WorkCentre } from '../support/work-centre.ts';

describeOnEveryDatabase('words that nobody has seen', (openFresh) => {
  const clock = handClock();
  let database: ServerDatabase;
  let centre: WorkCentre;
  let thread = 0;
  beforeAll(async () => {
    database = await openFresh();
    centre = await foundWorkCentre(database, clock);
  });
  beforeEach(() => {
    thread += 1;
    clock.advance(1_000);
  });
  const conversationOf = async (id: string) => {
    const rows = await database.orm.select().from(schema.conversation);
    return rows.find((row) => row.id === id)!;
  };
  const write = async (text: string, more: { externalId?: string } = {}) => {
    const author = { address: `U${thread}`, displayName: '山田', isVerified: true };
    const got = await centre.receive('line', { text, threadId: `U${thread}`, author, ...more });
    return got.conversationId as ConversationId;
  };
  const reply = (conversationId: ConversationId, seenSeq: number) =>
    centre.order('aoi', {
      kind: 'reply.send',
      messageId: centre.id<MessageId>(),
      conversationId,
      text: '承知いたしました',
      mail: null,
      seenSeq,
      seenStatus: 'inProgress',
    });
  const putAway = (conversationId: ConversationId, status: 'resolved' | 'pending', seenSeq: number) =>
    centre.order('aoi', {
      kind: 'conversation.setStatus',
      conversationId,
      status,
      seenStatus: 'inProgress',
      seenSeq,
    });

  test('stay unread and due when an answer crosses them on its way', async () => {
    const conversationId = await write('一つ目');
    clock.advance(1_000);
    await write('二つ目');
    const wroteAt = clock.now();
    clock.advance(1_000);
    expect(await reply(conversationId, 1)).toEqual({ outcome: 'applied' });
    expect(await conversationOf(conversationId)).toMatchObject({
      readSeq: 1,
      unreadCount: 1,
      firstUnansweredAt: wroteAt,
      dueAt: wroteAt + 60 * 60_000,
    });
    const { lastSeq } = await conversationOf(conversationId);
    await reply(conversationId, lastSeq);
    expect(await conversationOf(conversationId)).toMatchObject({ readSeq: 2, unreadCount: 0, dueAt: null });
  });

  test.each(['resolved', 'pending'] as const)('keep a conversation from being %s', async (status) => {
    const conversationId = await write('一つ目');
    await reply(conversationId, 1);
    await write('やはり動きません');
    const before = await conversationOf(conversationId);
    expect(await putAway(conversationId, status, before.lastSeq - 1)).toEqual({
      outcome: 'needsReview',
      reason: 'thread-moved-on',
    });
    expect(await conversationOf(conversationId)).toEqual(before);
    expect(await putAway(conversationId, status, before.lastSeq)).toEqual({ outcome: 'applied' });
  });

  test('of a colleague with the same name count as a colleague’s', async () => {
    const conversationId = await write('一つ目');
    const assigneeId = centre.agents.ren.id;
    centre.agents.ren.displayName = centre.agents.aoi.displayName;
    await centre.order('ren', { kind: 'conversation.assign', conversationId, assigneeId, seenAssigneeId: null });
    expect(await reply(conversationId, 1)).toEqual({ outcome: 'needsReview', reason: 'not-yours-any-more' });
  });

  test('taken back after the answer leave the answer in the inbox row', async () => {
    const externalId = `taken-back-${thread}`;
    const conversationId = await write('秘密', { externalId });
    await reply(conversationId, 1);
    const accounts = await database.orm.select().from(schema.channelAccount);
    await centre.run((w) => redactMessage(w, accounts.find(({ id }) => id === centre.accounts.line)!, externalId));
    expect((await conversationOf(conversationId)).preview).toBe('承知いたしました');
  });

  test('of a caller do not go to an agent of another workspace, whoever the telephone system names', async () => {
    const workspaceId = centre.id<WorkspaceId>();
    const agentId = centre.id<AgentId>();
    await centre.run(async (w) => {
      await w.tx
        .insert(schema.workspace)
        .values({ id: workspaceId, name: '別の業務', colour: '#2B48C4', timeZone: 'Asia/Tokyo', locale: 'ja' });
      await w.tx.insert(schema.agent).values({
        id: agentId,
        workspaceId,
        displayName: '他社 太郎',
        kana: '',
        role: 'agent',
        queueIds: [],
        state: 'active',
      });
      await w.tx.insert(schema.credential).values({ agentId, login: 'stranger', passwordHash: '' });
    });
    const accounts = await database.orm.select().from(schema.channelAccount);
    const phone = accounts.find(({ id }) => id === centre.accounts.phone)!;
    const event = (type: 'call.offered' | 'call.answered', seq: number, agentLogin: string) => ({
      eventId: `e-${thread}-${seq}`,
      seq,
      type,
      callId: `call-${thread}`,
      linkedId: null,
      at: clock.now(),
      direction: 'in' as const,
      from: '+819012345678',
      fromReason: null,
      to: null,
      did: null,
      queue: null,
      agentLogin,
      cause: null,
      ringForMs: 30_000,
    });
    await centre.run((w) => receiveCallEvent(w, phone, event('call.offered', 1, 'stranger')));
    await centre.run((w) => receiveCallEvent(w, phone, event('call.answered', 2, 'stranger')));
    const [call] = await database.orm
      .select()
      .from(schema.call)
      .where(eq(schema.call.externalId, `call-${thread}`));
    expect(call?.agentId).toBeNull();
    const entries = await database.orm.select().from(schema.feedEntry);
    expect(entries.filter(({ scope }) => scope.endsWith(agentId))).toEqual([]);
  });
});
