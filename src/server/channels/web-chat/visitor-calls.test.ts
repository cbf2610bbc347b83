import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ChannelServer, startChannelServer } from '../../../../tests/support/start-channel-server.ts';
import { DEMO_SHOP_ACCOUNT_KEY } from './register-widget-pages.ts';
import { visitorIdOf } from './judge-visitor.ts';
import { webChatAdapter } from './web-chat-adapter.ts';

const id = '0190a000-0000-7000-8000-00000000000a';
const fileId = '0190a000-0000-7000-8000-00000000000f';
const token = 'A'.repeat(43);
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let folder: string;
let server: ChannelServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'widget-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'widget.js'), 'void 0');
  await writeFile(join(folder, 'frame.html'), '<!doctype html>');
  await writeFile(join(folder, 'assets', 'frame.js'), 'void 0');
  await writeFile(join(folder, 'secret.txt'), 'not served');
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

async function start(
  settings: object = {},
  files = new Map<string, { name: string; type: string; bytes: Uint8Array }>(),
): Promise<ChannelServer> {
  server = await startChannelServer(webChatAdapter({ builtWidget: folder, demoShop: folder }), {
    account: { settings },
    parts: { files },
  });
  return server;
}
async function startChat(): Promise<void> {
  const visitorId = visitorIdOf(server.fake.context.account.id, token);
  await server.fake.context.receiveMessage({
    externalId: 'first',
    threadId: visitorId,
    author: { address: visitorId, displayName: 'x', isVerified: false },
    text: 'x',
    html: null,
    detail: { kind: 'text' },
    subject: null,
    sentAt: 0,
    files: [],
    answersExternalIds: [],
    replyToken: null,
    visibility: 'private',
    answerByMail: null,
  });
}
const uploadHeaders = (name: string): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  'content-type': 'application/octet-stream',
  'x-client-message-id': id,
  'x-file-name': encodeURIComponent(name),
  'x-visitor-name': encodeURIComponent('田中'),
});
async function upload(bytes: Uint8Array<ArrayBuffer>, headers: Record<string, string>) {
  const answer = await fetch(`${server.origin}/widget/accounts/test/files`, { method: 'POST', headers, body: bytes });
  return { status: answer.status, body: (await answer.json()) as { ok?: true; error?: { why: string } } };
}

describe('files', () => {
  test('a picture comes in under its type by content and a name without paths, and once', async () => {
    await start();
    await startChat();
    expect(await upload(new Uint8Array(png), uploadHeaders('..\\..\\写真\u202Egnp.txt'))).toEqual({
      status: 200,
      body: { ok: true },
    });
    await upload(new Uint8Array(png), uploadHeaders('again.png'));
    expect(server.fake.messages).toHaveLength(2);
    expect(server.fake.messages[1]).toMatchObject({
      detail: { kind: 'image' },
      files: [{ name: '写真gnp.txt', declaredType: 'image/png', inlineCid: null }],
    });
  });

  test.each([
    ['setup.exe', Buffer.from('MZ\x90\x00rest'), 415, 'file-type-blocked'],
    ['photo.png', Buffer.from('MZ\x90\x00rest'), 415, 'file-type-blocked'],
    ['読んでください.txt', Buffer.from('#!/bin/sh\nrm -rf /'), 415, 'file-type-blocked'],
    ['invoice.pdf.js', Buffer.from('alert(1)'), 415, 'file-type-blocked'],
    ['page.svg', Buffer.from('<svg onload="alert(1)"/>'), 415, 'file-type-blocked'],
    ['leer.txt', Buffer.alloc(0), 415, 'file-empty'],
  ])('%s is refused', async (name, bytes, status, why) => {
    await start();
    await startChat();
    const answer = await upload(new Uint8Array(bytes), uploadHeaders(name));
    expect(answer).toMatchObject({ status, body: { error: { why } } });
    expect(server.fake.messages).toHaveLength(1);
  });

  test('10 MB come in, one byte more does not', async () => {
    await start();
    await startChat();
    const most = new Uint8Array(10 * 1024 * 1024).fill(0x20);
    expect((await upload(most, uploadHeaders('a.txt'))).status).toBe(200);
    const more = await fetch(`${server.origin}/widget/accounts/test/files`, {
      method: 'POST',
      headers: uploadHeaders('b.txt'),
      body: new Uint8Array(most.length + 1),
    });
    expect(more.status).toBe(413);
  });

  test('a file without a token, without a chat, with broken headers or from a foreign page is refused', async () => {
    await start();
    const { authorization: _, ...noToken } = uploadHeaders('a.txt');
    const bytes = new Uint8Array([65]);
    expect((await upload(bytes, noToken)).status).toBe(401);
    expect(await upload(bytes, uploadHeaders('a.txt'))).toMatchObject({
      status: 409,
      body: { error: { why: 'no-conversation' } },
    });
    await startChat();
    expect((await upload(bytes, { ...uploadHeaders('a.txt'), 'x-file-name': '%E3%81' })).status).toBe(400);
    expect((await upload(bytes, { ...uploadHeaders('a.txt'), 'x-client-message-id': '1' })).status).toBe(400);
    expect((await upload(bytes, { ...uploadHeaders('a.txt'), origin: 'https://evil.example' })).status).toBe(403);
    expect(server.fake.messages).toHaveLength(1);
  });

  test('a visitor who sends files too fast is told when to go on', async () => {
    await start({ limits: { filesPerVisitor: { burst: 1, perSecond: 0.5 } } });
    await startChat();
    await upload(new Uint8Array([65]), uploadHeaders('a.txt'));
    const answer = await fetch(`${server.origin}/widget/accounts/test/files`, {
      method: 'POST',
      headers: uploadHeaders('b.txt'),
      body: new Uint8Array([65]),
    });
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('2');
  });

  test('a file is handed out as a download only, to who holds the token', async () => {
    await start({}, new Map([[fileId, { name: '見積\r\n.html', type: 'text/html', bytes: Buffer.from('<script>') }]]));
    const at = `${server.origin}/widget/accounts/test/files/`;
    const answer = await fetch(at + fileId, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename*=UTF-8''${encodeURIComponent('見積.html')}`,
    );
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await fetch(at + fileId)).status).toBe(401);
    expect((await fetch(`${at}..%2F..%2Fsecret`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(404);
  });
});

describe('the offline form', () => {
  const form = {
    clientMessageId: id,
    name: '佐々木',
    mail: 'Sasaki@Example.com',
    text: '営業時間外ですが',
    language: 'ja',
  };
  async function post(body: unknown, headers: Record<string, string> = {}) {
    return fetch(`${server.origin}/widget/accounts/test/offline`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  test('becomes a message that is answered by mail, once', async () => {
    await start();
    expect((await post(form)).status).toBe(200);
    expect((await post(form)).status).toBe(200);
    expect(server.fake.messages).toHaveLength(1);
    expect(server.fake.messages[0]).toMatchObject({
      answerByMail: 'sasaki@example.com',
      text: '営業時間外ですが',
      subject: 'サイトからのお問い合わせ',
      author: { address: 'sasaki@example.com', displayName: '佐々木', isVerified: false },
    });
  });

  test.each([
    [{ ...form, mail: 'not a mail' }, 'mail'],
    [{ ...form, name: ' ' }, 'name'],
    [{ ...form, text: 'あ'.repeat(4_001) }, 'text'],
    [{ ...form, more: 1 }, ''],
  ])('a wrong field is named: %#', async (body, field) => {
    await start();
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { why: 'bad-input', field } });
    expect(server.fake.messages).toEqual([]);
  });

  test('malformed JSON, an oversized body and a foreign page are refused, and a flood is slowed', async () => {
    await start();
    expect((await post('{bad')).status).toBe(400);
    expect((await post({ ...form, text: 'x'.repeat(70_000) })).status).toBe(413);
    expect((await post(form, { origin: 'https://evil.example' })).status).toBe(403);
    const answers = await Promise.all(Array.from({ length: 6 }, () => post(form)));
    expect(answers.map((answer) => answer.status)).toContain(429);
  });
});

describe('what a browser loads', () => {
  test('the settings hold no secret and are open to allowed pages only', async () => {
    await start({ allowedOrigins: ['https://shop.example'], isAway: true });
    const at = `${server.origin}/widget/accounts/test/settings`;
    const answer = await fetch(at, { headers: { origin: 'https://shop.example' } });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(Object.keys((await answer.json()) as object).sort()).toEqual([
      'colour',
      'greeting',
      'isDemo',
      'isOpen',
      'name',
    ]);
    expect((await fetch(at, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    expect((await fetch(at.replace('test', 'nobody'))).status).toBe(404);
    const preflight = await fetch(at.replace('settings', 'files'), {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
  });

  test('the frame may be shown on allowed sites only, and runs only scripts of this server', async () => {
    await start({ allowedOrigins: ['https://shop.example'] });
    const answer = await fetch(`${server.origin}/widget/frame?account=test`);
    const policy = answer.headers.get('content-security-policy');
    expect(policy).toContain("frame-ancestors 'self' https://shop.example");
    expect(policy).toContain("script-src 'self'");
    expect((await fetch(`${server.origin}/widget/frame?account=nobody`)).status).toBe(404);
  });

  test('only files of the built folder are served, and an unchanged one is not sent again', async () => {
    await start();
    const script = await fetch(`${server.origin}/widget.js`);
    expect(script.headers.get('content-type')).toContain('text/javascript');
    const again = await fetch(`${server.origin}/widget.js`, {
      headers: { 'if-none-match': script.headers.get('etag')! },
    });
    expect(again.status).toBe(304);
    expect((await fetch(`${server.origin}/widget/assets/frame.js`)).status).toBe(200);
    for (const path of ['..%2Fsecret.txt', '%2e%2e%2fwidget.js', 'nothing.js']) {
      expect((await fetch(`${server.origin}/widget/assets/${path}`)).status).toBe(404);
    }
  });

  test('a widget that is not built yet says how to build it', async () => {
    server = await startChannelServer(webChatAdapter({ builtWidget: join(folder, 'nowhere') }));
    const answer = await fetch(`${server.origin}/widget.js`);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('npm run build');
  });

  test('the demo shop is there in a demo centre only', async () => {
    await start();
    expect((await fetch(`${server.origin}/demo/shop`)).status).toBe(404);
    expect(DEMO_SHOP_ACCOUNT_KEY).toBe('demo-webChat');
  });
});
