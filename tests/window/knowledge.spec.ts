/** The picker of templates and answers in the composer: by keys alone, with placeholders filled, and nothing sent while one is open. */
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

const reply = (page: Page) => page.getByRole('textbox', { name: '返信' });
const sent = (page: Page) =>
  page.evaluate(() => window.fake.calls.filter(({ method }) => method === 'replies.send').map(({ input }) => input));
async function open(page: Page, theme = 'light'): Promise<void> {
  await page.goto(`${served.url}?scene=desk&language=ja&theme=${theme}`);
  await page.getByRole('option', { name: '田中 美咲' }).first().click();
  await reply(page).click();
}

test('「/」 in the empty field opens it, Enter puts the filled text in, and an open field stops the sending', async ({
  page,
}) => {
  await open(page);
  await page.keyboard.press('/');
  await expect(page.getByRole('combobox', { name: '題名、タグ、本文を検索' })).toBeFocused();
  await page.keyboard.type('折り返し');
  await expect(page.getByRole('option', { name: /折り返しのお約束/ })).toBeVisible();
  await expect(page.getByText('自動で入らない項目: 折り返し日時')).toBeVisible();
  await expect(page.getByRole('listbox', { name: '候補' }).getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(reply(page)).toHaveValue('田中 美咲 様\n{{折り返し日時}} に担当の鈴木 陽子からお電話します。');
  await expect(page.getByText('未入力の項目があります: 折り返し日時')).toBeVisible();
  await expect(page.getByRole('button', { name: '送信', exact: true })).toBeDisabled();
  await page.keyboard.press('Control+Enter');
  expect(await sent(page)).toEqual([]);
  // What stands open is selected: typing fills it in.
  await page.keyboard.type('明日10時');
  await expect(reply(page)).toHaveValue('田中 美咲 様\n明日10時 に担当の鈴木 陽子からお電話します。');
  await expect(page.getByText('未入力の項目があります')).toBeHidden();
  await page.keyboard.press('Control+Enter');
  await expect.poll(async () => (await sent(page)).length).toBe(1);
});

for (const theme of ['light', 'dark'])
  test(`axe finds no fault in the picker (${theme})`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme as 'light' | 'dark' });
    await open(page, theme);
    await page.getByRole('button', { name: '定型文を挿入' }).click();
    await expect(page.getByRole('option', { name: /返品の受付/ })).toBeVisible();
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze();
    expect(violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html ?? ''}`)).toEqual([]);
  });
