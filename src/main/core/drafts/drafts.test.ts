/** Nothing that an agent types is lost. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bench, putConversation, putCustomer, signIn, startBench } from '../../../../tests/support/core-bench.ts';
import { makeManualTime, type ManualTime } from '../../../../tests/support/manual-time.ts';
import type { ConversationId } from '../../../shared/domain/ids.ts';

let time: ManualTime;
let bench: Bench;
let conversationId: ConversationId;
beforeEach(async () => {
  time = makeManualTime();
  bench = startBench({ time });
  conversationId = putConversation(bench, putCustomer(bench)) as ConversationId;
  await signIn(bench);
  await time.pass(3_000);
});
afterEach(() => bench.stop());
const save = (text: string, what: 'reply' | 'note' = 'reply') =>
  bench.api.drafts.save({ conversationId, what, text, mail: null });

test('a saved draft is there after the process was killed, and shows in the inbox', async () => {
  await save('お世話に');
  await save('メモ', 'note');
  bench.kill();
  bench.restart();
  expect(await bench.api.drafts.get({ conversationId })).toMatchObject({ reply: 'お世話に', note: 'メモ' });
  const { rows } = await bench.api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 9 });
  expect(rows[0]).toMatchObject({ hasDraft: true, previewKind: 'draft' });
});

test('saving makes no draft topic stale, for the typing window owns it; sending does', async () => {
  await bench.api.drafts.get({ conversationId });
  await bench.api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 9 });
  bench.window.stale.length = 0;
  await save('書きかけ');
  expect(bench.window.stale).toEqual(['inbox']);
  await bench.api.replies.send({ conversationId, text: '書きかけ', mail: null, seenSeq: 0 });
  expect(bench.window.stale).toContain(`draft:${conversationId}`);
  expect(await bench.api.drafts.get({ conversationId })).toEqual({ reply: '', note: '', mail: null, savedAt: null });
});

test('an empty text removes the draft', async () => {
  await save('消す');
  await save('');
  expect((await bench.api.drafts.get({ conversationId })).savedAt).toBeNull();
});
