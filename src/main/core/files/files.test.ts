/** Files with a reply: kept over restarts, sent before their reply, given back, forgotten when it is done. */
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

beforeEach(async () => {
  time = makeManualTime();
  decide = () => ({ outcome: 'applied', reason: null });
  bench = startBench({ time, decide: (command) => decide(command) });
  await signIn(bench);
  customerId = putCustomer(bench);
  a = putConversation(bench, customerId) as ConversationId;
  b = putConversation(bench, customerId) as ConversationId;
  putMessage(bench, a, customerId);
  await time.pass(3_000);
});
afterEach(() => bench.stop());

const bytes = (size: number): Buffer => Buffer.alloc(size, 'あ');
const add = async (name: string, content = bytes(1_300_000), conversationId = a) =>
  (await bench.api.files.add({ conversationId, name, type: 'image/png', base64: content.toString('base64') })).fileId;
const listed = async (conversationId = a) =>
  (await bench.api.files.list({ conversationId })).files.map(({ name }) => name);
const reply = (text: string, files: Awaited<ReturnType<typeof add>>[], conversationId = a) =>
  bench.api.replies.send({ conversationId, text, files, mail: null, seenSeq: 1 });
const note = (conversationId: ConversationId, text: string) => bench.api.notes.add({ conversationId, text });
const texts = () => bench.server.applied.map(({ body }) => ('text' in body ? body.text : body.kind));
async function offline(): Promise<void> {
  bench.server.isUp = false;
  bench.server.cut();
  await time.pass(50);
}
async function online(ms = 8_000): Promise<void> {
  bench.server.isUp = true;
  await time.pass(ms);
}
/** Rows and bytes that are left in the outbox of the agent. */
const left = async () => {
  bench.window.stale.length = 0;
  return { draft: await listed(), waiting: (await bench.api.outbox.list({})).rows.length };
};

test('a file stands with its draft over a kill, goes up whole before its reply, and leaves nothing behind', async () => {
  await offline();
  const content = bytes(1_300_000);
  const first = await add('見積書.png', content);
  const second = await add('写真.png', bytes(10));
  bench.kill();
  bench.restart();
  expect(await listed()).toEqual(['見積書.png', '写真.png']);
  await reply('', [first, second]);
  expect(await left()).toEqual({ draft: [], waiting: 1 });
  bench.kill();
  bench.restart();
  const { entries } = await bench.api.customers.timeline({ customerId, conversationId: null, before: null, limit: 9 });
  expect(entries.at(-1)).toMatchObject({ kind: 'pending', files: [{ name: '見積書.png' }, { name: '写真.png' }] });
  expect((await bench.api.outbox.list({})).rows[0]?.text).toBe('📎 見積書.png, 写真.png');
  expect(bench.server.uploads.size).toBe(0);
  await online();
  expect(bench.server.uploads.get(first)?.length).toBe(1_300_000);
  expect(Buffer.from(bench.server.uploads.get(first) ?? []).equals(content)).toBe(true);
  expect(bench.server.applied.map(({ body }) => body)).toMatchObject([
    {
      kind: 'reply.send',
      text: '',
      files: [
        { uploadId: first, size: 1_300_000 },
        { uploadId: second, size: 10 },
      ],
    },
  ]);
  expect(await left()).toEqual({ draft: [], waiting: 0 });
});

test('nothing of a file leaves the device before its reply was ordered', async () => {
  await add('早すぎる.png');
  await time.pass(5_000);
  expect(bench.server.uploads.size).toBe(0);
});

test('a file that cannot go up holds back its own conversation only, and goes on where it was', async () => {
  bench.server.refusesUploads = 503;
  const file = await add('大きい.png');
  await reply('添付します', [file]);
  await note(a, 'その後');
  await note(b, 'ほか');
  await time.pass(5_000);
  expect(texts()).toEqual(['ほか']);
  expect((await bench.api.outbox.list({})).rows.map(({ state }) => state)).toEqual(['queued', 'queued']);
  bench.server.uploads.set(file, bytes(1_300_000).subarray(0, 700_000));
  bench.server.asked.length = 0;
  bench.server.refusesUploads = null;
  await time.pass(40_000);
  expect(texts()).toEqual(['ほか', '添付します', 'その後']);
  expect(bench.server.asked.filter(({ path }) => path.startsWith('/api/uploads'))).toHaveLength(3);
});

test('how much of a file has come stands beside its waiting reply, over a kill too', async () => {
  const { uploads } = bench.server;
  const put = uploads.set.bind(uploads);
  uploads.set = (id, come) => {
    // The line goes after the first part.
    if (come.length > 0) bench.server.refusesUploads = 503;
    return put(id, come);
  };
  const file = await add('大きい.png', bytes(1_300_000));
  await reply('添付します', [file]);
  await time.pass(5_000);
  const come = uploads.get(file)?.length ?? 0;
  expect(come).toBeGreaterThan(0);
  expect(come).toBeLessThan(1_300_000);
  const pending = async () => {
    const asked = { customerId, conversationId: null, before: null, limit: 9 };
    return (await bench.api.customers.timeline(asked)).entries.at(-1);
  };
  expect(await pending()).toMatchObject({ kind: 'pending', bytesUp: come });
  bench.kill();
  bench.restart();
  expect(await pending()).toMatchObject({ kind: 'pending', bytesUp: come });
});

test('a file that the server does not take stops its reply by name, and editing gives file and words back', async () => {
  bench.server.refusesUploads = 415;
  const file = await add('中身.png');
  const { commandId } = await reply('ご確認ください', [file]);
  await note(a, 'その後');
  await time.pass(3_000);
  expect((await bench.api.outbox.list({})).rows).toMatchObject([
    { commandId, state: 'refused', reason: 'file-not-allowed' },
    { state: 'blocked' },
  ]);
  await bench.api.outbox.edit({ commandId });
  await time.pass(1_000);
  expect(await listed()).toEqual(['中身.png']);
  expect((await bench.api.drafts.get({ conversationId: a })).reply).toBe('ご確認ください');
  expect(texts()).toEqual(['その後']);
  await bench.api.files.remove({ fileId: file });
  expect(await listed()).toEqual([]);
  await expect(bench.api.files.remove({ fileId: file })).rejects.toMatchObject({ refusal: { why: 'not-found' } });
});

test('a reply of files alone that is edited or discarded leaves no empty draft', async () => {
  await offline();
  const { commandId } = await reply('', [await add('一.png')]);
  await bench.api.outbox.edit({ commandId });
  expect(await bench.api.drafts.get({ conversationId: a })).toMatchObject({ reply: '', savedAt: null });
  expect(await listed()).toEqual(['一.png']);
  const [again] = (await bench.api.files.list({ conversationId: a })).files;
  const sent = await reply('', again ? [again.uploadId] : []);
  await bench.api.outbox.discard({ commandId: sent.commandId });
  expect(await left()).toEqual({ draft: [], waiting: 0 });
});

test('"send anyway" after the server lost a file brings the file again', async () => {
  const file = await add('再送.png');
  decide = () => ({ outcome: 'needsReview', reason: 'file-missing' });
  const { commandId } = await reply('再送します', [file]);
  await time.pass(3_000);
  bench.server.uploads.clear();
  decide = () => ({ outcome: 'applied', reason: null });
  await bench.api.outbox.sendAnyway({ commandId });
  await time.pass(3_000);
  expect(bench.server.uploads.get(file)?.length).toBe(1_300_000);
  expect(texts()).toEqual(['再送します']);
});

test('after a restored server a file that had gone up goes up again before its reply', async () => {
  bench.server.refusesUploads = null;
  const file = await add('復元.png');
  decide = () => ({ outcome: 'needsReview', reason: 'thread-moved-on' });
  const { commandId } = await reply('復元後', [file]);
  await time.pass(3_000);
  expect(bench.server.uploads.has(file)).toBe(true);
  bench.server.uploads.clear();
  bench.server.restore({ sv: bench.server.sv, epoch: 'epoch-2', lastMid: 0 });
  decide = () => ({ outcome: 'applied', reason: null });
  await time.pass(5_000);
  await bench.api.outbox.sendAnyway({ commandId });
  await time.pass(5_000);
  expect(bench.server.uploads.get(file)?.length).toBe(1_300_000);
  expect(texts()).toContain('復元後');
});

test('what cannot be sent is refused by name where it is added', async () => {
  const mail = putConversation(bench, customerId, { channel: 'mail' }) as ConversationId;
  const line = putConversation(bench, customerId, { channel: 'line' }) as ConversationId;
  await time.pass(500);
  const refused = async (adding: Promise<unknown>) => {
    const error = (await adding.catch((thrown: unknown) => thrown)) as { refusal?: { why: string; field?: string } };
    return [error.refusal?.why, error.refusal?.field];
  };
  const megabyte = 1024 * 1024;
  expect(await refused(add('a.png', bytes(11 * megabyte)))).toEqual(['too-large', 'base64']);
  await add('一.pdf', bytes(12 * megabyte), mail);
  expect(await refused(add('二.pdf', bytes(9 * megabyte), mail))).toEqual(['too-large', 'base64']);
  expect(await refused(add('a.png', bytes(10), line))).toEqual(['not-allowed', undefined]);
  expect(await refused(add('invoice\u202Efdp.exe', bytes(10)))).toEqual(['not-allowed', 'name']);
  expect(await refused(add('a.png', bytes(0)))).toEqual(['bad-input', 'base64']);
  for (let n = 0; n < 10; n++) await add(`${n}.png`, bytes(10));
  expect(await refused(add('11.png', bytes(10)))).toEqual(['too-large', 'name']);
  const bad = { conversationId: a, name: 'x', type: '', base64: '!!!!' };
  expect(await refused(bench.api.files.add(bad))).toEqual(['bad-input', 'base64']);
  expect(await refused(reply('', []))).toEqual(['bad-input', 'text']);
  expect(await refused(reply('x', ['0190a000-0000-7000-8000-00000000aaaa' as never]))).toEqual(['not-found', 'files']);
});
