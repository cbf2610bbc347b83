/** The outbox against a server that stops, refuses, forgets, fails and is taken over. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type Bench,
  putConversation,
  putCustomer,
  putMessage,
  signIn,
  startBench,
} from '../../../../tests/support/core-bench.ts';
import type { Decided } from '../../../../tests/support/fake-link.ts';
import { makeManualTime, type ManualTime } from '../../../../tests/support/manual-time.ts';
import type { Command } from '../../../shared/domain/command.ts';
import type { ConversationId } from '../../../shared/domain/ids.ts';

let time: ManualTime;
let bench: Bench;
let customerId: string;
let a: ConversationId;
let b: ConversationId;
let decide: (command: Command) => Decided;
const applied: Decided = { outcome: 'applied', reason: null };

beforeEach(async () => {
  time = makeManualTime();
  decide = () => applied;
  bench = startBench({ time, decide: (command) => decide(command) });
  await signIn(bench);
  customerId = putCustomer(bench);
  a = putConversation(bench, customerId) as ConversationId;
  b = putConversation(bench, customerId) as ConversationId;
  putMessage(bench, a, customerId);
  await time.pass(3_000);
});
afterEach(() => bench.stop());

const note = (conversationId: ConversationId, text: string) => bench.api.notes.add({ conversationId, text });
const reply = (conversationId: ConversationId, text: string) =>
  bench.api.replies.send({ conversationId, text, mail: null, seenSeq: 1 });
const outbox = async () =>
  (await bench.api.outbox.list({})).rows.map(({ text, state, reason }) => ({ text, state, reason }));
const appliedTexts = () => bench.server.applied.map(({ body }) => ('text' in body ? body.text : body.kind));
const mids = () =>
  bench.server.heard.filter(({ event }) => event === 'submit').map(({ payload }) => (payload as { mid: number }).mid);
async function offline(): Promise<void> {
  bench.server.isUp = false;
  bench.server.cut();
  await time.pass(50);
}
async function online(ms = 5_000): Promise<void> {
  bench.server.isUp = true;
  await time.pass(ms);
}

test('what waited goes out in the order in which it was ordered, with dense numbers', async () => {
  await offline();
  for (const text of ['1', '2', '3', '4']) await note(text === '2' ? b : a, text);
  await online();
  expect(appliedTexts()).toEqual(['1', '2', '3', '4']);
  expect(mids()).toEqual([1, 2, 3, 4]);
  expect(await outbox()).toEqual([]);
});

test('a stopped reply holds up what comes after it in its conversation, and nothing else', async () => {
  await offline();
  await reply(a, '止まる');
  await note(a, 'その後');
  await note(b, 'ほか');
  decide = ({ body }) => (body.kind === 'reply.send' ? { outcome: 'needsReview', reason: 'thread-moved-on' } : applied);
  await online();
  expect(appliedTexts()).toEqual(['ほか']);
  expect(await outbox()).toEqual([
    { text: '止まる', state: 'needsReview', reason: 'thread-moved-on' },
    { text: 'その後', state: 'blocked', reason: null },
  ]);
  expect(await bench.api.connection.get({})).toMatchObject({ waiting: 0, attention: 2 });
  const { rows } = await bench.api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 9 });
  expect(rows.find((row) => row.conversationId === a)).toMatchObject({
    attentionCount: 2,
    previewKind: 'attention',
    assigneeId: null,
  });
});

test('a held reply goes when its time is over, keeps its order in the conversation, and holds up nothing else', async () => {
  const held = { conversationId: a, text: '取り消せる', mail: null, seenSeq: 1, holdMs: 5_000 };
  await bench.api.replies.send(held);
  await note(a, 'その後');
  await note(b, 'ほか');
  await time.pass(4_900);
  expect(appliedTexts()).toEqual(['ほか']);
  await time.pass(200);
  expect(appliedTexts()).toEqual(['ほか', '取り消せる', 'その後']);
  expect(mids()).toEqual([1, 2, 3]);
});

test('a held reply that is taken back is the draft again and never leaves; "send now" ends the wait', async () => {
  const held = { conversationId: a, text: '取り消す', mail: null, seenSeq: 1, holdMs: 5_000 };
  const first = await bench.api.replies.send(held);
  await time.pass(4_000);
  await bench.api.outbox.edit({ commandId: first.commandId });
  await time.pass(10_000);
  expect(appliedTexts()).toEqual([]);
  expect((await bench.api.drafts.get({ conversationId: a })).reply).toBe('取り消す');
  const second = await bench.api.replies.send({ ...held, text: '今すぐ' });
  await time.pass(100);
  expect(appliedTexts()).toEqual([]);
  await bench.api.outbox.sendNow({ commandId: second.commandId });
  await time.pass(100);
  expect(appliedTexts()).toEqual(['今すぐ']);
  await expect(bench.api.outbox.edit({ commandId: second.commandId })).rejects.toMatchObject({});
});

test('a hold outlives a kill, and a clock that is put back cannot keep a reply', async () => {
  await bench.api.replies.send({ conversationId: a, text: '待つ', mail: null, seenSeq: 1, holdMs: 20_000 });
  await time.pass(1_000);
  bench.restart();
  await time.pass(5_000);
  expect(appliedTexts()).toEqual([]);
  bench.clock.shift -= 3_600_000;
  await time.pass(31_000);
  expect(appliedTexts()).toEqual(['待つ']);
});

test('"send anyway" sends the same text under a new command that has seen everything, with the same message id', async () => {
  decide = ({ body }) =>
    body.kind === 'reply.send' && body.seenSeq < 2 ? { outcome: 'needsReview', reason: 'thread-moved-on' } : applied;
  const { commandId, messageId } = await reply(a, 'どうぞ');
  await note(a, 'その後');
  putMessage(bench, a, customerId, { direction: 'out', authorKind: 'agent', text: '同僚の返信', seq: 2 });
  await time.pass(1_000);
  const again = await bench.api.outbox.sendAnyway({ commandId });
  expect(again.commandId).not.toBe(commandId);
  await time.pass(1_000);
  const sent = bench.server.applied.map(({ body }) => body);
  expect(sent).toMatchObject([{ kind: 'reply.send', messageId, seenSeq: 2, text: 'どうぞ' }, { kind: 'note.add' }]);
  expect(await outbox()).toEqual([]);
});

test('"edit" makes the stopped text the draft again, and lets the rest go on', async () => {
  decide = ({ body }) => (body.kind === 'reply.send' ? { outcome: 'needsReview', reason: 'thread-moved-on' } : applied);
  const { commandId } = await reply(a, '書き直す');
  await note(a, 'その後');
  await time.pass(1_000);
  await bench.api.outbox.edit({ commandId });
  await time.pass(1_000);
  expect((await bench.api.drafts.get({ conversationId: a })).reply).toBe('書き直す');
  expect(appliedTexts()).toEqual(['その後']);
  expect(await outbox()).toEqual([]);
});

test('what may be on its way cannot be taken back, what never left can', async () => {
  bench.server.intercept = (event) => (event === 'submit' ? 'lost' : null);
  const first = await note(a, '出た');
  const second = await note(a, 'まだ');
  await time.pass(100);
  await expect(bench.api.outbox.discard({ commandId: first.commandId })).rejects.toMatchObject({
    refusal: { why: 'not-allowed' },
  });
  await bench.api.outbox.discard({ commandId: second.commandId });
  await offline();
  await expect(bench.api.outbox.edit({ commandId: first.commandId })).rejects.toMatchObject({
    refusal: { why: 'not-allowed' },
  });
  bench.server.intercept = null;
  await online();
  expect(appliedTexts()).toEqual(['出た']);
});

test('a command whose answer was lost is sent again under its number and applied once', async () => {
  await note(a, '一度だけ');
  while (bench.server.applied.length === 0) await time.pass(1);
  bench.server.cut();
  await time.pass(5_000);
  expect(appliedTexts()).toEqual(['一度だけ']);
  expect(mids()).toEqual([1, 1]);
  expect(await outbox()).toEqual([]);
});

test('a core that dies between the number and the answer sends the same number again', async () => {
  bench.server.intercept = (event) => (event === 'submit' ? 'lost' : null);
  await note(a, '一');
  await note(b, '二');
  await time.pass(10);
  bench.kill();
  bench.server.intercept = null;
  bench.restart();
  await time.pass(3_000);
  expect(appliedTexts()).toEqual(['一', '二']);
  expect(mids()).toEqual([1, 1, 2]);
});

test('a disk that went back in time takes a new client id and applies nothing twice', async () => {
  await note(a, '一');
  await time.pass(1_000);
  const { clientId } = bench.server.heard.find(({ event }) => event === 'hello')?.payload as { clientId: string };
  // The other machine has used number 2 for something of its own.
  bench.server.intercept = (event, payload) => {
    const submit = payload as { mid: number };
    return event === 'submit' &&
      submit.mid === 2 &&
      bench.server.heard.filter((heard) => heard.event === 'hello').length === 1
      ? { answer: { ok: false, why: 'cloned-client', lastMid: 2, detail: '' } }
      : null;
  };
  await note(a, '二');
  await time.pass(5_000);
  const hellos = bench.server.heard
    .filter(({ event }) => event === 'hello')
    .map(({ payload }) => (payload as { clientId: string }).clientId);
  expect(hellos[0]).toBe(clientId);
  expect(hellos.at(-1)).not.toBe(clientId);
  expect(appliedTexts()).toEqual(['一', '二']);
  expect(mids().at(-1)).toBe(1);
});

test('a command that breaks the server again and again lets the others go ahead, and is tried again', async () => {
  let isBroken = true;
  bench.server.intercept = (event, payload) => {
    const { command } = payload as { command?: Command };
    return isBroken && event === 'submit' && command && 'text' in command.body && command.body.text === '壊す'
      ? { answer: { ok: false, why: 'failed', lastMid: 0, detail: '' } }
      : null;
  };
  await note(a, '壊す');
  await note(a, 'その後');
  await note(b, 'ほか');
  await time.pass(6_000);
  expect(appliedTexts()).toEqual(['ほか']);
  isBroken = false;
  await time.pass(40_000);
  expect(appliedTexts()).toEqual(['ほか', '壊す', 'その後']);
});

test('a form that the server does not know is refused here, and its number goes to the next', async () => {
  bench.server.intercept = (event, payload) =>
    event === 'submit' && (payload as { command: Command }).command.body.kind === 'conversation.assign'
      ? { answer: { ok: false, why: 'bad-input', lastMid: 0, detail: '' } }
      : null;
  await bench.api.conversations.assign({ conversationId: b, assigneeId: null });
  await note(a, '次');
  await time.pass(2_000);
  expect(appliedTexts()).toEqual(['次']);
  expect((await bench.api.outbox.list({})).rows).toMatchObject([
    { kind: 'conversation.assign', state: 'refused', reason: 'bad-input' },
  ]);
  expect(mids()).toEqual([1, 1]);
});

test('an item is done when its effect is here, not when the server said yes', async () => {
  decide = ({ body }) => {
    if (body.kind === 'note.add')
      putMessage(bench, body.conversationId, customerId, {
        id: body.messageId,
        direction: 'note',
        text: body.text,
        seq: 9,
      });
    return applied;
  };
  bench.server.sendsFrames = false;
  const { messageId } = await note(a, '届くまで');
  await time.pass(5_000);
  const timeline = async () =>
    (
      await bench.api.customers.timeline({
        customerId: customerId,
        conversationId: null,
        before: null,
        limit: 50,
      })
    ).entries.at(-1);
  expect(await timeline()).toMatchObject({ kind: 'pending', id: messageId, state: 'applied' });
  bench.server.sendsFrames = true;
  bench.server.sendLevel();
  await time.pass(100);
  expect(await timeline()).toMatchObject({ kind: 'message', id: messageId });
});

test('a read mark is one for each conversation, is not listed, and its refusal leaves no trace', async () => {
  await offline();
  putMessage(bench, a, customerId, { seq: 2 });
  await bench.api.conversations.markRead({ conversationId: a, upToSeq: 1 });
  await bench.api.conversations.markRead({ conversationId: a, upToSeq: 2 });
  expect(await bench.api.connection.get({})).toMatchObject({ waiting: 0, attention: 0 });
  decide = () => ({ outcome: 'refused', reason: 'not-allowed' });
  await online();
  expect(bench.server.heard.filter(({ event }) => event === 'submit')).toHaveLength(1);
  expect(await bench.api.connection.get({})).toMatchObject({ waiting: 0, attention: 0 });
});

test('after a restored server a reply that was applied waits for a person, everything else goes again', async () => {
  bench.server.sendsFrames = false;
  decide = ({ body }) => {
    if ('conversationId' in body) putConversation(bench, customerId, { id: body.conversationId, preview: body.kind });
    return applied;
  };
  await reply(a, '送信済みかも');
  await note(b, 'もう一度');
  await time.pass(200);
  expect(appliedTexts()).toEqual(['送信済みかも', 'もう一度']);
  bench.server.applied.length = 0;
  bench.server.restore({ sv: 3, epoch: 'epoch-2', lastMid: 0 });
  await time.pass(5_000);
  expect(appliedTexts()).toEqual(['もう一度']);
  expect(await outbox()).toContainEqual({ text: '送信済みかも', state: 'needsReview', reason: 'state-changed' });
});

test('the age of an order is told in the time of the server: a PC whose clock is a day behind makes no reply stale', async () => {
  bench.clock.shift = -24 * 3_600_000;
  await offline();
  await online();
  await note(a, '昨日ではない');
  await time.pass(1_000);
  const { command } = bench.server.heard.findLast(({ event }) => event === 'submit')?.payload as { command: Command };
  expect(Math.abs(command.composedAt - time.clock.now())).toBeLessThan(10_000);
});
