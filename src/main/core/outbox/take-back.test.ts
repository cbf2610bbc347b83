import { afterEach, expect, test } from 'vitest';
import { eventually } from '../../../../tests/support/eventually.ts';
import {
  type Bench,
  putConversation,
  putCustomer,
  putMessage,
  signIn,
  startBench,
} from '../../../../tests/support/core-bench.ts';

let bench: Bench;
afterEach(() => bench.stop());

async function stoppedReply() {
  bench = startBench({ decide: () => ({ outcome: 'needsReview', reason: 'thread-moved-on' }) });
  const customerId = putCustomer(bench);
  const conversationId = putConversation(bench, customerId) as never;
  putMessage(bench, conversationId, customerId);
  await signIn(bench);
  await eventually(async () => (await bench.api.connection.get({})).state === 'online');
  const { commandId } = await bench.api.replies.send({
    conversationId,
    text: '対象商品をご確認ください',
    mail: null,
    seenSeq: 1,
  });
  await eventually(async () => (await bench.api.outbox.list({})).rows[0]?.state === 'needsReview');
  return { conversationId, commandId };
}

test('a stopped reply that is taken back to be edited is the draft again, and waits nowhere else', async () => {
  const { conversationId, commandId } = await stoppedReply();
  await bench.api.outbox.edit({ commandId });
  expect((await bench.api.drafts.get({ conversationId })).reply).toBe('対象商品をご確認ください');
  expect((await bench.api.outbox.list({})).rows).toEqual([]);
});

test('taking a reply back keeps what the agent had begun to write meanwhile', async () => {
  const { conversationId, commandId } = await stoppedReply();
  await bench.api.drafts.save({ conversationId, what: 'reply', text: '別の文', mail: null });
  await bench.api.outbox.edit({ commandId });
  expect((await bench.api.drafts.get({ conversationId })).reply).toBe('対象商品をご確認ください\n\n別の文');
});

test('a stopped reply that is thrown away is gone from the outbox', async () => {
  const { commandId } = await stoppedReply();
  await bench.api.outbox.discard({ commandId });
  expect((await bench.api.outbox.list({})).rows).toEqual([]);
});
