import { describe, expect, test } from 'vitest';
import { eventually } from '../../../../tests/support/eventually.ts';
import { botUserId, channelSecret, useLineBench } from '../../../../tests/support/line-bench.ts';
import { signLineBody } from './sign-line-body.ts';

const bench = useLineBench();
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('what a customer sends', () => {
  test('a text arrives with the name, the reply token and who it is', async () => {
    const sent = await bench.line.say(bench.user, '注文が届きません😡');
    expect(sent.answer).toEqual({ status: 200 });
    expect(bench.server.fake.messages).toEqual([
      expect.objectContaining({
        externalId: sent.messageId,
        threadId: bench.user,
        text: '注文が届きません😡',
        visibility: 'private',
        detail: { kind: 'text' },
        author: { address: bench.user, displayName: '山田 花子', isVerified: true },
        sentAt: bench.now,
        replyToken: { value: sent.event['replyToken'], expiresAt: bench.now + 50_000 },
      }),
    ]);
    await bench.line.say(bench.user, '二通目');
    expect(bench.line.calls.filter((call) => call.path.includes('/profile/'))).toHaveLength(1);
  });

  test('a redelivered event is counted once', async () => {
    const sent = await bench.line.say(bench.user, '一度だけ');
    expect(await bench.line.redeliver(sent)).toEqual({ status: 200 });
    expect(await bench.line.redeliver(sent)).toEqual({ status: 200 });
    expect(bench.server.fake.messages).toHaveLength(1);
  });

  test('an event that we could not store is taken when it is delivered again', async () => {
    bench.server.fake.storageError = new Error('the database is away');
    const sent = await bench.line.say(bench.user, '消えてはいけない');
    expect(sent.answer).toEqual({ status: 500 });
    bench.server.fake.storageError = null;
    await bench.line.redeliver(sent);
    expect(bench.server.fake.messages.map((message) => message.text)).toEqual(['消えてはいけない']);
    // The token of a redelivered event may be older than its minute.
    expect(bench.server.fake.messages[0]?.replyToken).toBeNull();
  });

  test('a sticker keeps its ids and keywords', async () => {
    await bench.line.sendSticker(bench.user, { packageId: '446', stickerId: '1988', keywords: ['ありがとう'] });
    expect(bench.server.fake.messages[0]?.detail).toEqual({
      kind: 'sticker',
      packageId: '446',
      stickerId: '1988',
      keywords: ['ありがとう'],
    });
  });

  test('a picture is downloaded on arrival, a video when LINE has prepared it', async () => {
    const image = await bench.line.sendContent(bench.user, { kind: 'image', bytes: png, type: 'image/png' });
    expect(image.answer).toEqual({ status: 200 });
    await bench.line.sendContent(bench.user, { kind: 'video', bytes: png, type: 'video/mp4', preparedAfter: 2 });
    await eventually(() => bench.server.fake.messages.length === 2);
    expect(bench.server.fake.messages[0]).toMatchObject({
      detail: { kind: 'image' },
      text: '',
      files: [{ name: `image-${image.messageId}.png`, declaredType: 'image/png' }],
    });
    expect(Buffer.from(bench.server.fake.messages[0]!.files[0]!.bytes).equals(png)).toBe(true);
    expect(bench.server.fake.messages[1]).toMatchObject({
      detail: { kind: 'file' },
      files: [{ declaredType: 'video/mp4' }],
    });
    await eventually(() => (bench.server.fake.state as { contents: unknown[] }).contents.length === 0);
  });

  test('a file keeps its hostile name only as a name', async () => {
    await bench.line.sendContent(bench.user, {
      kind: 'file',
      bytes: png,
      type: 'application/octet-stream',
      fileName: '../../etc/\u202Efdp.exe',
    });
    await eventually(() => bench.server.fake.messages.length === 1);
    // Cleaned and judged where all files are stored; see attachments/.
    expect(bench.server.fake.messages[0]?.files[0]?.name).toBe('../../etc/\u202Efdp.exe');
  });

  test('a content that never comes is a message that says so', async () => {
    for (let i = 0; i < 4; i++) bench.line.failNext({ call: 'content', how: { status: 500 } });
    await bench.line.sendContent(bench.user, { kind: 'image', bytes: png, type: 'image/png' });
    await eventually(() => bench.server.fake.messages.length === 1);
    expect(bench.server.fake.messages[0]).toMatchObject({
      text: '［画像を LINE から取得できませんでした］',
      files: [],
    });
  });

  test('a content that waited when the server died is fetched by the next one', async () => {
    for (let i = 0; i < 3; i++) bench.line.failNext({ call: 'content', how: 'cut-before' });
    bench.server.fake.storageError = new Error('the database is away');
    await bench.line.sendContent(bench.user, { kind: 'image', bytes: png, type: 'image/png' });
    await bench.server.stop();
    bench.server.fake.storageError = null;
    bench.server = await bench.start({}, { fake: bench.server.fake });
    await eventually(() => bench.server.fake.messages.length === 1);
    expect(bench.server.fake.messages[0]?.files).toHaveLength(1);
  });

  test('a quoted message is named as the one that is answered', async () => {
    await bench.line.say(bench.user, 'これのことです', { quotedMessageId: '460000000000000001' });
    expect(bench.server.fake.messages[0]?.answersExternalIds).toEqual(['460000000000000001']);
  });

  test('in a group the group is the thread and the member the author', async () => {
    const groupId = `C${'c'.repeat(32)}`;
    await bench.line.sendEvent({
      type: 'message',
      source: { type: 'group', groupId, userId: bench.user },
      message: { id: '9', type: 'text', text: 'グループから' },
    });
    expect(bench.server.fake.messages[0]).toMatchObject({ threadId: groupId, author: { address: bench.user } });
  });
});

describe('what a customer takes back', () => {
  test('an unsend hides the text, and no raw copy of it was kept', async () => {
    const sent = await bench.line.say(bench.user, '見せたくない言葉');
    await bench.line.unsend(bench.user, sent.messageId!);
    expect(bench.server.fake.redacted).toEqual([sent.messageId]);
    const kept = [...bench.server.fake.raws.values()].map((bytes) => Buffer.from(bytes).toString('utf8')).join('\n');
    expect(kept).not.toContain('見せたくない言葉');
    expect(kept).not.toContain(String(sent.event['replyToken']));
    expect(kept).toContain(sent.messageId!);
  });

  test('a message that was taken back before it reached us shows nothing', async () => {
    bench.server.fake.storageError = new Error('the database is away');
    const sent = await bench.line.say(bench.user, '届く前に取り消し');
    bench.server.fake.storageError = null;
    await bench.line.unsend(bench.user, sent.messageId!);
    await bench.line.redeliver(sent);
    expect(bench.server.fake.messages.map((message) => message.text)).toEqual(['']);
    expect(bench.server.fake.redacted.at(-1)).toBe(sent.messageId);
  });

  test('a picture that is taken back while it is fetched does not arrive', async () => {
    await bench.server.stop();
    bench.server = await bench.start({}, { pausesMs: [60_000] });
    const sent = await bench.line.sendContent(bench.user, {
      kind: 'image',
      bytes: png,
      type: 'image/png',
      preparedAfter: 1_000,
    });
    await eventually(() => (bench.server.fake.state as { contents: { tries: number }[] }).contents[0]?.tries === 1);
    await bench.line.unsend(bench.user, sent.messageId!);
    await bench.server.channel.stop();
    expect(bench.server.fake.messages).toEqual([]);
    expect((bench.server.fake.state as { contents: unknown[] }).contents).toEqual([]);
  });

  test('a block and its end are marked', async () => {
    await bench.line.unfollow(bench.user);
    await bench.line.follow(bench.user);
    expect(bench.server.fake.blocked).toEqual([
      { address: bench.user, isBlocked: true },
      { address: bench.user, isBlocked: false },
    ]);
    expect(bench.server.fake.messages).toEqual([]);
  });
});

describe('a webhook that is not what it says', () => {
  const body = JSON.stringify({ destination: botUserId, events: [] });
  const signed = (text: string, secret = channelSecret) => ({ 'x-line-signature': signLineBody(text, secret) });

  test('the empty one of the Verify button is answered 200', async () => {
    expect((await bench.post(body, signed(body))).status).toBe(200);
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
    expect((await bench.post(text, headers as Record<string, string>)).status).toBe(401);
    expect(bench.server.fake.raws.size).toBe(0);
  });

  test.each([
    ['malformed JSON', '{bad', 'not-json'],
    ['no events', '{"destination":"x"}', 'bad-input'],
    ['events without an id', JSON.stringify({ destination: botUserId, events: [{ type: 'message' }] }), 'bad-input'],
    ['a foreign destination', JSON.stringify({ destination: `U${'c'.repeat(32)}`, events: [] }), 'foreign-destination'],
    ['deeply nested JSON', `{"destination":"x","events":${'['.repeat(50_000)}`, 'not-json'],
  ])('%s is refused with 400', async (_what, text, why) => {
    const answer = await bench.post(text, signed(text));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { why } });
  });

  test('bytes that are not UTF-8 are refused', async () => {
    const bytes = new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]);
    const answer = await bench.post(bytes, { 'x-line-signature': signLineBody(bytes, channelSecret) });
    expect(await answer.json()).toMatchObject({ error: { why: 'not-utf8' } });
  });

  test('more than 1 MB is refused, and the server goes on', async () => {
    const big = JSON.stringify({ destination: botUserId, events: [], x: 'x'.repeat(1024 * 1024) });
    expect((await bench.post(big, signed(big))).status).toBe(413);
    expect((await bench.post(body, signed(body))).status).toBe(200);
  });

  test('an unknown account is not found', async () => {
    const answer = await fetch(`${bench.server.origin}/hooks/line/nobody`, { method: 'POST', body });
    expect(answer.status).toBe(404);
  });

  test('during a rotation both secrets are good, and no third one', async () => {
    await bench.server.stop();
    bench.server = await bench.start({ channelSecret: 'the new secret', previousChannelSecret: channelSecret });
    expect((await bench.post(body, signed(body))).status).toBe(200);
    expect((await bench.post(body, signed(body, 'the new secret'))).status).toBe(200);
    expect((await bench.post(body, signed(body, 'a third one'))).status).toBe(401);
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
    expect((await bench.line.sendEvent(event)).answer).toEqual({ status: 200 });
    expect(bench.server.fake.raws.size).toBe(1);
    expect(bench.server.fake.messages).toEqual([]);
  });
});
