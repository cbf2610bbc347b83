/** One conversation as the composer needs it. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type Bench,
  freshId,
  putConversation,
  putCustomer,
  putMessage,
  signIn,
  startBench,
} from '../../../../tests/support/core-bench.ts';
import { makeManualTime, type ManualTime } from '../../../../tests/support/manual-time.ts';
import type { NewRow } from '../../../../tests/support/fake-link.ts';
import type { ConversationId } from '../../../shared/domain/ids.ts';

let time: ManualTime;
let bench: Bench;
beforeEach(async () => {
  time = makeManualTime();
  bench = startBench({ time });
  bench.server.put(
    'channelAccount',
    {
      id: bench.ids.account,
      workspaceId: bench.ids.workspace,
      channel: 'mail',
      name: '窓口',
      address: 'support@haruka.example',
      isDemo: false,
      state: 'running',
      lastSuccessAt: null,
      lastErrorAt: null,
      lastError: null,
      quotaLimit: null,
      quotaUsed: null,
    },
    [bench.scopes.settings],
  );
  await signIn(bench);
});
afterEach(() => bench.stop());

const mail = (
  head: Partial<{ from: string; to: string[]; cc: string[]; replyTo: string[]; subject: string }>,
): NewRow<'message'>['detail'] => ({
  kind: 'mail',
  head: { from: '', to: [], cc: [], subject: '', dmarc: 'pass', remotePictures: 0, suspicious: false, ...head },
});
async function defaultsAfter(...heads: { direction: 'in' | 'out'; head: Parameters<typeof mail>[0] }[]) {
  const customerId = putCustomer(bench);
  const conversationId = putConversation(bench, customerId, { channel: 'mail', subject: '返品' }) as ConversationId;
  heads.forEach(({ direction, head }, index) =>
    putMessage(bench, conversationId, customerId, {
      channel: 'mail',
      direction,
      detail: mail(head),
      seq: index + 1,
      receivedAt: index + 1,
    }),
  );
  await time.pass(3_000);
  return (await bench.api.conversations.get({ conversationId })).mailDefaults;
}

test('an answer goes to the sender and keeps the others in copy, but not ourselves', async () => {
  const head = {
    from: '田中 花子 <hanako@example.jp>',
    to: ['Support <Support@haruka.example>', 'jiro@example.jp'],
    cc: ['boss@example.jp', 'jiro@example.jp'],
    subject: '返品したい',
  };
  expect(await defaultsAfter({ direction: 'in', head })).toEqual({
    to: ['hanako@example.jp'],
    cc: ['jiro@example.jp', 'boss@example.jp'],
    subject: 'Re: 返品したい',
  });
});

test('after our own mail the same people are written to again, and "Re:" is not repeated', async () => {
  const head = { from: 'support@haruka.example', to: ['hanako@example.jp'], cc: [], subject: 'RE: 返品したい' };
  expect(await defaultsAfter({ direction: 'in', head: { from: 'x@example.jp' } }, { direction: 'out', head })).toEqual({
    to: ['hanako@example.jp'],
    cc: [],
    subject: 'RE: 返品したい',
  });
});

test('where the sender wants answers elsewhere, the answer goes there', async () => {
  const head = { from: 'shop@example.jp', replyTo: ['order-123@example.jp'], to: ['support@haruka.example'] };
  expect(await defaultsAfter({ direction: 'in', head: { ...head, subject: '注文' } })).toEqual({
    to: ['order-123@example.jp'],
    cc: [],
    subject: 'Re: 注文',
  });
});

test('a sender that is no address gives no default', async () => {
  expect(
    await defaultsAfter({ direction: 'in', head: { from: 'undisclosed', to: [], cc: [], subject: '' } }),
  ).toBeNull();
});

test('an agent without the right to the directory still sees who writes, and can answer', async () => {
  const { settings, queue, mine } = bench.scopes;
  bench.server.setScopes([settings, queue, mine]);
  const customerId = freshId();
  const conversationId = putConversation(bench, customerId) as ConversationId;
  putMessage(bench, conversationId, customerId, { authorName: '高橋 一郎' });
  await time.pass(3_000);
  expect((await bench.api.conversations.get({ conversationId })).customer).toMatchObject({
    id: customerId,
    displayName: '高橋 一郎',
    handlingState: 'normal',
  });
  expect(
    (await bench.api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 9 })).rows[0]?.customerName,
  ).toBe('高橋 一郎');
  await bench.api.replies.send({ conversationId, text: 'はい', mail: null, seenSeq: 1 });
  await time.pass(1_000);
  expect(bench.server.applied).toHaveLength(1);
});

test('what no server would take is refused here: too long, a channel without replies, a move that no rule allows', async () => {
  const customerId = putCustomer(bench);
  const line = putConversation(bench, customerId, { channel: 'line', status: 'resolved' }) as ConversationId;
  const x = putConversation(bench, customerId, { channel: 'x' }) as ConversationId;
  await time.pass(3_000);
  const why = async (call: Promise<unknown>) =>
    await call.then(
      () => 'done',
      (error: unknown) => (error as { refusal: { why: string } }).refusal.why,
    );
  expect(
    await why(bench.api.replies.send({ conversationId: line, text: 'あ'.repeat(5_001), mail: null, seenSeq: 0 })),
  ).toBe('too-large');
  expect(await why(bench.api.replies.send({ conversationId: x, text: 'あ', mail: null, seenSeq: 0 }))).toBe(
    'not-allowed',
  );
  expect(await why(bench.api.conversations.setStatus({ conversationId: line, status: 'pending' }))).toBe('not-allowed');
  expect(await why(bench.api.conversations.setStatus({ conversationId: freshId(), status: 'pending' }))).toBe(
    'not-found',
  );
  expect(await why(bench.api.conversations.setStatus({ conversationId: line, status: 'inProgress' }))).toBe('done');
});
