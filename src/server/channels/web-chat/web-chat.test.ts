import { afterEach, describe, expect, test } from 'vitest';
import { io } from 'socket.io-client';
import { eventually } from '../../../../tests/support/eventually.ts';
import { type ChannelServer, startChannelServer } from '../../../../tests/support/start-channel-server.ts';
import { type Clock, newId, type Random } from '../../../shared/domain/clock.ts';
import { openWidgetClient, type Visitor, type WidgetClient } from '../../../widget/widget-client.ts';
import type { OutgoingMessage } from '../channel-adapter.ts';
import { visitorIdOf } from './judge-visitor.ts';
import { webChatAdapter } from './web-chat-adapter.ts';

const clock: Clock = { now: () => Date.now() };
const random: Random = { next: () => Math.random(), bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) };
const token = (): string => Buffer.from(random.bytes(32)).toString('base64url');

const open: { stop(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function start(given: Parameters<typeof startChannelServer>[1] = {}): Promise<ChannelServer> {
  const server = await startChannelServer(webChatAdapter(), given);
  open.push(server);
  return server;
}
function visit(
  server: { origin: string },
  more: Partial<Parameters<typeof openWidgetClient>[0]> = {},
): WidgetClient & { visitor: Visitor } {
  const visitor = more.visitor ?? { token: token(), name: '田中 美咲', mail: null };
  const client = openWidgetClient({
    serverUrl: server.origin,
    account: 'test',
    language: 'ja',
    clock,
    random,
    ...more,
    visitor,
  });
  open.push({ stop: () => client.close() });
  return { ...client, visitor };
}
function threadOf(server: ChannelServer, client: { visitor: Visitor }): string {
  return visitorIdOf(server.fake.context.account.id, client.visitor.token);
}
function outgoing(threadId: string, messageId: string, text: string): OutgoingMessage {
  return {
    messageId,
    attempt: 1,
    idempotencyKey: messageId,
    conversationId: newId(clock, random),
    threadId,
    to: { address: threadId, displayName: null },
    text,
    mail: null,
    files: [],
    replyToken: null,
    authorName: '鈴木 葵',
  };
}
const texts = (client: WidgetClient): string[] => client.state().log.lines.map((line) => line.text);

describe('a visitor and an agent', () => {
  test('what the visitor writes is received with name and claimed mail, and the answer comes back', async () => {
    const server = await start();
    const client = visit(server, { visitor: { token: token(), name: '田中 美咲', mail: 'misaki@example.com' } });
    client.say('注文が届きません😡\n<script>alert(1)</script>');
    await eventually(() => server.fake.messages.length === 1);
    const [said] = server.fake.messages;
    expect(said).toMatchObject({
      text: '注文が届きません😡\n<script>alert(1)</script>',
      author: { displayName: '田中 美咲', isVerified: false, claimedMail: 'misaki@example.com' },
      visibility: 'private',
    });
    const threadId = threadOf(server, client);
    expect(said?.threadId).toBe(threadId);
    expect(said?.author.address).toBe(threadId);
    expect(JSON.stringify(said)).not.toContain(client.visitor.token);

    const answer = server.fake.answer(threadId, 'お調べいたします');
    const outcome = await server.channel.send?.(outgoing(threadId, answer.messageId, answer.text));
    expect(outcome).toEqual({ outcome: 'sent', externalId: null, state: 'sent' });
    await eventually(() => client.state().log.lines.length === 2);
    expect(client.state().log.lines.map((line) => line.isMine)).toEqual([true, false]);
    expect(client.state().unread).toBe(1);
  });

  test('delivery and read marks go both ways, each once', async () => {
    const server = await start();
    const client = visit(server);
    client.say('こんにちは');
    const threadId = threadOf(server, client);
    await eventually(() => client.state().log.lines[0]?.seq === 1);
    server.fake.answer(threadId, 'はい');
    await eventually(() => server.fake.seen.length === 1);
    client.markRead();
    client.markRead();
    await eventually(() => server.fake.seen.length === 2);
    expect(server.fake.seen.map(({ upToSeq, state }) => ({ upToSeq, state }))).toEqual([
      { upToSeq: 2, state: 'delivered' },
      { upToSeq: 2, state: 'read' },
    ]);
    expect(client.state().unread).toBe(0);

    expect(client.state().log.lines[0]?.mark).toBe('sent');
    const conversationId = server.fake.conversationOf(threadId)!;
    server.fake.change({ what: 'read', threadId, conversationId, upToSeq: 1 });
    await eventually(() => client.state().log.lines[0]?.mark === 'read');
  });

  test('typing is shown both ways and ends when the window goes', async () => {
    const server = await start();
    const client = visit(server);
    client.say('こんにちは');
    const threadId = threadOf(server, client);
    await eventually(() => client.state().log.conversationId);
    client.noteTyping();
    client.noteTyping();
    await eventually(() => server.fake.typing.length === 1);
    server.fake.change({
      what: 'typing',
      threadId,
      conversationId: server.fake.conversationOf(threadId)!,
      name: '鈴木 葵',
      on: true,
    });
    await eventually(() => client.state().typing === '鈴木 葵');
    client.close();
    await eventually(() => server.fake.typing.at(-1)?.isTyping === false);
    expect(server.fake.typing).toHaveLength(2);
  });

  test('two windows of one visitor show the same, a stranger shows nothing of it', async () => {
    const server = await start();
    const one = visit(server);
    const two = visit(server, { visitor: one.visitor });
    const stranger = visit(server);
    one.say('一つ目の窓から');
    stranger.say('別の人');
    await eventually(() => texts(two).length === 1 && stranger.state().log.lines[0]?.seq === 1);
    server.fake.answer(threadOf(server, one), '両方に届きます');
    await eventually(() => texts(one).length === 2 && texts(two).length === 2);
    expect(texts(stranger)).toEqual(['別の人']);
  });

  test('a resolved conversation is said to have ended', async () => {
    const server = await start();
    const client = visit(server);
    client.say('ありがとう');
    const threadId = threadOf(server, client);
    await eventually(() => client.state().log.conversationId);
    server.fake.change({
      what: 'status',
      threadId,
      conversationId: server.fake.conversationOf(threadId)!,
      isOpen: false,
    });
    await eventually(() => !client.state().log.isOpen);
  });
});

describe('when the line breaks', () => {
  test('a text said while the server is down arrives once, in order, and answers written meanwhile come', async () => {
    const first = await start();
    const client = visit(first);
    client.say('1');
    await eventually(() => client.state().log.lines[0]?.seq === 1);
    await first.stop();
    await eventually(() => client.state().connection === 'offline');
    client.say('2');
    client.say('3');
    first.fake.answer(threadOf(first, client), 'その間の返信');
    const second = await start({ fake: first.fake, port: first.port });
    await eventually(() => second.fake.messages.length === 3);
    await eventually(() => client.state().log.lines.every((line) => line.seq !== null) && texts(client).length === 4);
    expect(texts(client)).toEqual(['1', 'その間の返信', '2', '3']);
    expect(second.fake.messages.map((message) => message.text)).toEqual(['1', '2', '3']);
  });

  test('a text whose answer got lost is sent again and counted once', async () => {
    const server = await start();
    const client = visit(server);
    server.fake.storageError = new Error('the database is away');
    const key = client.say('大事な用件');
    await eventually(() => server.fake.log.some((line) => line.event === 'web-chat.receive-failed'));
    server.fake.storageError = null;
    await eventually(() => client.state().log.lines[0]?.seq === 1);
    expect(server.fake.messages).toHaveLength(1);
    expect(client.state().log.lines[0]?.key).toBe(key);
    expect(JSON.stringify(server.fake.log)).not.toContain('大事な用件');
  });

  test('a page that is left takes the unsent texts along, and the next page shows and sends them', async () => {
    const server = await start();
    const visitor = { token: token(), name: '田中', mail: null };
    let kept: Parameters<NonNullable<Parameters<typeof openWidgetClient>[0]['keep']>>[0] = {
      waiting: [],
      readUpTo: null,
    };
    const left = visit({ origin: 'http://127.0.0.1:9' }, { visitor, keep: (now) => (kept = now) });
    left.say('ページを移る前に');
    left.close();
    expect(kept.waiting).toHaveLength(1);
    const next = visit(server, { visitor, resume: kept, keep: (now) => (kept = now) });
    expect(texts(next)).toEqual(['ページを移る前に']);
    await eventually(() => next.state().log.lines[0]?.seq === 1);
    expect(server.fake.messages).toHaveLength(1);
    await eventually(() => kept.waiting.length === 0);
  });

  test('a list that cannot be read now is read again by itself', async () => {
    const server = await start();
    const client = visit(server);
    client.say('1');
    await eventually(() => client.state().log.lines[0]?.seq === 1);
    server.fake.storageError = new Error('the database is away');
    server.fake.answer(threadOf(server, client), '返信');
    await eventually(() => server.fake.log.some((line) => line.event === 'web-chat.list-failed'));
    server.fake.storageError = null;
    await eventually(() => texts(client).length === 2);
  });
});

describe('who is let in', () => {
  const handshake = {
    protocol: 1,
    account: 'test',
    token: 'A'.repeat(43),
    name: 'x',
    mail: null,
    language: 'ja',
    after: null,
  };
  function refusal(server: ChannelServer, auth: object, headers: Record<string, string> = {}): Promise<string> {
    return new Promise((resolve) => {
      const socket = io(`${server.origin}/widget`, {
        auth,
        extraHeaders: headers,
        transports: ['websocket'],
        reconnection: false,
        forceNew: true,
      });
      socket.on('connect', () => {
        socket.disconnect();
        resolve('let in');
      });
      socket.on('connect_error', (error) => {
        socket.disconnect();
        resolve(error.message);
      });
    });
  }

  test.each([
    ['no handshake', {}, {}, 'bad-input'],
    ['a short token', { ...handshake, token: 'abc' }, {}, 'bad-input'],
    ['a field that is not in the contract', { ...handshake, admin: true }, {}, 'bad-input'],
    ['another protocol', { ...handshake, protocol: 99 }, {}, 'protocol-too-old'],
    ['an unknown account', { ...handshake, account: 'nobody' }, {}, 'unknown-account'],
    ['a path for an account', { ...handshake, account: '../x' }, {}, 'bad-input'],
    ['a foreign page', handshake, { origin: 'https://evil.example' }, 'foreign-origin'],
    ['a sandboxed page', handshake, { origin: 'null' }, 'foreign-origin'],
    ['an allowed page', handshake, { origin: 'https://shop.example' }, 'let in'],
    ['a program', handshake, {}, 'let in'],
  ])('%s', async (_who, auth, headers, expected) => {
    const server = await start({ account: { settings: { allowedOrigins: ['https://shop.example'] } } });
    expect(await refusal(server, auth, headers)).toBe(expected);
  });

  test('the widget frame of this server itself is let in', async () => {
    const server = await start();
    expect(await refusal(server, handshake, { origin: server.origin })).toBe('let in');
  });

  test('an address that connects too often is told to wait, and its client comes in later by itself', async () => {
    const limits = { connectionsPerAddress: { burst: 1, perSecond: 1 } };
    const server = await start({ account: { settings: { limits } } });
    expect(await refusal(server, handshake)).toBe('let in');
    expect(await refusal(server, handshake)).toBe('too-many');
    const client = visit(server);
    await eventually(() => client.state().connection === 'online');
  });

  test('an account that stops hangs up, and its visitors find it again when it runs', async () => {
    const adapter = webChatAdapter();
    const server = await startChannelServer(adapter);
    open.push(server);
    const client = visit(server);
    await eventually(() => client.state().connection === 'online');
    await server.channel.stop();
    await eventually(() => client.state().connection === 'offline');
    const again = await adapter.start(server.fake.context);
    open.push(again);
    await eventually(() => client.state().connection === 'online');
  });
});

describe('what a window may say', () => {
  async function raw(server: ChannelServer) {
    const socket = io(`${server.origin}/widget`, {
      auth: { protocol: 1, account: 'test', token: token(), name: 'x', mail: null, language: 'ja', after: null },
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
    });
    open.push({ stop: () => void socket.disconnect() });
    await new Promise<void>((resolve) => socket.on('connect', resolve));
    return socket;
  }
  const id = '0190a000-0000-7000-8000-00000000000a';

  test('a text over 4,000 characters is refused, one of 4,000 is not', async () => {
    const server = await start();
    const socket = await raw(server);
    expect(await socket.emitWithAck('say', { clientMessageId: id, text: 'あ'.repeat(4_001) })).toMatchObject({
      ok: false,
      why: 'too-long',
    });
    expect(await socket.emitWithAck('say', { clientMessageId: id, text: 'あ'.repeat(4_000) })).toMatchObject({
      ok: true,
    });
  });

  test.each([
    [null],
    ['text'],
    [[]],
    [{ clientMessageId: id }],
    [{ clientMessageId: 'x', text: 'a' }],
    [{ clientMessageId: id, text: ' \n' }],
    [{ clientMessageId: id, text: 'a', html: '<b>' }],
  ])('%j is refused and the line stays', async (body) => {
    const server = await start();
    const socket = await raw(server);
    expect(await socket.emitWithAck('say', body)).toMatchObject({ ok: false, why: 'bad-input' });
    expect(socket.connected).toBe(true);
  });

  test('events without an answer, without a body and of unknown names change nothing', async () => {
    const server = await start();
    const socket = await raw(server);
    socket.emit('say', { clientMessageId: id, text: 'ok' });
    socket.emit('say');
    socket.emit('seen', { conversationId: id, upToSeq: 5, state: 'read' });
    socket.emit('typing', 'yes');
    socket.emit('__proto__', {});
    socket.emit('becomeAdmin', {});
    await eventually(() => server.fake.messages.length === 1);
    expect(await socket.emitWithAck('say', { clientMessageId: id, text: 'ok' })).toMatchObject({ ok: true });
    expect(server.fake.messages).toHaveLength(1);
    expect(server.fake.seen).toEqual([]);
  });

  test('NUL and control characters do not reach the database', async () => {
    const server = await start();
    const socket = await raw(server);
    await socket.emitWithAck('say', { clientMessageId: id, text: 'a\u0000b\u001b[31m' });
    expect(server.fake.messages[0]?.text).toBe('ab[31m');
  });

  test('a visitor who writes too fast is slowed down, loses nothing and is told', async () => {
    const limits = { messagesPerVisitor: { burst: 2, perSecond: 20 } };
    const server = await start({ account: { settings: { limits } } });
    const client = visit(server);
    const slowed: boolean[] = [];
    client.onChange((state) => slowed.push(state.isSlowed));
    for (let i = 0; i < 8; i++) client.say(String(i));
    await eventually(() => server.fake.messages.length === 8);
    expect(server.fake.messages.map((message) => message.text)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
    expect(slowed).toContain(true);
    await eventually(() => !client.state().isSlowed);
  });

  test('the same id under another visitor is another message', async () => {
    const server = await start();
    const one = await raw(server);
    const two = await raw(server);
    await one.emitWithAck('say', { clientMessageId: id, text: '一' });
    await two.emitWithAck('say', { clientMessageId: id, text: '二' });
    expect(server.fake.messages.map((message) => message.text)).toEqual(['一', '二']);
  });

  test('a reply that is too long for the widget is refused, not cut', async () => {
    const server = await start();
    expect(await server.channel.send?.(outgoing('v1', id, 'あ'.repeat(4_001)))).toEqual({
      outcome: 'refused',
      reason: 'text-too-long',
    });
    expect(server.channel.isSafeToRepeat({ idempotencyKey: id, usedReplyToken: false })).toBe(true);
  });
});

test('a wrong setting is named with its field', async () => {
  await expect(start({ account: { name: 'サイト', settings: { allowedOrigins: ['shop.example'] } } })).rejects.toThrow(
    'web chat account "サイト": allowedOrigins.0: an origin such as https://shop.example',
  );
});
