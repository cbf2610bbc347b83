/**
 * The window alone, over a core in the page: keys, input method, an order that holds still, a thread that stays at its
 * end, and no fault that axe can find. What the real core and server do is walked by the journeys of tests/e2e.
 */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import type { FakeCore } from './fake-core.ts';
import { serveWindow } from './serve-window.ts';

declare global {
  interface Window {
    fake: FakeCore;
  }
}

let served: Awaited<ReturnType<typeof serveWindow>>;
test.beforeAll(async () => {
  served = await serveWindow();
});
test.afterAll(() => served.stop());

async function open(page: Page, search: Record<string, string> = {}): Promise<void> {
  await page.goto(
    `${served.url}?${new URLSearchParams({ scene: 'desk', language: 'ja', theme: 'light', ...search }).toString()}`,
  );
  await expect(page.locator('header, main').first()).toBeVisible();
}
const row = (page: Page, name: string) => page.getByRole('option', { name }).first();
const replyField = (page: Page) => page.getByRole('textbox', { name: '返信' });
const callsOf = (page: Page, method: string) =>
  page.evaluate((name) => window.fake.calls.filter((call) => call.method === name).map((call) => call.input), method);

test('the keys alone open a conversation, reply to it and resolve it', async ({ page }) => {
  await open(page);
  await expect(row(page, '佐々木 健一')).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'ドライヤー KD-7 の返金時期' })).toBeVisible();
  await page.keyboard.press('r');
  await expect(replyField(page)).toBeFocused();
  await page.keyboard.type('一行目');
  await page.keyboard.press('Enter');
  await page.keyboard.type('二行目 e j');
  await page.keyboard.press('Control+Enter');
  await expect(replyField(page)).toHaveValue('');
  expect(await callsOf(page, 'replies.send')).toMatchObject([{ text: '一行目\n二行目 e j' }]);
  await page.keyboard.press('Shift+F6');
  await page.keyboard.press('e');
  await expect(page.getByText('解決にしました')).toBeVisible();
  await page.keyboard.press('z');
  await expect
    .poll(() => callsOf(page, 'conversations.setStatus'))
    .toMatchObject([{ status: 'resolved' }, { status: 'inProgress' }]);
});

test('Enter that confirms a conversion neither sends nor picks, with Ctrl or without', async ({ page }) => {
  await open(page);
  await row(page, '田中 美咲').click();
  await replyField(page).click();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Input.imeSetComposition', { text: 'へんかん', selectionStart: 4, selectionEnd: 4 });
  for (const modifiers of [0, 2])
    await cdp.send('Input.dispatchKeyEvent', {
      type: 'rawKeyDown',
      key: 'Process',
      code: 'Enter',
      windowsVirtualKeyCode: 229,
      modifiers,
    });
  await cdp.send('Input.insertText', { text: '変換' });
  await expect(replyField(page)).toHaveValue('変換');
  expect(await callsOf(page, 'replies.send')).toEqual([]);
  await page.keyboard.press('Control+Enter');
  await expect(replyField(page)).toHaveValue('');
  expect(await callsOf(page, 'replies.send')).toMatchObject([{ text: '変換' }]);
});

test('a draft is saved at a pause and stands there again when one comes back', async ({ page }) => {
  await open(page);
  await row(page, '田中 美咲').click();
  await replyField(page).fill('書きかけの返信');
  await expect.poll(() => callsOf(page, 'drafts.save')).toMatchObject([{ what: 'reply', text: '書きかけの返信' }]);
  await row(page, '小林 大輔').click();
  await expect(replyField(page)).toHaveValue('');
  await row(page, '田中 美咲').click();
  await expect(replyField(page)).toHaveValue('書きかけの返信');
});

test('the order of the list holds still under the pointer, and says that a newer one is there', async ({ page }) => {
  await open(page);
  const first = page.getByRole('option').first();
  await expect(first).toContainText('佐々木 健一');
  const box = (await page.getByRole('listbox').boundingBox())!;
  await page.mouse.move(box.x + 50, box.y + 200);
  await page.mouse.move(box.x + 60, box.y + 210);
  await page.evaluate(() => {
    const rows = window.fake.rows();
    [rows[1], rows[2]] = [rows[2]!, rows[1]!];
    window.fake.stale('inbox');
  });
  const refresh = page.getByRole('button', { name: '並び順を更新' });
  await expect(refresh).toBeVisible();
  await expect(page.getByRole('option').nth(1)).toContainText('小林 大輔');
  await refresh.click();
  await expect(page.getByRole('option').nth(1)).toContainText('田中 美咲');
  await expect(refresh).toBeHidden();
});

test('a list left alone takes the newer order by itself', async ({ page }) => {
  await open(page);
  await expect(row(page, '小林 大輔')).toBeVisible();
  await page.evaluate(() => {
    const rows = window.fake.rows();
    [rows[1], rows[2]] = [rows[2]!, rows[1]!];
    window.fake.stale('inbox');
  });
  await expect(page.getByRole('option').nth(1)).toContainText('田中 美咲');
});

test('a thread stays at its end while words come in, and where the reader is when they scrolled away', async ({
  page,
}) => {
  await open(page, { rows: '10' });
  await row(page, '小林 大輔').click();
  const log = page.getByRole('log');
  for (let i = 0; i < 30; i++)
    await page.evaluate((n) => window.fake.customerSays(1, `長めの発言 ${n} です。`.repeat(4)), i);
  await expect(log.getByText('長めの発言 29 です。').first()).toBeInViewport();
  await log.hover();
  await page.mouse.wheel(0, -600);
  await expect(page.getByRole('button', { name: '最新へ' })).toBeVisible();
  const before = await log.evaluate((at) => at.scrollTop);
  await page.evaluate(() => window.fake.customerSays(1, '遅れて届いた発言'));
  await expect.poll(() => log.evaluate((at) => at.scrollHeight - at.scrollTop - at.clientHeight)).toBeGreaterThan(300);
  expect(Math.abs((await log.evaluate((at) => at.scrollTop)) - before)).toBeLessThan(4);
  await page.getByRole('button', { name: '最新へ' }).click();
  await expect(log.getByText('遅れて届いた発言')).toBeInViewport();
});

test('older pages come in above without moving what one reads', async ({ page }) => {
  await open(page, { rows: '10' });
  await expect(row(page, '小林 大輔')).toBeVisible();
  await page.evaluate(() => window.fake.lengthen(1, 400));
  await row(page, '小林 大輔').click();
  const log = page.getByRole('log');
  await expect(log.getByText('パスワードの再設定ができません', { exact: true })).toBeInViewport();
  await log.hover();
  await page.mouse.wheel(0, -200);
  const movedPx = await log.evaluate(async (at) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const lineOf = (text: string) =>
      [...at.querySelectorAll<HTMLElement>('[data-index] p, [data-index] div')].find(
        (line) => line.textContent === text,
      );
    at.scrollTop = 550;
    for (let i = 0; i < 3; i++) await frame();
    const top = at.getBoundingClientRect().top;
    const read = [...at.querySelectorAll('[data-index] .message-text')].find(
      (line) => line.getBoundingClientRect().top > top + 80,
    );
    const text = read?.textContent ?? '';
    const before = read?.getBoundingClientRect().top ?? 0;
    const height = at.scrollHeight;
    for (let i = 0; i < 300 && at.scrollHeight < height + 2000; i++) await frame();
    for (let i = 0; i < 20; i++) await frame();
    return Math.abs((lineOf(text)?.getBoundingClientRect().top ?? Number.NaN) - before);
  });
  expect((await callsOf(page, 'customers.timeline')).length).toBeGreaterThan(1);
  expect(movedPx).toBeLessThan(3);
});

test('fifty thousand conversations are some forty rows on the page, and End goes to the last', async ({ page }) => {
  await open(page, { rows: '50000' });
  await expect(row(page, '佐々木 健一')).toBeVisible();
  expect(await page.getByRole('option').count()).toBeLessThan(45);
  await page.getByRole('listbox').focus();
  await page.keyboard.press('End');
  await expect(row(page, '加藤 恵')).toBeInViewport();
  expect(await row(page, '加藤 恵').getAttribute('aria-posinset')).toBe(
    await row(page, '加藤 恵').getAttribute('aria-setsize'),
  );
});

test('a ring shows who calls without taking the focus from a half-written reply', async ({ page }) => {
  await open(page);
  await row(page, '田中 美咲').click();
  await replyField(page).pressSequentially('お待たせ');
  await page.evaluate(() => window.fake.rings(0));
  await expect(page.getByRole('alertdialog', { name: '着信 佐々木 健一 様' })).toBeVisible();
  await expect(replyField(page)).toBeFocused();
  await expect(page.getByRole('heading', { name: 'ドライヤー KD-7 の返金時期' })).toBeVisible();
  await page.keyboard.type('しました');
  await expect(replyField(page)).toHaveValue('お待たせしました');
});

test("a ring brings the caller's timeline on screen when nobody is writing", async ({ page }) => {
  await open(page);
  await expect(row(page, '田中 美咲')).toBeVisible();
  await page.evaluate(() => window.fake.rings(0));
  await expect(page.getByRole('heading', { name: '折り返し:エアコン設置日の変更' })).toBeVisible();
  await page.evaluate(() => window.fake.ringEnds());
  await expect(page.getByRole('alertdialog')).toBeHidden();
});

test('a stopped reply shows what was said meanwhile and the three ways on', async ({ page }) => {
  await open(page, { scene: 'stopped' });
  await row(page, '田中 美咲').click();
  const stopped = page.getByRole('group', { name: '止まっている返信' });
  await expect(stopped).toContainText('書いている間に会話が進みました');
  await expect(stopped).toContainText('もし難しければ、銀行振込でも大丈夫です');
  for (const name of ['このまま送信', '編集', '破棄'])
    await expect(stopped.getByRole('button', { name })).toBeVisible();
  await stopped.getByRole('button', { name: 'このまま送信' }).click();
  await expect.poll(async () => (await callsOf(page, 'outbox.sendAnyway')).length).toBe(1);
});

test('the first download shows how far it is, and what has arrived can be worked with', async ({ page }) => {
  await open(page, { scene: 'firstSync' });
  const progress = page.getByRole('progressbar', { name: '初回の取り込み' });
  await expect(progress).toHaveAttribute('aria-valuenow', '42');
  await expect(page.getByText('残り 12,345件')).toBeVisible();
  await row(page, '田中 美咲').click();
  await replyField(page).fill('確認いたします');
  await page.keyboard.press('Control+Enter');
  await expect.poll(async () => (await callsOf(page, 'replies.send')).length).toBe(1);
});

test('what is still to come stands in the strip, and by keys alone the whole of it opens', async ({ page }) => {
  await open(page, { scene: 'catchingUp' });
  const chip = page.getByRole('button', { name: '接続の状態' });
  await expect(chip).toContainText('未受信 312件を取得中');
  await chip.focus();
  await page.keyboard.press('Enter');
  const panel = page.getByRole('dialog', { name: '接続の状態' });
  await expect(panel).toContainText('312件');
  await expect(panel).toContainText('最終同期');
  await expect(panel).toContainText('http://127.0.0.1:4800');
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  await expect(chip).toBeFocused();
});

test('a level device says since when, and a damaged file is told until somebody has read it', async ({ page }) => {
  await open(page, { scene: 'damaged' });
  await expect(page.getByRole('button', { name: /接続の状態.*同期済み \d\d:\d\d/ })).toBeVisible();
  const told = page.getByText('送信トレイのファイルが壊れていたため');
  await expect(told).toBeVisible();
  await page.getByRole('button', { name: '閉じる' }).click();
  await expect(told).toBeHidden();
});

test('while a colleague writes to the same customer, sending asks first', async ({ page }) => {
  await open(page);
  await row(page, '田中 美咲').click();
  await page.evaluate(() => window.fake.writes(2, 'agent', '伊藤 健'));
  await expect(page.getByText('伊藤 健が返信を書いています')).toBeVisible();
  await replyField(page).fill('承知しました');
  await page.keyboard.press('Control+Enter');
  const dialog = page.getByRole('dialog', { name: 'このまま送信しますか' });
  await expect(dialog).toBeVisible();
  expect(await callsOf(page, 'replies.send')).toEqual([]);
  await dialog.getByRole('button', { name: '送信' }).click();
  await expect.poll(async () => (await callsOf(page, 'replies.send')).length).toBe(1);
});

test('search by keys alone opens a hit and stays open beside it', async ({ page }) => {
  await open(page);
  await page.waitForLoadState('networkidle'); // The pane comes behind the first picture of the desk.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('銀行');
  const hit = page.getByRole('option', { name: /銀行振込/ });
  await expect(hit.locator('mark')).toHaveText('銀行');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('log').getByText('もし難しければ、銀行振込でも大丈夫です')).toBeInViewport();
  await expect(page.getByRole('combobox')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('listbox', { name: '会話' })).toBeVisible();
});

test('the language changes at run time, everywhere at once', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: '鈴木 陽子 のメニュー' }).click();
  await page.getByRole('menuitem', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: 'Mine and unassigned' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByRole('tab', { name: /No owner/ })).toBeVisible();
});

test('F6 walks through every pane', async ({ page }) => {
  await open(page);
  await row(page, '田中 美咲').click();
  await expect(replyField(page)).toBeVisible();
  const panes: string[] = [];
  for (let i = 0; i < 5; i++) {
    await page.keyboard.press('F6');
    panes.push(
      await page.evaluate(
        () => document.activeElement?.closest('[data-pane-focus]')?.getAttribute('data-pane-focus') ?? '',
      ),
    );
  }
  expect([...panes].sort()).toEqual(['composer', 'karte', 'list', 'rail', 'thread']);
});

for (const theme of ['light', 'dark'])
  for (const scene of [
    'desk',
    'offline',
    'ring',
    'wrapUp',
    'stopped',
    'signedOut',
    'keyLost',
    'noServer',
    'consoleTooOld',
    'empty',
    'firstSync',
    'damaged',
  ])
    test(`axe finds no fault in the ${theme} theme: ${scene}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: theme as 'light' | 'dark' });
      await open(page, { scene, theme });
      if (!['signedOut', 'keyLost', 'noServer', 'empty'].includes(scene)) {
        await row(page, scene === 'offline' ? '中村 由紀子' : '田中 美咲').click();
        await expect(page.getByRole('textbox', { name: '返信' })).toBeVisible();
      }
      const axe = new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']);
      // The dark theme changes colours and nothing else: all other rules have been asked in the light one.
      const { violations } = await (theme === 'dark'
        ? axe.withRules(['color-contrast', 'link-in-text-block'])
        : axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      ).analyze();
      expect(violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html ?? ''}`)).toEqual([]);
    });

test("a mail's HTML is shown whole, in a frame that runs nothing and loads nothing", async ({ page }) => {
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(served.url) && !request.url().startsWith('data:')) foreign.push(request.url());
  });
  await open(page, { rows: '10' });
  await page.evaluate(() =>
    window.fake.mailArrives(
      4,
      '<p id="in">表の確認</p><table border="1" cellpadding="6"><tr><td>基本料金</td></tr></table><img src="https://tracker.example/p.gif"><img src="cid:none"><script>document.title="ran"</script><p onclick="alert(1)" style="background:url(https://tracker.example/b.png)">本文</p><form action="https://evil.example"><input></form><a href="javascript:alert(1)">悪いリンク</a><a href="https://shop.example/bill">良いリンク</a>',
    ),
  );
  await row(page, '中村 由紀子').click();
  const frame = page.locator('iframe:not([aria-hidden])').last();
  await expect(frame).toHaveAttribute('sandbox', '');
  const inside = frame.contentFrame();
  await expect(inside.getByText('表の確認')).toBeVisible();
  await expect(inside.locator('table')).toHaveAttribute('border', '1');
  for (const gone of ['img', 'script', 'form', 'input', '[onclick]', '[href]'])
    await expect(inside.locator(gone)).toHaveCount(0);
  await expect.poll(async () => (await frame.boundingBox())?.height ?? 0).toBeGreaterThan(120);
  await page.getByRole('button', { name: 'メール内のリンク' }).last().click();
  await expect(page.getByRole('menuitem')).toHaveText([/shop\.example/]);
  expect(foreign).toEqual([]);
});

test('a mail can be taken back for some seconds: Z makes it the draft again, "send now" lets it go', async ({
  page,
}) => {
  await open(page, { scene: 'desk' });
  await row(page, '中村 由紀子').click();
  const reply = page.getByRole('textbox', { name: '返信' });
  await reply.fill('請求の内訳をお送りします。');
  await reply.press('Control+Enter');
  await expect(page.getByRole('log').getByText('まもなく送信')).toBeVisible();
  await expect(reply).toHaveValue('');
  await page.getByRole('log').focus();
  await page.keyboard.press('z');
  await expect(reply).toHaveValue('請求の内訳をお送りします。');
  await expect(page.getByRole('log').getByText('まもなく送信')).toHaveCount(0);
  await reply.press('Control+Enter');
  await page.getByRole('button', { name: '今すぐ送信' }).click();
  await expect(page.getByRole('log').getByText('まもなく送信')).toHaveCount(0);
  await expect(page.getByText('請求の内訳をお送りします。')).toBeVisible();
});

test('a reply that speaks of a file without one, or greets somebody else, is asked about before it goes', async ({
  page,
}) => {
  await open(page, { scene: 'desk' });
  await row(page, '中村 由紀子').click();
  const reply = page.getByRole('textbox', { name: '返信' });
  await reply.fill('佐藤様\n見積書を添付します。');
  await reply.press('Control+Enter');
  const asked = page.getByRole('dialog', { name: 'このまま送信しますか' });
  await expect(asked.getByText('ファイルが添付されていません', { exact: false })).toBeVisible();
  await expect(asked.getByText('「佐藤様」', { exact: false })).toBeVisible();
  await asked.getByRole('button', { name: '戻る' }).click();
  await expect(reply).toHaveValue('佐藤様\n見積書を添付します。');
  await reply.press('Control+Enter');
  await asked.getByRole('button', { name: '送信' }).click();
  await expect(page.getByRole('log').getByText('まもなく送信')).toBeVisible();
});
