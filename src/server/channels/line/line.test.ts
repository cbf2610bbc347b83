import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../../../tests/support/eventually.ts';
import { type ChannelServer, startChannelServer } from '../../../../tests/support/start-channel-server.ts';
import { newId, seededRandom } from '../../../shared/domain/clock.ts';
import {
  type LineContractFake,
  startLineContractFake,
} from '../../demo/providers/line-contract-fake/line-contract-fake.ts';
import { signLineBody } from '../../demo/providers/line-contract-fake/send-webhook.ts';
import type { OutgoingMessage } from '../channel-adapter.ts';
import { lineAdapter } from './line-adapter.ts';

const botUserId = `U${'b'.repeat(32)}`;
const channelSecret = 'the channel secret';
const random = seededRandom(7);
let now = Date.parse('2026-11-23T10:00:00+09:00');
const clock = { now: () => now };
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let line: LineContractFake;
let server: ChannelServer;
let user: string;

async function start(
  more: object = {},
  given: Parameters<typeof startChannelServer>[1] & { pausesMs?: number[] } = {},
): Promise<ChannelServer> {
  const settings = {
    channelSecret,
    channelAccessToken: 'token',
    botUserId,
    apiBaseUrl: line.url,
    apiDataBaseUrl: line.url,
    allowedHosts: ['127.0.0.1'],
    ...more,
  };
  const started = await startChannelServer(lineAdapter({ contentPausesMs: given.pausesMs ?? [10, 10, 10] }), {
    account: { settings },
    parts: { clock, random },
    ...given,
  });
  line.sendWebhooksTo(`${started.origin}/hooks/line/test`);
  return started;
}
beforeEach(async () => {
  line = await startLineContractFake({ clock, random, channelSecret, channelAccessToken: 'token', botUserId });
  user = line.addUser('山田 花子').userId;
  server = await start();
});
afterEach(async () => {
  await server.stop();
  await line.stop();
});

function reply(text: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage {
  const key = newId(clock, random);
  return {
    messageId: key,
    attempt: 1,
    idempotencyKey: key,
    conversationId: key,
    threadId: user,
    to: { address: user, displayName: null },
    text,
    mail: null,
    replyToken: null,
    authorName: '鈴木 葵',
    ...more,
  };
}
const screen = (): string[] => line.screenOf(user).map((message) => `${message.by}: ${message.text}`);
const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<Response> =>
  fetch(`${server.origin}/hooks/line/test`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

describe('what a customer sends', () => {
  test('a text arrives with the name, the reply token and who it is', async () => {
    const sent = await line.say(user, '注文が届きません😡');
    expect(sent.answer).toEqual({ status: 200 });
    expect(server.fake.messages).toEqual([
      expect.objectContaining({
        externalId: sent.messageId,
        threadId: user,
        text: '注文が届きません😡',
        visibility: 'private',
        detail: { kind: 'text' },
        author: { address: user, displayName: '山田 花子', isVerified: true },
        sentAt: now,
        replyToken: { value: sent.event['replyToken'], expiresAt: now + 50_000 },
      }),
    ]);
    await line.say(user, '二通目');
    expect(line.calls.filter((call) => call.path.includes('/profile/'))).toHaveLength(1);
  });

  test('a redelivered event is counted once', async () => {
    const sent = await line.say(user, '一度だけ');
    expect(await line.redeliver(sent)).toEqual({ status: 200 });
    expect(await line.redeliver(sent)).toEqual({ status: 200 });
    expect(server.fake.messages).toHaveLength(1);
  });

  test('an event that we could not store is taken when it is delivered again', async () => {
    server.fake.storageError = new Error('the database is away');
    const sent = await line.say(user, '消えてはいけない');
    expect(sent.answer).toEqual({ status: 500 });
    server.fake.storageError = null;
    await line.redeliver(sent);
    expect(server.fake.messages.map((message) => message.text)).toEqual(['消えてはいけない']);
    // The token of a redelivered event may be older than its minute.
    expect(server.fake.messages[0]?.replyToken).toBeNull();
  });

  test('a sticker keeps its ids and keywords', async () => {
    await line.sendSticker(user, { packageId: '446', stickerId: '1988', keywords: ['ありがとう'] });
    expect(server.fake.messages[0]?.detail).toEqual({
      kind: 'sticker',
      packageId: '446',
      stickerId: '1988',
      keywords: ['ありがとう'],
    });
  });

  test('a picture is downloaded on arrival, a video when LINE has prepared it', async () => {
    const image = await line.sendContent(user, { kind: 'image', bytes: png, type: 'image/png' });
    expect(image.answer).toEqual({ status: 200 });
    await line.sendContent(user, { kind: 'video', bytes: png, type: 'video/mp4', preparedAfter: 2 });
    await eventually(() => server.fake.messages.length === 2);
    expect(server.fake.messages[0]).toMatchObject({
      detail: { kind: 'image' },
      text: '',
      files: [{ name: `image-${image.messageId}.png`, declaredType: 'image/png' }],
    });
    expect(Buffer.from(server.fake.messages[0]!.files[0]!.bytes).equals(png)).toBe(true);
    expect(server.fake.messages[1]).toMatchObject({ detail: { kind: 'file' }, files: [{ declaredType: 'video/mp4' }] });
    await eventually(() => (server.fake.state as { contents: unknown[] }).contents.length === 0);
  });

  test('a file keeps its hostile name only as a name', async () => {
    await line.sendContent(user, {
      kind: 'file',
      bytes: png,
      type: 'application/octet-stream',
      fileName: '../../etc/\u202Efdp.exe',
    });
    await eventually(() => server.fake.messages.length === 1);
    // Cleaned and judged where all files are stored; see attachments/.
    expect(server.fake.messages[0]?.files[0]?.name).toBe('../../etc/\u202Efdp.exe');
  });

  test('a content that never comes is a message that says so', async () => {
    for (let i = 0; i < 4; i++) line.failNext({ call: 'content', how: { status: 500 } });
    await line.sendContent(user, { kind: 'image', bytes: png, type: 'image/png' });
    await eventually(() => server.fake.messages.length === 1);
    expect(server.fake.messages[0]).toMatchObject({ text: '［画像を LINE から取得できませんでした］', files: [] });
  });

  test('a content that waited when the server died is fetched by the next one', async () => {
    for (let i = 0; i < 3; i++) line.failNext({ call: 'content', how: 'cut-before' });
    server.fake.storageError = new Error('the database is away');
    await line.sendContent(user, { kind: 'image', bytes: png, type: 'image/png' });
    await server.stop();
    server.fake.storageError = null;
    server = await start({}, { fake: server.fake });
    await eventually(() => server.fake.messages.length === 1);
    expect(server.fake.messages[0]?.files).toHaveLength(1);
  });

  test('a quoted message is named as the one that is answered', async () => {
    await line.say(user, 'これのことです', { quotedMessageId: '460000000000000001' });
    expect(server.fake.messages[0]?.answersExternalIds).toEqual(['460000000000000001']);
  });

  test('in a group the group is the thread and the member the author', async () => {
    const groupId = `C${'c'.repeat(32)}`;
    await line.sendEvent({
      type: 'message',
      source: { type: 'group', groupId, userId: user },
      message: { id: '9', type: 'text', text: 'グループから' },
    });
    expect(server.fake.messages[0]).toMatchObject({ threadId: groupId, author: { address: user } });
  });
});

describe('what a customer takes back', () => {
  test('an unsend hides the text, and no raw copy of it was kept', async () => {
    const sent = await line.say(user, '見せたくない言葉');
    await line.unsend(user, sent.messageId!);
    expect(server.fake.redacted).toEqual([sent.messageId]);
    const kept = [...server.fake.raws.values()].map((bytes) => Buffer.from(bytes).toString('utf8')).join('\n');
    expect(kept).not.toContain('見せたくない言葉');
    expect(kept).not.toContain(String(sent.event['replyToken']));
    expect(kept).toContain(sent.messageId!);
  });

  test('a message that was taken back before it reached us shows nothing', async () => {
    server.fake.storageError = new Error('the database is away');
    const sent = await line.say(user, '届く前に取り消し');
    server.fake.storageError = null;
    await line.unsend(user, sent.messageId!);
    await line.redeliver(sent);
    expect(server.fake.messages.map((message) => message.text)).toEqual(['']);
    expect(server.fake.redacted.at(-1)).toBe(sent.messageId);
  });

  test('a picture that is taken back while it is fetched does not arrive', async () => {
    await server.stop();
    server = await start({}, { pausesMs: [60_000] });
    const sent = await line.sendContent(user, { kind: 'image', bytes: png, type: 'image/png', preparedAfter: 1_000 });
    await line.unsend(user, sent.messageId!);
    await server.channel.stop();
    expect(server.fake.messages).toEqual([]);
    expect((server.fake.state as { contents: unknown[] }).contents).toEqual([]);
  });

  test('a block and its end are marked', async () => {
    await line.unfollow(user);
    await line.follow(user);
    expect(server.fake.blocked).toEqual([
      { address: user, isBlocked: true },
      { address: user, isBlocked: false },
    ]);
    expect(server.fake.messages).toEqual([]);
  });
});

describe('a webhook that is not what it says', () => {
  const body = JSON.stringify({ destination: botUserId, events: [] });
  const signed = (text: string, secret = channelSecret) => ({ 'x-line-signature': signLineBody(text, secret) });

  test('the empty one of the Verify button is answered 200', async () => {
    expect((await post(body, signed(body))).status).toBe(200);
  });

  test.each([
    ['no signature', body, {}],
    ['an empty one', body, { 'x-line-signature': '' }],
    ['a forged one', body, signed(body, 'another secret')],
    ['the signature of another body', body.replace('events', 'evenst'), signed(body)],
    ['a body written again', JSON.stringify(JSON.parse(body), null, 1), signed(body)],
    [
      'hexadecimal',
      body,
      { 'x-line-signature': Buffer.from(signLineBody(body, channelSecret), 'base64').toString('hex') },
    ],
  ])('%s is refused with 401', async (_what, text, headers) => {
    expect((await post(text, headers as Record<string, string>)).status).toBe(401);
    expect(server.fake.raws.size).toBe(0);
  });

  test.each([
    ['malformed JSON', '{bad', 'not-json'],
    ['no events', '{"destination":"x"}', 'bad-input'],
    ['events without an id', JSON.stringify({ destination: botUserId, events: [{ type: 'message' }] }), 'bad-input'],
    ['a foreign destination', JSON.stringify({ destination: `U${'c'.repeat(32)}`, events: [] }), 'foreign-destination'],
    ['deeply nested JSON', `{"destination":"x","events":${'['.repeat(50_000)}`, 'not-json'],
  ])('%s is refused with 400', async (_what, text, why) => {
    const answer = await post(text, signed(text));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { why } });
  });

  test('bytes that are not UTF-8 are refused', async () => {
    const bytes = new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]);
    const answer = await post(bytes, { 'x-line-signature': signLineBody(bytes, channelSecret) });
    expect(await answer.json()).toMatchObject({ error: { why: 'not-utf8' } });
  });

  test('more than 1 MB is refused, and the server goes on', async () => {
    const big = JSON.stringify({ destination: botUserId, events: [], x: 'x'.repeat(1024 * 1024) });
    expect((await post(big, signed(big))).status).toBe(413);
    expect((await post(body, signed(body))).status).toBe(200);
  });

  test('an unknown account is not found', async () => {
    const answer = await fetch(`${server.origin}/hooks/line/nobody`, { method: 'POST', body });
    expect(answer.status).toBe(404);
  });

  test('during a rotation both secrets are good, and no third one', async () => {
    await server.stop();
    server = await start({ channelSecret: 'the new secret', previousChannelSecret: channelSecret });
    expect((await post(body, signed(body))).status).toBe(200);
    expect((await post(body, signed(body, 'the new secret'))).status).toBe(200);
    expect((await post(body, signed(body, 'a third one'))).status).toBe(401);
  });

  test.each([
    ['an unknown event', { type: 'somethingNew', source: { type: 'user', userId: 'x' } }],
    [
      'an unknown message',
      { type: 'message', source: { type: 'user', userId: 'x' }, message: { id: '1', type: 'hologram' } },
    ],
    [
      'an event in standby',
      {
        type: 'message',
        mode: 'standby',
        source: { type: 'user', userId: 'x' },
        message: { id: '1', type: 'text', text: 'x' },
      },
    ],
  ])('%s is kept and not shown', async (_what, event) => {
    expect((await line.sendEvent(event)).answer).toEqual({ status: 200 });
    expect(server.fake.raws.size).toBe(1);
    expect(server.fake.messages).toEqual([]);
  });
});

describe('an answer', () => {
  const token = async (): Promise<string> => String((await line.say(user, '質問')).event['replyToken']);

  test('goes by the reply token while it lives, which costs nothing', async () => {
    const outcome = await server.channel.send!(reply('お答えします', { replyToken: await token() }));
    expect(outcome).toEqual({ outcome: 'sent', externalId: line.screenOf(user)[0]?.id, state: 'sent' });
    expect(screen()).toEqual(['reply: お答えします']);
    expect(line.used()).toBe(0);
  });

  test('falls back to push in the same sending when the token has died, and arrives once', async () => {
    const dead = await token();
    now += 61_000;
    const outcome = await server.channel.send!(reply('遅くなりました', { replyToken: dead }));
    expect(outcome).toMatchObject({ outcome: 'sent' });
    expect(screen()).toEqual(['push: 遅くなりました']);
  });

  test('pushed, lost on the way back and pushed again under its key arrives once', async () => {
    const message = reply('一度だけ届く');
    line.failNext({ call: 'push', how: 'lost' });
    expect(await server.channel.send!(message)).toEqual({
      outcome: 'unknown',
      reason: 'line-unreachable',
      hadKey: true,
    });
    expect(server.channel.isSafeToRepeat({ idempotencyKey: message.idempotencyKey, usedReplyToken: false })).toBe(true);
    // 409: an earlier try arrived. It counts as sent, under the id of the first one.
    expect(await server.channel.send!(message)).toEqual({
      outcome: 'sent',
      externalId: line.screenOf(user)[0]?.id,
      state: 'sent',
    });
    expect(screen()).toEqual(['push: 一度だけ届く']);
  });

  test('by reply token, lost on the way back, is never sent again by itself', async () => {
    const message = reply('届いたかもしれない', { replyToken: await token() });
    line.failNext({ call: 'reply', how: 'lost' });
    expect(await server.channel.send!(message)).toEqual({
      outcome: 'unknown',
      reason: 'line-unreachable',
      hadKey: false,
    });
    expect(server.channel.isSafeToRepeat({ idempotencyKey: message.idempotencyKey, usedReplyToken: true })).toBe(false);
    expect(screen()).toEqual(['reply: 届いたかもしれない']);
  });

  test('that LINE cannot take now goes again later; one whose fate is unknown goes under its key', async () => {
    line.failNext({ call: 'push', how: { status: 429, body: { message: 'Too Many Requests' } } });
    expect(await server.channel.send!(reply('a'))).toEqual({
      outcome: 'retry',
      reason: 'line-too-fast',
      afterMs: 10_000,
    });
    line.failNext({ call: 'push', how: { status: 500 } });
    expect(await server.channel.send!(reply('b'))).toEqual({
      outcome: 'unknown',
      reason: 'line-server-error',
      hadKey: true,
    });
    line.failNext({ call: 'reply', how: { status: 503 } });
    expect(await server.channel.send!(reply('c', { replyToken: await token() }))).toEqual({
      outcome: 'unknown',
      reason: 'line-server-error',
      hadKey: false,
    });
    expect(screen()).toEqual([]);
  });

  test('to a LINE that refuses the connection goes again, since it never left', async () => {
    await line.stop();
    expect(await server.channel.send!(reply('a', { replyToken: 'x' }))).toEqual({
      outcome: 'retry',
      reason: 'line-unreachable',
      afterMs: 0,
    });
    line = await startLineContractFake({ clock, random, channelSecret, channelAccessToken: 'token', botUserId });
  });

  test.each([
    [{ status: 401, body: { message: 'Authentication failed' } }, 'line-token-invalid'],
    [{ status: 403, body: { message: 'Access denied' } }, 'line-not-permitted'],
    [{ status: 400, body: { message: 'Failed to send messages' } }, 'line-recipient-unreachable'],
    [{ status: 400, body: { message: 'The request body has 1 error(s)' } }, 'line-bad-request'],
    [{ status: 429, body: { message: 'You have reached your monthly limit.' } }, 'line-monthly-limit'],
    [{ status: 418 }, 'line-refused-418'],
  ])('%j is refused with a name', async (how, reason) => {
    line.failNext({ call: 'push', how });
    expect(await server.channel.send!(reply('a'))).toEqual({ outcome: 'refused', reason });
  });

  test('to somebody LINE does not know is refused', async () => {
    expect(await server.channel.send!(reply('a', { threadId: `U${'0'.repeat(32)}` }))).toEqual({
      outcome: 'refused',
      reason: 'line-unknown-recipient',
    });
  });

  test('of more than 5,000 characters is refused and never split; of 5,000 it goes', async () => {
    expect(await server.channel.send!(reply('あ'.repeat(5_001)))).toEqual({
      outcome: 'refused',
      reason: 'text-too-long',
    });
    expect(await server.channel.send!(reply('あ'.repeat(5_000)))).toMatchObject({ outcome: 'sent' });
    expect(await server.channel.send!(reply(' \n'))).toEqual({ outcome: 'refused', reason: 'text-empty' });
    expect(screen()).toHaveLength(1);
  });
});

describe('the account', () => {
  test('shows its quota at the start and after a push', async () => {
    await eventually(() => server.fake.quotas.length === 1);
    expect(server.fake.quotas).toEqual([{ limit: 200, used: 0 }]);
    expect(server.fake.health.at(-1)).toEqual({ state: 'running' });
    await server.channel.send!(reply('a'));
    await eventually(() => server.fake.quotas.at(-1)?.used === 1);
  });

  test('with a wrong token or the token of another account is failing, with the reason', async () => {
    await server.stop();
    server = await start({ channelAccessToken: 'wrong' });
    await eventually(() => server.fake.health.at(-1)?.state === 'failing');
    expect(server.fake.health.at(-1)).toEqual({ state: 'failing', error: 'line-token-invalid' });
    await server.stop();
    server = await start({ botUserId: `U${'d'.repeat(32)}` });
    await eventually(() => server.fake.health.at(-1)?.state === 'failing');
    expect(JSON.stringify(server.fake.health.at(-1))).toContain('line-other-account');
  });

  test.each([
    [{ apiBaseUrl: 'https://evil.example' }, 'apiBaseUrl: host evil.example is not among allowedHosts'],
    [{ apiDataBaseUrl: 'http://169.254.169.254/' }, 'apiDataBaseUrl: host 169.254.169.254 is not among allowedHosts'],
    [{ apiBaseUrl: 'http://api.line.me', allowedHosts: ['127.0.0.1', 'api.line.me'] }, 'apiBaseUrl: must be https'],
    [{ botUserId: 'me' }, 'botUserId: the bot user id'],
    [{ channelSecret: '' }, 'channelSecret'],
  ])('a wrong setting is named: %#', async (more, words) => {
    const wrong = start(more);
    await expect(wrong).rejects.toThrow(words);
    await expect(wrong).rejects.not.toThrow(channelSecret);
  });

  test('no secret and no word of a customer stands in the log', async () => {
    await line.say(user, '内緒の話');
    await post('{}', { 'x-line-signature': 'x' });
    await server.channel.send!(reply('内緒の返事', { replyToken: 'dead' }));
    const log = JSON.stringify(server.fake.log);
    for (const secret of ['内緒', channelSecret, 'Bearer', 'token"']) expect(log).not.toContain(secret);
  });
});
