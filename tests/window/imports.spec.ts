/** Imports in the administration, over the core in the page: a file is chosen, shown with what is wrong in it, started; under axe. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { serveWindow } from './serve-window.ts';

let served: Awaited<ReturnType<typeof serveWindow>>;
test.beforeAll(async () => {
  served = await serveWindow();
});
test.afterAll(() => served.stop());

async function open(page: Page, search: Record<string, string>): Promise<void> {
  const query = new URLSearchParams({ scene: 'administration', theme: 'light', ...search });
  await page.goto(`${served.url}?${query.toString()}`);
  await page.getByRole('button', { name: /^(管理|Manage)$/ }).click();
  await page.getByRole('button', { name: /^(取り込み|Imports)$/ }).click();
  await expect(page.getByRole('table')).toBeVisible();
}
async function faultsOf(page: Page): Promise<string[]> {
  await page.waitForFunction(() => document.getAnimations().every((one) => one.playState === 'finished'));
  const { violations } = await new AxeBuilder({ page }).exclude('[data-live-announcer]').analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
}

test('a file is brought, its cells that cannot be taken say why, and it is started', async ({ page }) => {
  await open(page, { language: 'ja' });
  expect(await faultsOf(page)).toEqual([]);
  await page.getByRole('button', { name: 'CSVを取り込む' }).click();
  const form = page.getByRole('dialog');
  const bytes = Buffer.from('会員番号,氏名\nM-1,田中\n');
  await form.getByLabel('CSVファイル').setInputFiles({ name: '会員.csv', mimeType: 'text/csv', buffer: bytes });
  const row = form.getByRole('row', { name: /M-1002/ });
  await expect(row).toContainText('入力してください。');
  await expect(row).toContainText('形式が正しくありません。');
  await expect(form.getByRole('button', { name: /文字コード/ })).toContainText('Shift_JIS');
  expect(await faultsOf(page)).toEqual([]);
  await form.getByRole('button', { name: '取り込みを開始' }).click();
  await expect(form).toBeHidden();
});

test('a file without a needed column is not started, in English and in the dark', async ({ page }) => {
  await open(page, { language: 'en', theme: 'dark' });
  await page.getByRole('button', { name: 'Import a CSV' }).click();
  const form = page.getByRole('dialog');
  await form.getByText('Orders', { exact: true }).click();
  const file = { name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') };
  await form.getByLabel('CSV file').setInputFiles(file);
  await expect(form.getByRole('alert')).toContainText('A needed field has no column.');
  await form.getByRole('button', { name: 'Start the import' }).click();
  await expect(form).toBeVisible();
  expect(await faultsOf(page)).toEqual([]);
});
