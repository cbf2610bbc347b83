/**
 * The chat widget in a real browser, in the page of another site, against the real channel over a context in memory. The
 * journeys through the whole server stand in tests/e2e.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type FrameLocator, type Page, test } from '@playwright/test';
import { webChatAdapter } from '../../src/server/channels/web-chat/web-chat-adapter.ts';
import type { OutgoingMessage } from '../../src/server/channels/channel-adapter.ts';
import { type ChannelServer, startChannelServer } from '../support/start-channel-server.ts';

let server: ChannelServer;
let shop: Server;
let shopOrigin = '';
const settings = (): object => ({ allowedOrigins: [shopOrigin] });

test.beforeEach(async () => {
  shop = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    // A shop with a strict policy and wild styles of its own: the widget must stand all the same.
    response.setHeader(
      'content-security-policy',
      `default-src 'none'; style-src 'unsafe-inline'; script-src ${server.origin}; frame-src ${server.origin}`,
    );
    response.end(`<!doctype html><html lang="ja"><title>店</title><style>* { color: red !important; font-size: 40px } button, iframe { display: none }</style>
      <main><h1>店</h1><p>${request.url ?? ''}</p><a href="/next">次のページ</a></main>
      <script src="${server.origin}/widget.js" data-account="test" data-lang="ja" async></script></html>`);
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  shopOrigin = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
});
test.afterEach(async () => {
  await server.stop();
  shop.closeAllConnections();
  await new Promise((resolve) => shop.close(resolve));
});

async function start(more: object = {}): Promise<void> {
  server = await startChannelServer(webChatAdapter(), {
    account: { name: 'ハルカ家電 サポート', settings: { ...settings(), ...more } },
  });
}
const launcher = (page: Page) => page.getByRole('button', { name: /チャットを(開く|閉じる)/ }).first();
const widget = (page: Page): FrameLocator => page.frameLocator('iframe[title="チャット"]');
async function open(page: Page): Promise<FrameLocator> {
  await page.goto(shopOrigin);
  await launcher(page).click();
  return widget(page);
}
async function startChat(
  page: Page,
  question = '加湿器の蒸気が出ません',
): Promise<{ frame: FrameLocator; threadId: string }> {
  const frame = await open(page);
  await frame.getByLabel('お名前').fill('田中 美咲');
  await frame.getByLabel('ご質問').fill(question);
  await frame.getByRole('button', { name: 'チャットを始める' }).click();
  await expect.poll(() => server.fake.messages.length).toBe(1);
  return { frame, threadId: server.fake.messages[0]!.threadId };
}
async function answer(threadId: string, text: string): Promise<void> {
  const { messageId } = server.fake.answer(threadId, text);
  await server.channel.send?.({ threadId, messageId, text } as OutgoingMessage);
}

test('a visitor asks, the agent types, answers and reads; both sides see it', async ({ page }) => {
  await start();
  const { frame, threadId } = await startChat(page);
  const log = frame.getByRole('log');
  await expect(log.getByText('加湿器の蒸気が出ません')).toBeVisible();
  await expect(log.getByText('送信済み')).toBeVisible();
  const conversationId = server.fake.conversationOf(threadId)!;
  server.fake.change({ what: 'typing', threadId, conversationId, name: '鈴木 葵', on: true });
  await expect(frame.getByText('鈴木 葵 が入力中です')).toBeVisible();
  server.fake.change({ what: 'read', threadId, conversationId, upToSeq: 1 });
  await expect(log.getByText('既読')).toBeVisible();
  await answer(threadId, 'フィルターの目詰まりかもしれません');
  await expect(log.getByText('フィルターの目詰まりかもしれません')).toBeVisible();
  await expect(frame.getByText('鈴木 葵 が入力中です')).toBeHidden();
  await expect.poll(() => server.fake.seen.map((mark) => mark.state)).toEqual(['delivered', 'read']);
  await frame.getByLabel('メッセージを入力').pressSequentially('やって');
  await expect.poll(() => server.fake.typing.at(-1)?.isTyping).toBe(true);
});

test('by keyboard alone: open, fill in, write, close, and the focus comes back', async ({ page }) => {
  await start();
  await page.goto(shopOrigin);
  await expect(launcher(page)).toBeVisible();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const frame = widget(page);
  await expect(frame.getByLabel('お名前')).toBeFocused();
  await page.keyboard.type('Tanaka');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Hello');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(frame.getByLabel('メッセージを入力')).toBeFocused();
  await page.keyboard.type('second');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('line');
  await page.keyboard.press('Enter');
  await expect.poll(() => server.fake.messages.map((message) => message.text)).toEqual(['Hello', 'second\nline']);
  await page.keyboard.press('Escape');
  await expect(launcher(page)).toBeFocused();
  await expect(launcher(page)).toHaveAttribute('aria-expanded', 'false');
});

test('the Enter that takes a conversion does not send', async ({ page }) => {
  await start();
  const { frame } = await startChat(page);
  const field = frame.getByLabel('メッセージを入力');
  await field.focus();
  const keys = await page.context().newCDPSession(page);
  await keys.send('Input.imeSetComposition', { text: 'へんじ', selectionStart: 3, selectionEnd: 3 });
  await field.dispatchEvent('keydown', { key: 'Enter', isComposing: true, keyCode: 229, bubbles: true });
  // Safari: the composition is over, and only the code still says whose key it was.
  await field.dispatchEvent('keydown', { key: 'Enter', isComposing: false, keyCode: 229, bubbles: true });
  expect(server.fake.messages).toHaveLength(1);
  await keys.send('Input.insertText', { text: '返事' });
  await page.keyboard.press('Enter');
  await expect.poll(() => server.fake.messages.at(-1)?.text).toBe('返事');
});

test('markup that somebody writes stays text, and only web addresses become links', async ({ page }) => {
  await start();
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => dialogs.push(dialog.message()));
  const { frame, threadId } = await startChat(page, '<img src=x onerror=alert(1)><script>alert(2)</script>');
  await answer(
    threadId,
    '<b>太字</b> https://shop.example/a?b=1。 javascript:alert(3) <a href="javascript:alert(4)">x</a>',
  );
  const log = frame.getByRole('log');
  await expect(log.getByText('<img src=x onerror=alert(1)>')).toBeVisible();
  await expect(log.getByText('<b>太字</b>')).toBeVisible();
  await expect(log.locator('a')).toHaveCount(1);
  await expect(log.locator('a')).toHaveAttribute('href', 'https://shop.example/a?b=1');
  await expect(log.locator('img, b, script')).toHaveCount(0);
  expect(dialogs).toEqual([]);
});

test('unread answers are counted on the button, and the chat goes on on the next page', async ({ page }) => {
  await start();
  const { threadId } = await startChat(page);
  await page.keyboard.press('Escape');
  await answer(threadId, '一つ目');
  await answer(threadId, '二つ目');
  await expect(launcher(page)).toHaveAccessibleName('チャットを開く（未読 2 件）');
  await page.getByRole('link', { name: '次のページ' }).click();
  await expect(page.getByText('/next')).toBeVisible();
  await expect(launcher(page)).toHaveAccessibleName('チャットを開く（未読 2 件）');
  await launcher(page).click();
  await expect(widget(page).getByRole('log').getByText('二つ目')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(launcher(page)).toHaveAccessibleName('チャットを開く');
  expect(server.fake.messages).toHaveLength(1);
});

test('what is written while the server is away is marked and arrives once when it is back', async ({ page }) => {
  await start();
  const { frame } = await startChat(page);
  await expect(frame.getByText('送信済み')).toBeVisible();
  const { fake, port } = server;
  await server.stop();
  await expect(frame.getByText('接続しています')).toBeVisible();
  await frame.getByLabel('メッセージを入力').fill('つながらない間に');
  await page.keyboard.press('Enter');
  await expect(frame.getByText('送信中', { exact: true })).toBeVisible();
  server = await startChannelServer(webChatAdapter(), { fake, port });
  await expect(frame.getByText('送信中', { exact: true })).toBeHidden();
  expect(fake.messages.map((message) => message.text)).toEqual(['加湿器の蒸気が出ません', 'つながらない間に']);
  await expect(frame.getByText('つながらない間に')).toHaveCount(1);
});

test('a file is sent and shown; one that could run is refused with a reason and can be dropped', async ({ page }) => {
  await start();
  const { frame } = await startChat(page);
  const picker = frame.locator('input[type=file]');
  await picker.setInputFiles({ name: '説明.txt', mimeType: 'text/plain', buffer: Buffer.from('水が出ます') });
  await expect.poll(() => server.fake.messages.at(-1)?.files[0]?.name).toBe('説明.txt');
  await expect(frame.getByRole('button', { name: '説明.txt を保存' })).toBeVisible();
  await picker.setInputFiles({ name: 'run.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ..') });
  await expect(frame.getByText('この種類のファイルは送れません。')).toBeVisible();
  await frame.getByRole('button', { name: '取り消す' }).click();
  await expect(frame.getByText('run.exe')).toHaveCount(0);
  await picker.setInputFiles({
    name: 'big.bin',
    mimeType: 'application/octet-stream',
    buffer: Buffer.alloc(10 * 1024 * 1024 + 1),
  });
  await expect(frame.getByText('ファイルは 10 MB までです。')).toBeVisible();
});

test('a text that is too long cannot be sent, and the count says by how much', async ({ page }) => {
  await start();
  const { frame } = await startChat(page);
  await frame.getByLabel('メッセージを入力').fill('あ'.repeat(4_003));
  await expect(frame.getByText('3 文字多すぎます')).toBeVisible();
  await expect(frame.getByRole('button', { name: '送信', exact: true })).toBeDisabled();
});

test('outside the hours the form asks for a mail address and becomes a mail conversation', async ({ page }) => {
  await start({ isAway: true });
  const frame = await open(page);
  await expect(frame.getByText('受付時間外', { exact: true })).toBeVisible();
  await frame.getByLabel('お名前').fill('佐々木');
  await frame.getByLabel('ご質問').fill('明日でもよいです');
  await frame.getByRole('button', { name: '送信' }).click();
  await expect(frame.getByText('メールアドレスを確かめてください。')).toBeVisible();
  await expect(frame.getByLabel('メールアドレス')).toBeFocused();
  await frame.getByLabel('メールアドレス').fill('sasaki@example.com');
  await frame.getByRole('button', { name: '送信' }).click();
  await expect(frame.getByText('ありがとうございます。メールでお返事します。')).toBeVisible();
  expect(server.fake.messages[0]).toMatchObject({ answerByMail: 'sasaki@example.com', text: '明日でもよいです' });
});

test('English can be chosen at any time and nothing that was typed is lost', async ({ page }) => {
  await start();
  const frame = await open(page);
  await frame.getByLabel('お名前').fill('Emma');
  await frame.getByRole('button', { name: 'English' }).click();
  await expect(frame.getByLabel('Your name')).toHaveValue('Emma');
  await frame.getByLabel('Your question').fill('Where is my parcel?');
  await frame.getByRole('button', { name: 'Start chat' }).click();
  await expect(frame.getByRole('log', { name: 'Conversation' }).getByText('Sent')).toBeVisible();
  await frame.getByLabel('Write a message').fill('half a');
  await frame.getByRole('button', { name: '日本語' }).click();
  await expect(frame.getByLabel('メッセージを入力')).toHaveValue('half a');
});

test('nothing is remembered before a chat is started, no cookie ever, and leaving forgets it all', async ({
  page,
  context,
}) => {
  await start();
  const frame = await open(page);
  const stored = (): Promise<number> => frame.locator('body').evaluate(() => localStorage.length);
  await expect(frame.getByLabel('お名前')).toBeVisible();
  expect(await stored()).toBe(0);
  await frame.getByLabel('お名前').fill('田中');
  await frame.getByLabel('ご質問').fill('質問');
  await frame.getByRole('button', { name: 'チャットを始める' }).click();
  await expect(frame.getByText('送信済み')).toBeVisible();
  expect(await stored()).toBe(1);
  await frame.getByRole('button', { name: 'このブラウザーから会話を消す' }).click();
  await frame.getByRole('button', { name: '消す', exact: true }).click();
  await expect(frame.getByLabel('ご質問')).toHaveValue('');
  expect(await stored()).toBe(0);
  expect(await context.cookies()).toEqual([]);
});

test('a site that the account does not allow cannot show the frame', async ({ page }) => {
  await start({ allowedOrigins: ['https://shop.example'] });
  const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
  await page.goto(shopOrigin);
  await refused;
  await launcher(page).click();
  await expect(widget(page).getByLabel('お名前')).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`form and chat have no accessibility fault in ${colorScheme} colours`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await start();
    await page.goto(`${server.origin}/widget/frame?account=test&lang=ja`);
    await page.getByRole('button', { name: 'チャットを始める' }).click();
    const faults = async (): Promise<string[]> =>
      (await new AxeBuilder({ page }).analyze()).violations.map(
        (fault) => `${fault.id}: ${fault.nodes[0]?.html ?? ''}`,
      );
    expect(await faults()).toEqual([]);
    await page.getByLabel('お名前').fill('田中');
    await page.getByLabel('ご質問').fill('質問');
    await page.getByRole('button', { name: 'チャットを始める' }).click();
    await expect(page.getByText('送信済み')).toBeVisible();
    await answer(server.fake.messages[0]!.threadId, 'https://shop.example をご覧ください');
    await expect(page.getByRole('link')).toBeVisible();
    expect(await faults()).toEqual([]);
  });
}
