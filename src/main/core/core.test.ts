import { afterEach, expect, test } from 'vitest';
import { eventually } from '../../../tests/support/eventually.ts';
import {
  type Bench,
  putConversation,
  putCustomer,
  putMessage,
  signIn,
  startBench,
} from '../../../tests/support/core-bench.ts';

let bench: Bench;
afterEach(() => bench.stop());

async function level(): Promise<void> {
  await eventually(async () => (await bench.api.connection.get({})).state === 'online');
}

test('after signing in the desk fills, and what happens later comes by itself', async () => {
  bench = startBench();
  const customerId = putCustomer(bench);
  const conversationId = putConversation(bench, customerId);
  putMessage(bench, conversationId, customerId, { text: '冷蔵庫が冷えません' });
  expect((await bench.api.session.get({})).state).toBe('signedOut');
  await signIn(bench);
  await level();
  expect(await bench.api.session.get({})).toMatchObject({
    state: 'signedIn',
    displayName: '佐藤 美咲',
    workspace: { name: 'ハルカ家電' },
  });
  const { rows, total } = await bench.api.inbox.rows({ view: 'mineAndUnassigned', tab: 'all', offset: 0, limit: 50 });
  expect(total).toBe(1);
  expect(rows[0]).toMatchObject({ conversationId, customerName: '田中 花子', group: 'later' });
  bench.window.stale.length = 0;
  putMessage(bench, conversationId, customerId, { text: '急いでいます', seq: 2 });
  const timeline = await eventually(async () => {
    const { entries } = await bench.api.customers.timeline({
      customerId: customerId,
      conversationId: null,
      before: null,
      limit: 50,
    });
    return entries.length === 2 && entries;
  });
  expect(timeline.map((entry) => (entry.kind === 'message' ? entry.message.text : ''))).toEqual([
    '冷蔵庫が冷えません',
    '急いでいます',
  ]);
});

test('a reply written offline survives a restart and is sent once when the line is back', async () => {
  bench = startBench({
    decide(command) {
      const { body } = command;
      if (body.kind === 'reply.send') {
        putMessage(bench, body.conversationId, customerId, {
          id: body.messageId,
          direction: 'out',
          authorKind: 'agent',
          text: body.text,
          seq: 2,
        });
      }
      return { outcome: 'applied', reason: null };
    },
  });
  const customerId = putCustomer(bench);
  const conversationId = putConversation(bench, customerId);
  putMessage(bench, conversationId, customerId);
  await signIn(bench);
  await level();
  bench.server.isUp = false;
  bench.server.cut();
  await eventually(async () => (await bench.api.connection.get({})).state === 'offline');
  const { messageId } = await bench.api.replies.send({
    conversationId,
    text: '確認いたします',
    mail: null,
    seenSeq: 1,
  });
  bench.restart();
  const pending = await bench.api.customers.timeline({
    customerId: customerId,
    conversationId: null,
    before: null,
    limit: 50,
  });
  expect(pending.entries.at(-1)).toMatchObject({
    kind: 'pending',
    id: messageId,
    state: 'queued',
    text: '確認いたします',
  });
  expect((await bench.api.inbox.rows({ view: 'everyone', tab: 'mine', offset: 0, limit: 9 })).rows[0]).toMatchObject({
    previewKind: 'queued',
    isMine: true,
    status: 'inProgress',
  });
  bench.server.isUp = true;
  const done = await eventually(async () => {
    const { entries } = await bench.api.customers.timeline({
      customerId: customerId,
      conversationId: null,
      before: null,
      limit: 50,
    });
    return entries.at(-1)?.kind === 'message' && entries;
  });
  expect(done.at(-1)).toMatchObject({ id: messageId });
  await eventually(
    async () =>
      (await bench.api.outbox.list({})).rows.length === 0 && (await bench.api.connection.get({})).waiting === 0,
  );
  expect(bench.server.applied.filter(({ body }) => body.kind === 'reply.send')).toHaveLength(1);
});
