import { eq } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ConversationId, MessageId } from '../../src/shared/domain/ids.ts';
import { receiveCallEvent } from '../../src/server/calls/receive-call-event.ts';
import type { InboundCallEvent } from '../../src/server/channels/channel-adapter.ts';
import { listForVisitor } from '../../src/server/conversations/list-for-visitor.ts';
import { redactMessage } from '../../src/server/conversations/move-delivery.ts';
import type { ServerDatabase } from '../../src/server/db/server-database.ts';
import { attachment, call, channelAccount, conversation, customer, message } from '../../src/server/db/schema.ts';
import { describeOnEveryDatabase } from '../support/databases.ts';
import { foundWorkCentre, handClock, type WorkCentre } from '../support/work-centre.ts';

describeOnEveryDatabase('the work of a centre', (openFresh) => {
  const clock = handClock();
  let database: ServerDatabase;
  let centre: WorkCentre;
  beforeAll(async () => {
    database = await openFresh();
    centre = await foundWorkCentre(database, clock);
  });

  let thread = 0;
  const conv = async (id: string) =>
    (
      await database.orm
        .select()
        .from(conversation)
        .where(eq(conversation.id, id as ConversationId))
    )[0]!;
  const msg = async (id: string) =>
    (
      await database.orm
        .select()
        .from(message)
        .where(eq(message.id, id as MessageId))
    )[0]!;
  const account = async (id: string) =>
    (await database.orm.select().from(channelAccount)).find((row) => row.id === id)!;
  beforeEach(() => {
    thread += 1;
    clock.advance(1_000);
  });
  const fresh = (channel: 'webChat' | 'mail' | 'line' = 'webChat', text = 'こんにちは') =>
    centre.receive(channel, {
      text,
      threadId: `thread-${thread}`,
      author: {
        address: channel === 'mail' ? `p${thread}@example.jp` : `visitor-${thread}`,
        displayName: '山田 花子',
        isVerified: false,
      },
    });
  const writeAgain = (text: string, channel: 'webChat' | 'line' = 'webChat') =>
    centre.receive(channel, {
      text,
      threadId: `thread-${thread}`,
      author: { address: `visitor-${thread}`, displayName: null, isVerified: false },
    });
  const reply = (
    conversationId: string,
    seenSeq: number,
    more: { text?: string; seenStatus?: 'new' | 'inProgress' | 'resolved' } = {},
  ) => ({
    kind: 'reply.send' as const,
    messageId: centre.id<MessageId>(),
    conversationId: conversationId as ConversationId,
    text: more.text ?? '承知いたしました',
    mail: null,
    seenSeq,
    seenStatus: more.seenStatus ?? ('new' as const),
  });
  const resolve = (conversationId: string, seenStatus: 'new' | 'inProgress' = 'new') =>
    centre.order('ren', {
      kind: 'conversation.setStatus',
      conversationId: conversationId as ConversationId,
      status: 'resolved',
      seenStatus,
    });

  describe('a message that comes in', () => {
    test('opens a conversation, is due by the queue, and counts as unread', async () => {
      const got = await fresh();
      const row = await conv(got.conversationId);
      expect(row).toMatchObject({ status: 'new', unreadCount: 1, lastInSeq: 1, preview: 'こんにちは' });
      expect(row.dueAt).toBe(clock.now() + 15 * 60_000);
      expect(row.number).toMatch(/^C-\d+$/);
    });

    test('comes twice and is there once', async () => {
      const again = { text: 'a', externalId: `same-${thread}`, threadId: `thread-${thread}` };
      const first = await centre.receive('webChat', again);
      expect(await centre.receive('webChat', again)).toMatchObject({ isNew: false, messageId: first.messageId });
      expect((await conv(first.conversationId)).lastSeq).toBe(1);
    });

    test('a second question does not push out when the first is due', async () => {
      const got = await fresh();
      const due = (await conv(got.conversationId)).dueAt;
      clock.advance(60_000);
      await writeAgain('まだですか');
      expect(await conv(got.conversationId)).toMatchObject({ dueAt: due, unreadCount: 2 });
    });

    test('an answer joins its conversation only when it comes from that customer', async () => {
      const by = (name: string) => ({ address: `${name}${thread}@example.jp`, displayName: null, isVerified: true });
      const id = `<root-${thread}@x>`;
      const root = await centre.receive('mail', { text: 'q', externalId: id, threadId: id, author: by('a') });
      const own = await centre.receive('mail', {
        text: 're',
        threadId: 'other',
        answersExternalIds: [id],
        author: by('a'),
      });
      const foreign = await centre.receive('mail', {
        text: 'guess',
        threadId: 'guess',
        answersExternalIds: [id],
        author: by('evil'),
      });
      expect(own.conversationId).toBe(root.conversationId);
      expect(foreign.conversationId).not.toBe(root.conversationId);
    });

    test('within a day a new word revives an ended conversation, later it begins a new one', async () => {
      const got = await fresh();
      expect(await resolve(got.conversationId)).toEqual({ outcome: 'applied' });
      expect((await writeAgain('もう一つ')).conversationId).toBe(got.conversationId);
      expect(await resolve(got.conversationId)).toEqual({ outcome: 'applied' });
      clock.advance(25 * 3_600_000);
      expect((await writeAgain('別件です')).conversationId).not.toBe(got.conversationId);
    });

    test('an offline form opens on the mail account under the mail address, once', async () => {
      const form = {
        text: 'form',
        threadId: `form-${thread}`,
        externalId: `form-${thread}`,
        answerByMail: `Form${thread}@Example.jp`,
      };
      const got = await centre.receive('webChat', form);
      expect((await centre.receive('webChat', form)).isNew).toBe(false);
      expect(await conv(got.conversationId)).toMatchObject({ channel: 'mail' });
    });

    test("a machine's mail stands there to be read, starts no clock and revives nothing", async () => {
      const head = {
        from: 'a@example.jp',
        to: [],
        cc: [],
        subject: '不在',
        dmarc: null,
        remotePictures: 0,
        suspicious: false,
      };
      const got = await fresh('mail');
      await resolve(got.conversationId);
      const note = await centre.receive('mail', {
        text: '不在にしております',
        threadId: `thread-${thread}`,
        isAutomatic: true,
        detail: { kind: 'mail', head },
        author: { address: `p${thread}@example.jp`, displayName: null, isVerified: false },
      });
      expect(note.conversationId).toBe(got.conversationId);
      expect(await conv(got.conversationId)).toMatchObject({ status: 'resolved', dueAt: null, unreadCount: 0 });
      expect((await msg(note.messageId)).detail).toMatchObject({ head: { isAutomatic: true } });
    });

    test('holds no NUL and no more than the longest text', async () => {
      const got = await fresh('webChat', `a\u0000b${'x'.repeat(200_000)}`);
      const { text } = await msg(got.messageId);
      expect(text.length).toBeLessThanOrEqual(100_000);
      expect(text.startsWith('ab')).toBe(true);
    });

    test('what the author takes back is gone', async () => {
      const got = await centre.receive('line', { text: '秘密', externalId: `line-${thread}`, threadId: `U${thread}` });
      const row = await account(centre.accounts.line);
      await centre.run((w) => redactMessage(w, row, `line-${thread}`));
      expect(await msg(got.messageId)).toMatchObject({ text: '', redactedAt: clock.now() });
      expect((await conv(got.conversationId)).preview).toBe('');
      expect(await database.orm.select().from(attachment)).toHaveLength(0);
    });
  });

  describe('a reply', () => {
    test('takes a conversation that nobody has, stops its clock and waits for dispatch', async () => {
      const got = await fresh();
      const order = reply(got.conversationId, 1);
      expect(await centre.order('aoi', order)).toEqual({ outcome: 'applied' });
      expect(await conv(got.conversationId)).toMatchObject({
        assigneeId: centre.agents.aoi.id,
        dueAt: null,
        unreadCount: 0,
        status: 'inProgress',
      });
      expect(await msg(order.messageId)).toMatchObject({ deliveryState: 'queued', direction: 'out' });
      expect(centre.woken).toContain(got.conversationId);
    });

    test('is stopped when a colleague has answered since, leaves no row, and goes out when ordered again with eyes open', async () => {
      const got = await fresh();
      await centre.order('aoi', reply(got.conversationId, 1));
      const second = reply(got.conversationId, 1);
      expect(await centre.order('ren', second)).toMatchObject({ outcome: 'needsReview' });
      expect(await msg(second.messageId)).toBeUndefined();
      const seen = (await conv(got.conversationId)).lastSeq;
      expect(await centre.order('ren', { ...second, seenSeq: seen, seenStatus: 'inProgress' })).toEqual({
        outcome: 'applied',
      });
    });

    test('is stopped when it waited and the customer wrote again, but not while both are typing', async () => {
      const got = await fresh();
      await writeAgain('あと一つ');
      expect(await centre.order('aoi', reply(got.conversationId, 1), clock.now() - 10_000)).toEqual({
        outcome: 'applied',
      });
      thread += 1;
      const late = await fresh('line');
      await writeAgain('追加', 'line');
      expect(await centre.order('aoi', reply(late.conversationId, 1), clock.now() - 600_000)).toEqual({
        outcome: 'needsReview',
        reason: 'thread-moved-on',
      });
    });

    test('is stopped when it is older than two days or the conversation ended meanwhile', async () => {
      const got = await fresh();
      expect(await centre.order('aoi', reply(got.conversationId, 1), clock.now() - 49 * 3_600_000)).toEqual({
        outcome: 'needsReview',
        reason: 'too-old',
      });
      await resolve(got.conversationId);
      expect(await centre.order('aoi', reply(got.conversationId, 1))).toEqual({
        outcome: 'needsReview',
        reason: 'conversation-resolved',
      });
      const seen = (await conv(got.conversationId)).lastSeq;
      expect(await centre.order('aoi', reply(got.conversationId, seen, { seenStatus: 'resolved' }))).toEqual({
        outcome: 'applied',
      });
    });

    test('longer than the channel takes is refused by name', async () => {
      const got = await fresh('line');
      expect(await centre.order('aoi', reply(got.conversationId, 1, { text: 'あ'.repeat(5_001) }))).toEqual({
        outcome: 'refused',
        reason: 'text-too-long',
      });
    });
  });

  describe('triage', () => {
    test('the first owner wins and the second is told; the same wish twice is no conflict', async () => {
      const got = await fresh();
      const conversationId = got.conversationId as ConversationId;
      const take = (who: 'aoi' | 'ren') =>
        centre.order(who, {
          kind: 'conversation.assign',
          conversationId,
          assigneeId: centre.agents[who].id,
          seenAssigneeId: null,
        });
      expect(await take('aoi')).toEqual({ outcome: 'applied' });
      expect(await take('ren')).toEqual({ outcome: 'refused', reason: 'state-changed' });
      expect(await take('aoi')).toEqual({ outcome: 'applied' });
    });

    test('a memo goes in whatever happened, and the visitor never sees it', async () => {
      const got = await fresh();
      const messageId = centre.id<MessageId>();
      expect(
        await centre.order('ren', {
          kind: 'note.add',
          messageId,
          conversationId: got.conversationId as ConversationId,
          text: '内部の話',
        }),
      ).toEqual({ outcome: 'applied' });
      const seen = await listForVisitor(database.orm, centre.accounts.webChat, `thread-${thread}`, 0);
      expect(seen?.messages.map((one) => one.text)).toEqual(['こんにちは']);
    });

    test('a read mark goes forward only', async () => {
      const got = await fresh();
      const conversationId = got.conversationId as ConversationId;
      await centre.order('aoi', { kind: 'conversation.markRead', conversationId, upToSeq: 1 });
      expect(await conv(conversationId)).toMatchObject({ readSeq: 1, unreadCount: 0 });
      await centre.order('aoi', { kind: 'conversation.markRead', conversationId, upToSeq: 0 });
      expect((await conv(conversationId)).readSeq).toBe(1);
    });
  });

  describe('a telephone event', () => {
    const event = (
      type: InboundCallEvent['type'],
      seq: number,
      more: Partial<InboundCallEvent> = {},
    ): InboundCallEvent => ({
      eventId: `e-${thread}-${seq}`,
      seq,
      type,
      callId: `call-${thread}`,
      linkedId: null,
      at: clock.now(),
      direction: 'in',
      from: '+819012345678',
      fromReason: null,
      to: null,
      did: null,
      queue: null,
      agentLogin: null,
      cause: null,
      ringForMs: 30_000,
      ...more,
    });
    const hear = async (one: InboundCallEvent) => {
      const row = await account(centre.accounts.phone);
      return centre.run((w) => receiveCallEvent(w, row, one));
    };
    const theCall = async () =>
      (
        await database.orm
          .select()
          .from(call)
          .where(eq(call.externalId, `call-${thread}`))
      )[0]!;

    test('rings, is answered by an agent, held, resumed and ended, with its times', async () => {
      await hear(event('call.offered', 1, { agentLogin: 'aoi' }));
      clock.advance(3_000);
      await hear(event('call.answered', 2, { agentLogin: 'aoi' }));
      clock.advance(10_000);
      await hear(event('call.held', 3));
      clock.advance(5_000);
      await hear(event('call.resumed', 4));
      clock.advance(2_000);
      await hear(event('call.ended', 5, { cause: 'normal' }));
      const row = await theCall();
      expect(row).toMatchObject({
        state: 'ended',
        agentId: centre.agents.aoi.id,
        heldMs: 5_000,
        fromMasked: '090-••••-5678',
      });
      expect((row.endedAt ?? 0) - (row.answeredAt ?? 0)).toBe(17_000);
      expect(row.wrapUpStartedAt).toBe(row.endedAt);
      expect(await conv(row.conversationId)).toMatchObject({ assigneeId: centre.agents.aoi.id });
    });

    test('late and repeated ones change nothing', async () => {
      await hear(event('call.offered', 1));
      await hear(event('call.ended', 3, { cause: 'no-answer' }));
      expect(await hear(event('call.answered', 2))).toEqual({ isNew: false });
      expect(await hear(event('call.ended', 3))).toEqual({ isNew: false });
      expect((await theCall()).state).toBe('missed');
    });

    test('one number is one customer, and a withheld number is nobody known', async () => {
      await hear(event('call.offered', 1));
      const first = await theCall();
      thread += 1;
      await hear(event('call.offered', 1));
      expect((await theCall()).customerId).toBe(first.customerId);
      thread += 1;
      await hear(event('call.offered', 1, { from: null, fromReason: 'withheld' }));
      const hidden = await theCall();
      expect(hidden).toMatchObject({ fromMasked: null, fromReason: 'withheld' });
      const [nobody] = await database.orm.select().from(customer).where(eq(customer.id, hidden.customerId));
      expect(nobody?.displayName).toBe('非通知');
    });

    test('an old ring is over when it arrives', async () => {
      await hear(event('call.offered', 1, { at: clock.now() - 60_000, ringForMs: 30_000 }));
      expect((await theCall()).expiresAt).toBeLessThanOrEqual(clock.now());
    });
  });
});
