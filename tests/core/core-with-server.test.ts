/** The real core in its own thread against the real server over a real socket, on real encrypted files. */
import { readdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConsoleApi } from '../../src/shared/console-api.ts';
import type { CustomerId } from '../../src/shared/domain/ids.ts';
import { addMessage, findConversation } from '../../src/server/conversations/add-message.ts';
import { write } from '../../src/server/db/write.ts';
import { coreThreads, isOnline, newFolder, signIn } from '../support/core-threads.ts';
import { eventually } from '../support/eventually.ts';
import { addConversation, type TestConversation } from '../support/small-centre.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

let server: TestServer;
const cores = coreThreads(() => server.url);
const startThread = cores.start;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.stop());

async function textsOf(api: ConsoleApi, customerId: CustomerId): Promise<string[]> {
  const { entries } = await api.customers.timeline({ customerId, conversationId: null, before: null, limit: 100 });
  return entries.map((entry) =>
    entry.kind === 'message' ? entry.message.text : entry.kind === 'pending' ? `(${entry.text})` : entry.kind,
  );
}

const aConversation = async (text: string): Promise<TestConversation> =>
  await addConversation(server.running.database, server.source, server.centre, {
    channel: 'webChat',
    messages: 1,
    text,
  });

async function customerWrites({ conversationId }: TestConversation, text: string): Promise<void> {
  await write(server.running.database, server.source, async (w) => {
    const before = await findConversation(w, conversationId);
    if (!before) throw new Error('no such conversation');
    await addMessage(w, before, {
      id: w.newId(),
      direction: 'in',
      visibility: 'private',
      authorKind: 'customer',
      authorId: null,
      authorName: '田中 美咲',
      text,
      detail: { kind: 'text' },
      sentAt: w.now,
    });
  });
}

test('a wrong password is named, and the right one fills the desk', async () => {
  const { customerId, conversationId } = await aConversation('冷蔵庫が冷えません');
  const { api } = await startThread(newFolder());
  const { suzuki } = server.centre.agents;
  await expect(api.session.signIn({ login: suzuki.login, password: 'wrong' })).rejects.toMatchObject({
    refusal: { why: 'wrong-password' },
  });
  await signIn(api, suzuki);
  expect(await api.session.get({})).toMatchObject({ state: 'signedIn', displayName: '鈴木 葵', needsSignIn: false });
  const { rows } = await api.inbox.rows({ view: 'mineAndUnassigned', tab: 'all', offset: 0, limit: 100 });
  expect(rows.map((row) => row.conversationId)).toContain(conversationId);
  expect(await textsOf(api, customerId)).toEqual(['冷蔵庫が冷えません']);
  const found = await eventually(async () => {
    const result = await api.search.all({ text: 'れいぞうこ 冷', limit: 10 });
    return (await api.search.all({ text: '冷えま', limit: 10 })).unindexed === 0 && result;
  });
  expect(found.messages).toEqual([]);
  expect((await api.search.all({ text: '冷えま', limit: 10 })).messages.map((hit) => hit.conversationId)).toContain(
    conversationId,
  );
});

test('a console that was told no server takes the one that the agent names, once it has answered, and keeps it', async () => {
  const folder = newFolder();
  const first = await startThread(folder, null);
  expect(await first.api.session.get({})).toMatchObject({ state: 'signedOut', serverUrl: null, canChooseServer: true });
  const { suzuki } = server.centre.agents;
  await expect(first.api.session.signIn({ login: suzuki.login, password: suzuki.password })).rejects.toMatchObject({
    refusal: { why: 'offline' },
  });
  const choose = (address: string): Promise<unknown> => first.api.session.chooseServer({ address });
  await expect(choose('two words')).rejects.toMatchObject({ refusal: { why: 'bad-address', field: 'address' } });
  await expect(choose('http://kanade.example')).rejects.toMatchObject({ refusal: { why: 'not-encrypted' } });
  await expect(choose('http://127.0.0.1:9')).rejects.toMatchObject({ refusal: { why: 'no-server' } });
  expect(await first.api.session.get({})).toMatchObject({ serverUrl: null });
  await choose(`${server.url}/somewhere`);
  await signIn(first.api, suzuki);
  await expect(choose(server.url)).rejects.toMatchObject({ refusal: { why: 'not-allowed' } });
  await first.stop();
  const again = await startThread(folder, null);
  expect(await again.api.session.get({})).toMatchObject({ state: 'signedIn', serverUrl: server.url });
  await eventually(() => isOnline(again.api));
});

test('what answers at an address must be a server of ours', async () => {
  const other = createServer((_request, answer) => answer.end('{"ok":true}')).listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { api } = await startThread(newFolder(), null);
  await expect(api.session.chooseServer({ address: `http://127.0.0.1:${String(port)}` })).rejects.toMatchObject({
    refusal: { why: 'no-server' },
  });
  other.close();
});

test('what happens on the server comes by itself, and what the agent does goes there', async () => {
  const made = await aConversation('こんにちは');
  const { customerId, conversationId } = made;
  const { api } = await startThread(newFolder());
  await signIn(api, server.centre.agents.suzuki);
  await customerWrites(made, '急いでいます');
  await eventually(async () => (await textsOf(api, customerId)).includes('急いでいます'));
  await api.replies.send({
    conversationId,
    text: 'お待たせしました',
    mail: null,
    seenSeq: (await api.conversations.get({ conversationId })).seenSeq,
  });
  await api.notes.add({ conversationId, text: '在庫を確認中' });
  await api.conversations.markRead({ conversationId, upToSeq: 2 });
  const texts = await eventually(async () => {
    const all = await textsOf(api, customerId);
    return all.includes('お待たせしました') && all.includes('在庫を確認中') && all;
  });
  expect(texts.filter((text) => text === 'お待たせしました')).toHaveLength(1);
  const detail = await eventually(async () => {
    const now = await api.conversations.get({ conversationId });
    return now.conversation.unreadCount === 0 && now.conversation.assigneeId === server.centre.agents.suzuki.id && now;
  });
  expect(detail.assigneeName).toBe('鈴木 葵');
  await eventually(async () => (await api.outbox.list({})).rows.length === 0);
});

test('replies and a note written offline, killed and started again, arrive once and in order', async () => {
  const { customerId, conversationId } = await aConversation('返品したい');
  const folder = newFolder();
  const first = await startThread(folder);
  await signIn(first.api, server.centre.agents.ito);
  await server.running.stop();
  await eventually(async () => (await first.api.connection.get({})).state === 'offline');
  const { seenSeq } = await first.api.conversations.get({ conversationId });
  await first.api.replies.send({ conversationId, text: '一つ目', mail: null, seenSeq });
  await first.api.replies.send({ conversationId, text: '二つ目', mail: null, seenSeq });
  await first.api.notes.add({ conversationId, text: 'メモ' });
  await first.api.conversations.setStatus({ conversationId, status: 'resolved' });
  await first.api.drafts.save({ conversationId, what: 'reply', text: '書きかけ', mail: null });
  await first.kill();

  const second = await startThread(folder);
  expect(await second.api.session.get({})).toMatchObject({ state: 'signedIn', displayName: '伊藤 蓮' });
  expect(await textsOf(second.api, customerId)).toEqual(['返品したい', '(一つ目)', '(二つ目)', '(メモ)']);
  expect((await second.api.conversations.get({ conversationId })).conversation.status).toBe('resolved');
  expect((await second.api.drafts.get({ conversationId })).reply).toBe('書きかけ');
  expect((await second.api.connection.get({})).waiting).toBe(4);

  await server.restart();
  await eventually(async () => (await second.api.outbox.list({})).rows.length === 0, { withinMs: 20_000 });
  await eventually(() => isOnline(second.api));
  // An order is done when its verdict is here; its bubble stays until the message itself has come.
  const texts = await eventually(async () => {
    const now = await textsOf(second.api, customerId);
    return now.every((text) => !text.startsWith('(')) && now;
  });
  expect(texts.filter((text) => ['一つ目', '二つ目', 'メモ', '(一つ目)', '(二つ目)', '(メモ)'].includes(text))).toEqual(
    ['一つ目', '二つ目', 'メモ'],
  );
  expect((await second.api.conversations.get({ conversationId })).conversation.status).toBe('resolved');
});

test('a file attached offline is there after a kill, goes up whole with its reply once, and is read back', async () => {
  const { customerId, conversationId } = await aConversation('写真をください');
  const folder = newFolder();
  const first = await startThread(folder);
  await signIn(first.api, server.centre.agents.ito);
  await server.running.stop();
  await eventually(async () => (await first.api.connection.get({})).state === 'offline');
  const bytes = Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(1_500_000, '秘密の写真')]);
  const base64 = bytes.toString('base64');
  const { fileId } = await first.api.files.add({ conversationId, name: '現品の写真.jpg', type: 'image/jpeg', base64 });
  await first.kill();

  const second = await startThread(folder);
  expect((await second.api.files.list({ conversationId })).files).toMatchObject([{ name: '現品の写真.jpg' }]);
  const { seenSeq } = await second.api.conversations.get({ conversationId });
  const { messageId } = await second.api.replies.send({
    conversationId,
    text: 'こちらです',
    files: [fileId],
    mail: null,
    seenSeq,
  });
  await second.kill();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((each) => /\.db/.test(each)))
    expect(readFileSync(join(folder, name)).includes('秘密の写真'), name).toBe(false);

  const third = await startThread(folder);
  await server.restart();
  await eventually(async () => (await third.api.outbox.list({})).rows.length === 0, { withinMs: 20_000 });
  const sent = await eventually(async () => {
    const { entries } = await third.api.customers.timeline({ customerId, conversationId, before: null, limit: 50 });
    return entries.flatMap((entry) => (entry.kind === 'message' && entry.id === messageId ? [entry] : []))[0];
  });
  expect(sent.attachments).toMatchObject([
    { name: '現品の写真.jpg', sniffedType: 'image/jpeg', size: bytes.length, isBlocked: false },
  ]);
  const [attachment] = sent.attachments;
  const fetched = attachment && (await third.api.attachments.fetch({ attachmentId: attachment.id }));
  expect(fetched?.base64 === base64).toBe(true);
  expect((await third.api.files.list({ conversationId })).files).toEqual([]);
});

test('signing out is held back while something waits, and the files stay unreadable', async () => {
  const { conversationId } = await aConversation('秘密の言葉です');
  const folder = newFolder();
  const core = await startThread(folder);
  await signIn(core.api, server.centre.agents.ito);
  await server.running.stop();
  await eventually(async () => (await core.api.connection.get({})).state === 'offline');
  await core.api.notes.add({ conversationId, text: '秘密の覚え書き' });
  await expect(core.api.session.signOut({ evenIfWaiting: false })).rejects.toMatchObject({
    refusal: { why: 'outbox-not-empty' },
  });
  await core.api.session.signOut({ evenIfWaiting: true });
  expect(await core.api.session.get({})).toMatchObject({ state: 'signedOut', lastLogin: 'ito' });
  await expect(core.api.inbox.outline({ view: 'everyone', tab: 'all' })).rejects.toMatchObject({
    refusal: { why: 'signed-out' },
  });
  await core.stop();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((each) => /\.db/.test(each))) {
    const bytes = readFileSync(join(folder, name));
    for (const word of ['秘密の言葉', '秘密の覚え書き', 'SQLite format'])
      expect(bytes.includes(word), `${name} holds ${word}`).toBe(false);
  }
  await server.restart();
  const again = await startThread(folder);
  await signIn(again.api, server.centre.agents.ito);
  await eventually(async () => (await again.api.outbox.list({})).rows.length === 0);
});
