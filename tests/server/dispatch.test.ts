import { tmpdir } from 'node:os';
import { folderStore } from '../../src/server/attachments/file-store.ts';
import { eq } from 'drizzle-orm';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { ConversationId, MessageId } from '../../src/shared/domain/ids.ts';
import type { RunningChannel, SendOutcome } from '../../src/server/channels/channel-adapter.ts';
import { markSeenByCustomer, reportDelivery } from '../../src/server/conversations/move-delivery.ts';
import type { ServerDatabase } from '../../src/server/db/server-database.ts';
import { channelAccount, message, outbound } from '../../src/server/db/schema.ts';
import { createDispatcher } from '../../src/server/dispatch/dispatcher.ts';
import { createLog } from '../../src/server/log/log.ts';
import { describeOnEveryDatabase } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { foundWorkCentre, handClock, type WorkCentre } from '../support/work-centre.ts';

describeOnEveryDatabase('dispatch', (openFresh) => {
  const clock = handClock();
  let database: ServerDatabase;
  let centre: WorkCentre;
  beforeAll(async () => {
    database = await openFresh();
    centre = await foundWorkCentre(database, clock);
  });

  let thread = 0;
  beforeEach(() => {
    thread += 1;
    clock.advance(1_000);
  });
  const msg = async (id: string) =>
    (
      await database.orm
        .select()
        .from(message)
        .where(eq(message.id, id as MessageId))
    )[0]!;
  const sent: SendOutcome = { outcome: 'sent', externalId: null, state: 'sent' };

  async function answer(conversationId: string, seenSeq: number): Promise<MessageId> {
    const messageId = centre.id<MessageId>();
    await centre.order('aoi', {
      kind: 'reply.send',
      messageId,
      conversationId: conversationId as ConversationId,
      text: '承知いたしました',
      mail: null,
      seenSeq,
      seenStatus: 'inProgress',
    });
    return messageId;
  }
  async function waiting(
    channel: 'webChat' | 'mail' | 'line' = 'mail',
    replyToken: { value: string; expiresAt: number } | null = null,
  ) {
    const got = await centre.receive(channel, {
      text: 'こんにちは',
      threadId: `U${thread}`,
      replyToken,
      author: {
        address: channel === 'mail' ? `p${thread}@example.jp` : `U${thread}`,
        displayName: '山田',
        isVerified: false,
      },
    });
    return { conversationId: got.conversationId, messageId: await answer(got.conversationId, 1) };
  }
  function dispatcherWith(send: NonNullable<RunningChannel['send']>, isSafe = false) {
    const later: (() => void)[] = [];
    const dispatcher = createDispatcher({
      database,
      source: centre.source,
      changes: centre.changes,
      files: folderStore(tmpdir()),
      log: createLog('silent'),
      channelOf: () => ({ send, isSafeToRepeat: () => isSafe, stop: async () => {} }),
      later(afterMs, then) {
        if (afterMs < 45_000) later.push(then);
        return () => {};
      },
    });
    return { dispatcher, later };
  }

  test('sends each message once and in order, however often it is woken', async () => {
    const one = await waiting();
    const two = await answer(one.conversationId, 3);
    const order: string[] = [];
    const { dispatcher } = dispatcherWith(async (out) => {
      order.push(out.messageId);
      return { outcome: 'sent', externalId: `<${out.idempotencyKey}@centre.test>`, state: 'sent' };
    });
    for (let i = 0; i < 4; i++) dispatcher.wake(one.conversationId);
    await eventually(async () => (await msg(two)).deliveryState === 'sent');
    await dispatcher.stop();
    expect(order).toEqual([one.messageId, two]);
    expect(await msg(one.messageId)).toMatchObject({
      deliveryState: 'sent',
      externalId: `<${one.messageId}@centre.test>`,
    });
  });

  test('a stop waits for the sending under way, settles it, and begins no other', async () => {
    const first = await waiting();
    const second = await answer(first.conversationId, 1);
    let finish = (_outcome: SendOutcome): void => undefined;
    const { dispatcher } = dispatcherWith(() => new Promise((resolve) => (finish = resolve)));
    dispatcher.wake(first.conversationId);
    await eventually(async () => (await msg(first.messageId)).deliveryState === 'sending');
    let isStopped = false;
    const stopping = dispatcher.stop().then(() => (isStopped = true));
    await msg(first.messageId);
    expect(isStopped).toBe(false);
    finish(sent);
    await stopping;
    expect((await msg(first.messageId)).deliveryState).toBe('sent');
    expect((await msg(second)).deliveryState).toBe('queued');
  });

  test('an unknown outcome without a key needs a person, who may send again under a new key', async () => {
    const one = await waiting();
    const keys: string[] = [];
    let outcome: SendOutcome = { outcome: 'unknown', reason: 'connection-lost', hadKey: false };
    const { dispatcher } = dispatcherWith(async (out) => {
      keys.push(out.idempotencyKey);
      return outcome;
    });
    dispatcher.wake(one.conversationId);
    await eventually(async () => (await msg(one.messageId)).deliveryState === 'needsReview');
    outcome = sent;
    const decided = await centre.order('aoi', {
      kind: 'message.decide',
      messageId: one.messageId,
      conversationId: one.conversationId as ConversationId,
      decision: 'sendAgain',
    });
    expect(decided).toEqual({ outcome: 'applied' });
    dispatcher.wake(one.conversationId);
    await eventually(async () => (await msg(one.messageId)).deliveryState === 'sent');
    expect(new Set(keys).size).toBe(2);
  });

  test('an unknown outcome with a key is tried again under the same key', async () => {
    const one = await waiting('line');
    const keys: string[] = [];
    const { dispatcher, later } = dispatcherWith(async (out) => {
      keys.push(out.idempotencyKey);
      return keys.length === 1 ? { outcome: 'unknown', reason: 'timeout', hadKey: true } : sent;
    }, true);
    dispatcher.wake(one.conversationId);
    const again = await eventually(() => later.at(-1));
    clock.advance(5_000);
    again();
    await eventually(async () => (await msg(one.messageId)).deliveryState === 'sent');
    expect(keys).toEqual([one.messageId, one.messageId]);
  });

  test('a report that overtakes a lost answer stands, and nothing is sent again', async () => {
    const one = await waiting('line');
    let calls = 0;
    const { dispatcher } = dispatcherWith(async () => {
      calls++;
      await database.orm.update(message).set({ deliveryState: 'delivered' }).where(eq(message.id, one.messageId));
      return { outcome: 'unknown', reason: 'timeout', hadKey: true };
    }, true);
    dispatcher.wake(one.conversationId);
    await eventually(async () => {
      const [row] = await database.orm.select().from(outbound).where(eq(outbound.messageId, one.messageId));
      return row?.state === 'done';
    });
    await dispatcher.stop();
    expect((await msg(one.messageId)).deliveryState).toBe('delivered');
    expect(calls).toBe(1);
  });

  test('what a crash left in sending and a report has shown to be there is neither sent nor asked about', async () => {
    const one = await waiting('mail');
    await database.orm.update(outbound).set({ state: 'sending' }).where(eq(outbound.messageId, one.messageId));
    await database.orm.update(message).set({ deliveryState: 'read' }).where(eq(message.id, one.messageId));
    clock.advance(120_000);
    const { dispatcher } = dispatcherWith(async () => sent, false);
    await dispatcher.sweep();
    await dispatcher.stop();
    expect((await msg(one.messageId)).deliveryState).toBe('read');
  });

  test.each([
    [true, 'sent'],
    [false, 'needsReview'],
  ] as const)('what a crash left in sending is repeated only where that is safe (%s: %s)', async (isSafe, state) => {
    const one = await waiting('line');
    await database.orm.update(outbound).set({ state: 'sending' }).where(eq(outbound.messageId, one.messageId));
    await database.orm.update(message).set({ deliveryState: 'sending' }).where(eq(message.id, one.messageId));
    // On PostgreSQL another server may be at it: only what has been in sending for long is taken for left behind.
    clock.advance(120_000);
    const { dispatcher } = dispatcherWith(async () => sent, isSafe);
    await dispatcher.sweep();
    await eventually(async () => (await msg(one.messageId)).deliveryState === state);
    await dispatcher.stop();
  });

  test('a reply token is given out once, and not after its time', async () => {
    const tokens: (string | null)[] = [];
    const { dispatcher } = dispatcherWith(async (out) => {
      tokens.push(out.replyToken);
      return sent;
    });
    const one = await waiting('line', { value: 'tok', expiresAt: clock.now() + 60_000 });
    await answer(one.conversationId, 3);
    dispatcher.wake(one.conversationId);
    await eventually(() => tokens.length === 2);
    thread += 1;
    const late = await waiting('line', { value: 'dead', expiresAt: clock.now() - 1 });
    dispatcher.wake(late.conversationId);
    await eventually(() => tokens.length === 3);
    expect(tokens).toEqual(['tok', null, null]);
    await dispatcher.stop();
  });

  test('what the visitor has read before the sending began stays read', async () => {
    const one = await waiting('webChat');
    await centre.run((w) => markSeenByCustomer(w, centre.changes, one.conversationId as ConversationId, 9, 'read'));
    const { dispatcher } = dispatcherWith(async () => sent, true);
    dispatcher.wake(one.conversationId);
    await eventually(
      async () =>
        (await database.orm.select().from(outbound).where(eq(outbound.messageId, one.messageId)))[0]?.state === 'done',
    );
    await dispatcher.stop();
    expect((await msg(one.messageId)).deliveryState).toBe('read');
  });

  test('reports move a message up and never down', async () => {
    const one = await waiting('webChat');
    const [row] = (await database.orm.select().from(channelAccount)).filter(
      (found) => found.id === centre.accounts.webChat,
    );
    const report = (state: 'sent' | 'delivered' | 'failed') =>
      centre.run((w) =>
        reportDelivery(w, centre.changes, row!, {
          messageId: one.messageId,
          externalId: null,
          state,
          reason: null,
          at: 0,
        }),
      );
    expect(await report('sent')).toBe(true);
    await centre.run((w) => markSeenByCustomer(w, centre.changes, one.conversationId as ConversationId, 9, 'read'));
    expect(await report('delivered')).toBe(false);
    expect(await report('failed')).toBe(false);
    expect((await msg(one.messageId)).deliveryState).toBe('read');
  });
});
