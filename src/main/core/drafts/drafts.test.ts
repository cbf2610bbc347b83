/** Nothing that an agent types is lost. */
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
import type { Ask } from '../../../shared/sync-protocol.ts';

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
  expect(await bench.api.drafts.get({ conversationId })).toMatchObject({
    reply: '',
    note: '',
    mail: null,
    savedAt: null,
  });
});

test('an empty text removes the draft', async () => {
  await save('消す');
  await save('');
  expect((await bench.api.drafts.get({ conversationId })).savedAt).toBeNull();
});

type KeepDrafts = Extract<Ask, { method: 'keepDrafts' }>;
const copies = (): KeepDrafts[] =>
  bench.server.heard
    .filter(({ event }) => event === 'ask')
    .map(({ payload }) => payload as Ask)
    .filter((ask): ask is KeepDrafts => ask.method === 'keepDrafts');
const putCopy = (change: Record<string, unknown> = {}): string => {
  const id = freshId();
  const row = {
    id,
    agentId: bench.ids.agent,
    conversationId,
    what: 'reply',
    text: 'もう一台の下書き',
    mail: null,
    revision: 3,
    deviceName: '2号機',
    copiedAt: time.clock.now(),
    supersededAt: null,
    takenOverByName: null,
    takenOverAt: null,
    ...change,
  };
  bench.server.put('draft', row as never, [bench.scopes.mine]);
  return row.id;
};

test('what is typed is copied within seconds, newest state only, and the server hears when it is over', async () => {
  await save('あ');
  await save('あい');
  await save('あいう');
  await time.pass(4_000);
  expect(copies().map(({ drafts }) => drafts.map(({ text, revision }) => ({ text, revision })))).toEqual([
    [{ text: 'あいう', revision: 3 }],
  ]);
  await bench.api.replies.send({ conversationId, text: 'あいう', mail: null, seenSeq: 0 });
  await time.pass(10_000);
  expect(copies().at(-1)).toMatchObject({ drafts: [], done: [{ revision: 3, why: 'ended' }] });
  expect(copies()).toHaveLength(2);
});

test('what was typed without a line is copied when there is one, and again after the server was restored', async () => {
  bench.server.isUp = false;
  bench.server.cut();
  await time.pass(50);
  await save('圏外で書いた');
  bench.server.isUp = true;
  await time.pass(5_000);
  expect(
    copies()
      .at(-1)
      ?.drafts.map(({ text }) => text),
  ).toEqual(['圏外で書いた']);
  const before = copies().length;
  bench.server.restore({ sv: bench.server.sv, epoch: 'restored', lastMid: 0 });
  await time.pass(5_000);
  expect(
    copies()
      .slice(before)
      .at(-1)
      ?.drafts.map(({ text }) => text),
  ).toEqual(['圏外で書いた']);
});

test('a draft of another device opens here, is gone on with, and never comes back beside its own continuation', async () => {
  const id = putCopy();
  await time.pass(1_000);
  const { others, reply } = await bench.api.drafts.get({ conversationId });
  expect([reply, others.map(({ text }) => text)]).toEqual(['', ['もう一台の下書き']]);
  const [other] = others;
  await bench.api.drafts.save({
    conversationId,
    what: 'reply',
    text: 'もう一台の下書きの続き',
    mail: null,
    continues: { draftId: other!.draftId, revision: other!.revision },
  });
  expect((await bench.api.drafts.get({ conversationId })).others).toEqual([]);
  await time.pass(4_000);
  expect(copies().at(-1)).toMatchObject({ done: [{ id, revision: 3, why: 'superseded' }] });
});

test.each([
  ['mine', 'こちら', ['もう一台の下書き']],
  ['theirs', 'もう一台の下書き', ['こちら']],
  ['both', 'こちら\n\nもう一台の下書き', ['こちら']],
] as const)('of two drafts on two devices %s goes on, and nothing is lost', async (keep, text, versions) => {
  await save('こちら');
  const draftId = putCopy();
  await time.pass(1_000);
  await bench.api.drafts.settle({ conversationId, draftId, keep });
  expect(await bench.api.drafts.get({ conversationId })).toMatchObject({ reply: text, others: [] });
  const kept = (await bench.api.drafts.versions({ conversationId })).versions.map((version) => version.text);
  expect(kept).toEqual(expect.arrayContaining(keep === 'both' ? [] : [...versions]));
});

test('a draft that another device has gone on with is over here, unless it was changed here since', async () => {
  await save('先に書いた');
  await time.pass(4_000);
  const { id, revision } = copies()[0]!.drafts[0]!;
  putCopy({ id, revision, text: '先に書いた', supersededAt: 5 });
  await time.pass(1_000);
  expect((await bench.api.drafts.get({ conversationId })).reply).toBe('');
  expect((await bench.api.drafts.versions({ conversationId })).versions.map(({ text }) => text)).toEqual([
    '先に書いた',
  ]);

  await save('また書いた');
  await time.pass(4_000);
  const again = copies().at(-1)!.drafts[0]!;
  await save('また書いて、足した');
  putCopy({ id: again.id, revision: again.revision, text: 'また書いた', supersededAt: 6 });
  await time.pass(1_000);
  expect((await bench.api.drafts.get({ conversationId })).reply).toBe('また書いて、足した');
});

test('a lead who goes on with a draft is named to its author', async () => {
  await save('途中');
  await time.pass(4_000);
  const { id, revision } = copies()[0]!.drafts[0]!;
  putCopy({ id, revision, text: '途中', takenOverByName: '高橋 主任', takenOverAt: 9 });
  await time.pass(1_000);
  const draft = await bench.api.drafts.get({ conversationId });
  expect(draft).toMatchObject({ reply: '途中', takenOver: [{ what: 'reply', byName: '高橋 主任', at: 9 }] });
});

test('a draft whose conversation has left this device stays readable, says whose it was, and comes back with it', async () => {
  await save('返信の途中');
  bench.server.remove('conversation', conversationId);
  await time.pass(2_000);
  expect((await bench.api.drafts.left({})).drafts).toMatchObject([
    { conversationId, text: '返信の途中', customerName: '田中 花子', conversationNumber: 'C-1' },
  ]);
  putConversation(bench, putCustomer(bench), { id: conversationId });
  await time.pass(2_000);
  expect((await bench.api.drafts.left({})).drafts).toEqual([]);
  expect((await bench.api.drafts.get({ conversationId })).reply).toBe('返信の途中');
});
