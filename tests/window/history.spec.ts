/** History that is not on this device, as the thread shows it: online, offline, refused, and without a jump. */
import { expect, type Locator, type Page, test } from '@playwright/test';
import { serveWindow } from './serve-window.ts';

let served: Awaited<ReturnType<typeof serveWindow>>;
test.beforeAll(async () => {
  served = await serveWindow();
});
test.afterAll(() => served.stop());

/** Opens the thread of 田中 美咲 with a long recent part and two old conversations that are missing. */
async function openThread(page: Page, search: Record<string, string> = {}): Promise<void> {
  await page.goto(
    `${served.url}?${new URLSearchParams({ scene: 'desk', language: 'ja', theme: 'light', ...search }).toString()}`,
  );
  await page.getByRole('option', { name: '田中 美咲' }).first().click();
  await expect(thread(page)).toBeVisible();
  await page.evaluate(() => {
    window.fake.lengthen(2, 60);
    window.fake.losesHistory(2);
  });
}
const thread = (page: Page): Locator => page.getByRole('log');
const missing = (page: Page, subject: string): Locator => page.getByRole('article').filter({ hasText: subject });
const asked = (page: Page): Promise<number> =>
  page.evaluate(() => window.fake.calls.filter(({ method }) => method === 'conversations.fetchHistory').length);

async function scrollUpTo(page: Page, there: Locator): Promise<void> {
  await thread(page).hover();
  await expect
    .poll(
      async () => {
        await page.mouse.wheel(0, -300);
        // Lines out of sight are drawn ahead, and would count as visible.
        const top = (await thread(page).boundingBox())?.y ?? 0;
        const box = (await there.count()) === 1 ? await there.boundingBox() : null;
        return box !== null && box.y > top + 40;
      },
      { intervals: [60], timeout: 40_000 },
    )
    .toBe(true);
}

test('missing history is asked for when it is scrolled to, not before, and nothing below it moves', async ({
  page,
}) => {
  await openThread(page);
  expect(await asked(page)).toBe(0);
  await page.evaluate(() => window.fake.historyFails(true));
  const line = missing(page, '配送日の変更');
  await scrollUpTo(page, line);
  await expect(line.getByRole('alert')).toBeVisible();
  await line.scrollIntoViewIfNeeded();
  // The first line below the gap: where it stands before and after the gap has given way to thirty messages.
  const below = thread(page).locator('[data-index]').filter({ hasText: '以前の発言 0' }).first();
  await expect(below).toBeVisible();
  const before = await below.boundingBox();
  await page.evaluate(() => window.fake.historyFails(false));
  await line.getByRole('button', { name: '再試行' }).click();
  await expect(page.getByText('配送日の変更 30通目')).toBeVisible();
  await expect(line.getByRole('alert')).toHaveCount(0);
  await expect
    .poll(async () => Math.abs(((await below.boundingBox())?.y ?? 0) - (before?.y ?? 0)))
    .toBeLessThanOrEqual(2);
});

test('without a line it says so and what is here stays readable; with one it comes by itself', async ({ page }) => {
  await openThread(page, { scene: 'offline' });
  const line = missing(page, '配送日の変更');
  await scrollUpTo(page, line);
  await expect(line).toContainText('オンラインになると読めます');
  await expect(missing(page, '初期不良の交換')).toContainText('オンラインになると読めます');
  expect(await asked(page)).toBe(0);
  await page.evaluate(() => window.fake.cutLine(false));
  await expect(page.getByText('配送日の変更 30通目')).toBeVisible();
  await scrollUpTo(page, page.getByText('初期不良の交換 30通目'));
});

test('the settings say how large the copy is and what it keeps, and its limit is chosen by keys', async ({ page }) => {
  await openThread(page);
  await page.getByRole('button', { name: '設定' }).first().click();
  const card = page.getByRole('region', { name: 'この端末の保存容量' });
  await expect(card).toContainText('1.6GB / 5GB を使用中');
  await expect(card).toContainText('1,204件の会話で');
  await card.getByRole('radio', { name: '5GB' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(card).toContainText('1.6GB / 10GB を使用中');
});
