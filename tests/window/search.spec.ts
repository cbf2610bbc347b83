/** The search pane over a core in the page: narrowed by chips and by typing, by keys alone, with an input method, in every state. */
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

async function openSearch(page: Page, search: Record<string, string> = {}): Promise<void> {
  await page.goto(
    `${served.url}?${new URLSearchParams({ scene: 'desk', language: 'ja', theme: 'light', ...search }).toString()}`,
  );
  await expect(page.locator('header').first()).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(field(page)).toBeFocused();
}
const field = (page: Page) => page.getByRole('combobox');
const hits = (page: Page) => page.getByRole('listbox', { name: '検索結果' }).getByRole('option');
const lastFilter = (page: Page) =>
  page.evaluate(
    () => (window.fake.calls.findLast(({ method }) => method === 'search.counts')?.input as { filter: unknown }).filter,
  );

test('by keys alone a chip is opened, says what each choice would give, narrows, and is taken off again', async ({
  page,
}) => {
  await openSearch(page);
  await page.keyboard.type('返金');
  await expect(page.getByText('3件', { exact: true })).toBeVisible();
  for (let n = 0; n < 2; n++) await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: '種類' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: '内部メモ' })).toContainText('1');
  await expect(page.getByRole('menuitem', { name: '件名' })).toContainText('1');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: '種類: 内部メモ' })).toBeFocused();
  await expect(hits(page)).toHaveCount(1);
  expect(await lastFilter(page)).toMatchObject({ kind: 'note' });
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('返金');
  await expect(hits(page)).toHaveCount(3);
});

test('what is typed before a colon narrows and stands on its chip; a choice there takes its place', async ({
  page,
}) => {
  await openSearch(page);
  await page.keyboard.type('返金 担当:自分 ');
  await expect(page.getByRole('button', { name: '担当: 鈴木 陽子' })).toBeVisible();
  await expect(hits(page)).toHaveCount(2);
  await page.getByRole('button', { name: '担当: 鈴木 陽子' }).click();
  await page.getByRole('menuitem', { name: 'すべて' }).click();
  await expect(field(page)).toHaveValue('返金 ');
  await expect(hits(page)).toHaveCount(3);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('返金 担当:と');
  await page.getByRole('button', { name: '佐藤 真理' }).click();
  await expect(field(page)).toHaveValue('返金 ');
  await expect(page.getByRole('button', { name: '担当: 佐藤 真理' })).toBeVisible();
  await expect(field(page)).toBeFocused();
  await expect(page.getByText('「返金」は見つかりません')).toBeVisible();
  await page.getByRole('button', { name: '担当の絞り込みを外す' }).click();
  await expect(field(page)).toBeFocused();
  await expect(hits(page)).toHaveCount(3);
});

test('a name and a date that mean nothing say so and leave nothing out', async ({ page }) => {
  await openSearch(page);
  await page.keyboard.type('返金 担当:山田 日付:32');
  await expect(page.getByText('「担当:山田」に当たるものがありません')).toBeVisible();
  await expect(page.getByText('「日付:32」は日付として読めません')).toBeVisible();
  await expect(hits(page)).toHaveCount(3);
});

test('two dates narrow from the first to the end of the last, and dates in the wrong order are refused', async ({
  page,
}) => {
  await openSearch(page);
  await page.keyboard.type('返金');
  await page.getByRole('button', { name: '期間' }).click();
  await page.getByLabel('開始日').fill('2020-02-03');
  await page.getByLabel('終了日').fill('2020-02-01');
  await expect(page.getByRole('alert')).toHaveText('終了日が開始日より前です。');
  await expect(page.getByRole('button', { name: '絞り込む' })).toBeDisabled();
  await page.getByLabel('終了日').fill('2020-02-04');
  await page.getByRole('button', { name: '絞り込む' }).click();
  await expect(page.getByText('「返金」は見つかりません')).toBeVisible();
  const day = 86_400_000;
  const first = Date.UTC(2020, 1, 2, 15);
  expect(await lastFilter(page)).toMatchObject({ from: first, until: first + 2 * day });
});

test('the customer on screen can be the only one searched, and stays so while others are opened', async ({ page }) => {
  await openSearch(page);
  await page.keyboard.type('返金');
  await expect(hits(page)).toHaveCount(3);
  await page.keyboard.press('Enter');
  const only = page.getByRole('button', { name: '田中 美咲 様だけ' });
  await only.click();
  await expect(only).toHaveAttribute('aria-pressed', 'true');
  await field(page).fill('冷蔵庫');
  await expect(only).toHaveAttribute('aria-pressed', 'true');
});

test('while the input method composes nothing is opened, left or written; what is confirmed is looked for', async ({
  page,
}) => {
  await openSearch(page);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Input.imeSetComposition', { text: 'へんきん', selectionStart: 4, selectionEnd: 4 });
  for (const code of ['Enter', 'Escape', 'ArrowDown', 'Backspace'])
    await cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Process', code, windowsVirtualKeyCode: 229 });
  await expect(field(page)).toBeFocused();
  await expect(field(page)).toHaveValue('へんきん');
  await cdp.send('Input.insertText', { text: '返金　状態：対応中' });
  await expect(hits(page)).toHaveCount(3);
  await expect(page.getByRole('button', { name: '状態: 対応中' })).toBeVisible();
  await expect(field(page)).toHaveValue('返金　状態：対応中');
});

for (const [theme, language] of [
  ['light', 'ja'],
  ['dark', 'en'],
] as const)
  for (const [state, typed, scene] of [
    ['nothing typed', '', 'desk'],
    ['hits with filters', '返金 is:対応中 担当:と 日付:32', 'desk'],
    ['nothing found', 'ないことば is:保留', 'desk'],
    ['the index is being built', '返金', 'indexing'],
  ] as const)
    test(`axe finds no fault in the search (${theme}, ${language}): ${state}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: theme });
      await openSearch(page, { theme, language, scene });
      await page.keyboard.type(typed);
      if (typed !== '') await expect(page.getByText(/^(\d+件|\d+ found)$/)).toBeVisible();
      if (scene === 'indexing') await expect(page.getByText(/索引の作成中です|Indexing/)).toBeVisible();
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
        .analyze();
      expect(violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html ?? ''}`)).toEqual([]);
    });
