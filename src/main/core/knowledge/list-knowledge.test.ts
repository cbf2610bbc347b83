/** Templates, approved answers and articles on the device: found by any part, offered only while they may be used. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type Bench,
  freshId,
  putConversation,
  putCustomer,
  signIn,
  startBench,
} from '../../../../tests/support/core-bench.ts';
import { makeManualTime, type ManualTime } from '../../../../tests/support/manual-time.ts';
import type { ConversationId } from '../../../shared/domain/ids.ts';
import type { RowOf } from '../../../shared/domain/synced-kinds.ts';
import { settingsScope } from '../../../shared/domain/scope.ts';

let time: ManualTime;
let bench: Bench;
beforeEach(async () => {
  time = makeManualTime();
  bench = startBench({ time });
  await signIn(bench);
});
afterEach(() => bench.stop());

function write(title: string, body: string, more: Partial<RowOf<'knowledge'>> = {}): void {
  const workspaceId = bench.ids.workspace;
  const row = {
    kind: 'template' as const,
    tags: [],
    channels: [],
    state: 'approved' as const,
    expiresAt: null,
    ...more,
  };
  bench.server.put(
    'knowledge',
    { id: freshId(), workspaceId, title, body, changedAt: 1, changedByName: '管理者', ...row },
    [settingsScope(workspaceId as never)],
  );
}
async function titles(text: string, use: { channel: 'line' | 'mail' | null } | null = null): Promise<string[]> {
  await time.pass(3_000);
  const { items } = await bench.api.knowledge.list({ text, kinds: [], use, limit: 50 });
  return items.map(({ item }) => item.title);
}

test('it is found by title, tag and body in any width and kana, what has the words in its title first', async () => {
  write('送料', '返品の送料は当社が負担します', { tags: ['ｷｬﾝﾍﾟｰﾝ'] });
  write('返品のご案内', 'お送りください');
  expect(await titles('へんぴん')).toEqual([]);
  expect(await titles('返品')).toEqual(['返品のご案内', '送料']);
  expect(await titles('きゃんぺーん 負担')).toEqual(['送料']);
  expect(await titles('返品 -負担')).toEqual(['返品のご案内']);
});

test('agents are offered what is approved, has not expired and is for the channel', async () => {
  write('下書き', '', { state: 'draft' });
  write('期限', '', { expiresAt: time.clock.now() + 60_000 });
  write('LINE用', '', { channels: ['line'] });
  expect((await titles('')).toSorted()).toEqual(['LINE用', '下書き', '期限']);
  expect((await titles('', { channel: 'mail' })).toSorted()).toEqual(['期限']);
  await time.pass(60_000);
  expect(await titles('', { channel: 'line' })).toEqual(['LINE用']);
  expect(await titles('', { channel: null })).toEqual(['LINE用']);
});

test('a reply with a placeholder that nobody filled in does not leave', async () => {
  const conversationId = putConversation(bench, putCustomer(bench), { channel: 'line' }) as ConversationId;
  await time.pass(3_000);
  const send = (text: string) => bench.api.replies.send({ conversationId, text, mail: null, seenSeq: 0 });
  await expect(send('ご注文{{注文番号}}の件')).rejects.toMatchObject({
    refusal: { why: 'not-allowed', field: 'text' },
  });
  await expect(send('ご注文 HK-1 の件 {そのまま}')).resolves.toMatchObject({ commandId: expect.any(String) as string });
});
