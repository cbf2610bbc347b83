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
import { scopeSchema } from '../../../shared/domain/scope.ts';

let time: ManualTime;
let bench: Bench;
beforeEach(async () => {
  time = makeManualTime();
  bench = startBench({ time });
  await signIn(bench);
});
afterEach(() => bench.stop());

const search = async (text: string, channel: 'mail' | null = null) => {
  await time.pass(3_000);
  return await bench.api.search.all({ text, limit: 10, channel });
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
  const { customers, customerCount } = await search('花子');
  expect({ customerCount, name: customers[0]?.name }).toEqual({
    customerCount: 1,
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
  const all = await search('返品');
  expect(all).toMatchObject({ conversationCount: 1, messageCount: 2, customerCount: 0 });
  expect((await search('c-8819')).conversationCount).toBe(2);
  const byMail = await search('返品', 'mail');
  expect(byMail).toMatchObject({ conversationCount: 1, messageCount: 1 });
  expect(byMail.messages[0]).toMatchObject({
    channel: 'mail',
    customerName: '田中 花子',
    snippet: { text: '届いた返品は', marks: [[3, 5]] },
  });
});

test('what was taken back or is gone is not found any more', async () => {
  const customerId = putCustomer(bench);
  const conversationId = putConversation(bench, customerId, { channel: 'line' });
  const messageId = putMessage(bench, conversationId, customerId, { text: '送信を取り消す' });
  expect((await search('取り消す')).messageCount).toBe(1);
  putMessage(bench, conversationId, customerId, { id: messageId, text: '', redactedAt: 1 });
  expect((await search('取り消す')).messageCount).toBe(0);
});
