/** What the search field finds beside messages: people and subjects. */
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
import { agentIdSchema } from '../../../shared/domain/ids.ts';
import { noSearchFilter, type SearchFilter } from '../../../shared/domain/search-filter.ts';
import { scopeSchema } from '../../../shared/domain/scope.ts';

let time: ManualTime;
let bench: Bench;
beforeEach(async () => {
  time = makeManualTime();
  bench = startBench({ time });
  await signIn(bench);
});
afterEach(() => bench.stop());

const search = async (text: string, narrow: Partial<SearchFilter> = {}) => {
  await time.pass(3_000);
  const filter = { ...noSearchFilter, ...narrow };
  const [hits, counts] = await Promise.all([
    bench.api.search.all({ text, limit: 10, filter }),
    bench.api.search.counts({ text, filter }),
  ]);
  return { ...hits, counts };
};
const people = async (text: string) => (await search(text)).customers.map(({ customerId }) => customerId as string);

test('a customer is found by any part of name, kana or member number, in any width and kana', async () => {
  const hanako = putCustomer(bench, { displayName: '田中 花子', kana: 'タナカ ハナコ', memberNumber: 'M-00123' });
  const jiro = putCustomer(bench, { displayName: '田辺 次郎', kana: 'タナベ ジロウ' });
  expect(await people('田')).toHaveLength(2);
  expect(await people('花')).toEqual([hanako]);
  expect(await people('たなか')).toEqual([hanako]);
  expect(await people('ﾀﾅﾍﾞ')).toEqual([jiro]);
  expect(await people('ｍ-００１２３')).toEqual([hanako]);
  expect(await people('田 じろ')).toEqual([jiro]);
  expect(await people('田中花子')).toEqual([hanako]);
  const { customers, counts } = await search('花子');
  expect({ counted: counts.kind.customer, name: customers[0]?.name }).toEqual({
    counted: 1,
    name: { text: '田中 花子', marks: [[3, 5]] },
  });
});

test('a whole number or address finds whom it belongs to, as far as this device may know', async () => {
  const hanako = putCustomer(bench);
  const jiro = putCustomer(bench, { displayName: '田辺 次郎', kana: 'タナベ' });
  const identity = (customerId: string, channel: 'phone' | 'mail', maskedValue: string) =>
    bench.server.put(
      'channelIdentity',
      { id: freshId(), customerId, channel, maskedValue, keyedHash: 'x', isVerified: true, isBlocked: false },
      [bench.scopes.directory],
    );
  identity(hanako, 'phone', '090-••••-5678');
  identity(jiro, 'mail', 'j.t••••@example.jp');
  expect(await people('090-1234-5678')).toEqual([hanako]);
  expect(await people('+81 90 1234 5678')).toEqual([hanako]);
  expect(await people('j.tanabe@example.jp')).toEqual([jiro]);
  expect(await people('090-1234-9999')).toEqual([]);
  const personal = scopeSchema.parse(`personalData:${bench.ids.workspace}`);
  bench.server.setScopes([...Object.values(bench.scopes), personal]);
  bench.server.put('personalData', { id: freshId(), customerId: jiro, kind: 'phone', value: '+81612349999' }, [
    personal,
  ]);
  expect(await people('06-1234-9999')).toEqual([jiro]);
});

test('a conversation is found by its subject or its number, a message by its text, and a channel narrows both', async () => {
  const customerId = putCustomer(bench);
  const mail = putConversation(bench, customerId, { channel: 'mail', subject: 'Re: 返品について', number: 'C-88190' });
  const chat = putConversation(bench, customerId, { channel: 'webChat', subject: null, number: 'C-88191' });
  putMessage(bench, mail, customerId, { channel: 'mail', text: '届いた返品は' });
  putMessage(bench, chat, customerId, { channel: 'webChat', text: '返品したい' });
  expect((await search('返品')).counts).toMatchObject({ total: 3, kind: { conversation: 1, message: 2 } });
  expect((await search('c-8819')).conversations).toHaveLength(2);
  const byMail = await search('返品', { channel: 'mail' });
  expect(byMail.counts).toMatchObject({ total: 2, channel: { mail: 2, webChat: 1 } });
  expect(byMail.conversations).toHaveLength(1);
  expect(byMail.messages).toMatchObject([
    { channel: 'mail', customerName: '田中 花子', snippet: { text: '届いた返品は', marks: [[3, 5]] } },
  ]);
});

test('calls are found by their wrap-up, notes and number, orders by what was bought, and each term may stand elsewhere', async () => {
  const customerId = putCustomer(bench);
  const conversationId = putConversation(bench, customerId, { channel: 'phone', status: 'resolved' });
  const callId = freshId();
  const at = Date.now();
  bench.server.put(
    'call',
    {
      ...{ id: callId, conversationId, customerId, direction: 'in', fromMasked: '090-••••-5678', fromReason: null },
      ...{ queueId: bench.ids.queue, agentId: bench.ids.agent, state: 'ended', offeredAt: at, expiresAt: at },
      ...{ answeredAt: at, endedAt: at, heldMs: 0, heldSince: null, cause: null, wrapUpCodeId: null },
      ...{ wrapUpNote: '折り返しの約束', wrapUpStartedAt: null, wrapUpEndedAt: null },
    },
    [bench.scopes.queue],
  );
  const note = { callId, conversationId, text: 'フィルターの型番を確認', offsetMs: 1, authorName: '', createdAt: at };
  bench.server.put('callNote', { id: freshId(), ...note }, [bench.scopes.queue]);
  bench.server.put(
    'order',
    {
      ...{ id: freshId(), customerId, number: 'HK-2210', orderedAt: at, salesChannel: 'ec', status: 'shipped' },
      ...{ amount: 9_800, currency: 'JPY' },
      lines: [{ sku: 'F-1', productName: '空気清浄機 フィルター', quantity: 1, price: 9_800 }],
    },
    [bench.scopes.queue],
  );
  const { calls, orders, counts } = await search('ふぃるたー');
  expect(calls).toMatchObject([{ callId, snippet: { text: 'フィルターの型番を確認', marks: [[0, 5]] } }]);
  expect(orders).toMatchObject([{ products: { marks: [[6, 11]] } }]);
  expect(counts).toMatchObject({ kind: { call: 1, order: 1 }, state: { ended: 1 }, agentId: { [bench.ids.agent]: 1 } });
  expect((await search('5678 型番 折り返し')).calls).toHaveLength(1);
  expect((await search('フィルター -型番')).counts).toMatchObject({ total: 1, kind: { order: 1 } });
  expect((await search('"空気清浄機 フィルター"')).orders).toHaveLength(1);
  expect((await search('"清浄機フィルター"')).orders).toEqual([]);
  expect((await search('フィルター', { agentId: agentIdSchema.parse(bench.ids.agent) })).counts.total).toBe(1);
  expect((await search('フィルター', { until: at })).counts.total).toBe(0);
});

test('a part of a number or address finds its customer, and the hit says where it stands', async () => {
  const hanako = putCustomer(bench, { addressMasked: '大阪市北区 ••••' });
  const personal = scopeSchema.parse(`personalData:${bench.ids.workspace}`);
  bench.server.setScopes([...Object.values(bench.scopes), personal]);
  for (const [kind, value] of [
    ['phone', '+819012345678'],
    ['mail', 'h.tanaka@example.jp'],
    ['address', '大阪市北区梅田1-2-3'],
  ] as const)
    bench.server.put('personalData', { id: freshId(), customerId: hanako, kind, value }, [personal]);
  expect(await people('1234-56')).toEqual([hanako]);
  expect(await people('090 1234')).toEqual([hanako]);
  expect(await people('田中 梅田')).toEqual([hanako]);
  expect(await people('梅田１ー２')).toEqual([hanako]);
  const { customers } = await search('TANAKA@');
  expect(customers[0]?.found).toMatchObject({ text: 'h.tanaka@example.jp', marks: [[2, 9]] });
});

test('what was taken back or is gone is not found any more', async () => {
  const customerId = putCustomer(bench);
  const conversationId = putConversation(bench, customerId, { channel: 'line' });
  const messageId = putMessage(bench, conversationId, customerId, { text: '送信を取り消す' });
  expect((await search('取り消す')).messages).toHaveLength(1);
  putMessage(bench, conversationId, customerId, { id: messageId, text: '', redactedAt: 1 });
  expect(await search('取り消す')).toMatchObject({ messages: [], counts: { total: 0 } });
});
