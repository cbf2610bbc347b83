/** The composer's files over the core in the page: chosen, pasted, dropped, taken out, refused with the limit, sent. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { serveWindow } from './serve-window.ts';

let served: Awaited<ReturnType<typeof serveWindow>>;
test.beforeAll(async () => {
  served = await serveWindow();
});
test.afterAll(() => served.stop());

async function open(page: Page, customer: string, search: Record<string, string> = {}): Promise<void> {
  const query = new URLSearchParams({ scene: 'desk', language: 'ja', theme: 'light', ...search });
  await page.goto(`${served.url}?${query.toString()}`);
  await page.getByRole('option', { name: customer }).first().click();
  await expect(page.getByRole('textbox', { name: /^(返信|Reply)$/ })).toBeVisible();
}
const composer = (page: Page) => page.getByRole('region', { name: '返信と内部メモ' });
const strip = (page: Page) => composer(page).getByRole('list', { name: '添付ファイル' });
const input = (page: Page) => page.locator('input[type=file]');
const file = (name: string, size: number, mimeType = 'application/pdf') => ({
  name,
  mimeType,
  buffer: Buffer.alloc(size, 1),
});
const sent = (page: Page) =>
  page.evaluate(() =>
    window.fake.calls
      .filter((call) => call.method === 'replies.send')
      .map((call) => call.input as { files?: string[] }),
  );

test('files are chosen by keyboard, taken out again, and go with a reply that has no words', async ({ page }) => {
  await open(page, '中村 由紀子');
  const button = composer(page).getByRole('button', { name: 'ファイルを添付' });
  await button.focus();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')]);
  await chooser.setFiles([file('お見積書.pdf', 184_000), file('写真.jpg', 9_000, 'image/jpeg')]);
  await expect(strip(page).getByRole('listitem')).toHaveText([/お見積書\.pdf\s*184KB/, /写真\.jpg\s*9KB/]);
  await strip(page).getByRole('button', { name: '写真.jpg を外す' }).focus();
  await page.keyboard.press('Enter');
  await expect(strip(page).getByRole('listitem')).toHaveCount(1);
  await expect(page.getByRole('textbox', { name: '返信', exact: true })).toBeFocused();
  await page.keyboard.press('Control+Enter');
  await expect(strip(page)).toHaveCount(0);
  expect(await sent(page)).toMatchObject([{ text: '', files: [expect.any(String)] }]);
  const waiting = page.getByRole('log').getByRole('list', { name: '添付ファイル' });
  await expect(waiting).toContainText('お見積書.pdf');
});

test('what cannot be sent is refused with its limit and the way out, and the rest is taken', async ({ page }) => {
  await open(page, '中村 由紀子');
  await input(page).setInputFiles([
    file('setup.exe', 10),
    file('空.txt', 0),
    file('大きい.zip', 19 * 1024 * 1024),
    file('もう一つ.zip', 2 * 1024 * 1024),
  ]);
  await expect(page.getByText('setup.exe を添付できませんでした')).toBeVisible();
  await expect(page.getByText('もう一つ.zip を添付できませんでした')).toBeVisible();
  await expect(page.getByText('合わせて20MBまでです。小さくするか、返信を分けて送ってください。')).toBeVisible();
  await expect(strip(page).getByRole('listitem')).toHaveText([/大きい\.zip/]);
});

test('a picture is pasted and files are dropped; text that brings a picture along stays text; a note takes none', async ({
  page,
}) => {
  await open(page, '小林 大輔');
  const area = page.getByRole('textbox', { name: '返信', exact: true });
  const give = (type: 'paste' | 'drop' | 'dragover', name: string, text: string | null) =>
    area.evaluate(
      (element, { type, name, text }) => {
        const data = new DataTransfer();
        data.items.add(new File(['picture'], name, { type: 'image/png' }));
        if (text !== null) data.setData('text/plain', text);
        const how = { bubbles: true, cancelable: true };
        element.dispatchEvent(
          type === 'paste'
            ? new ClipboardEvent('paste', { ...how, clipboardData: data })
            : new DragEvent(type, { ...how, dataTransfer: data }),
        );
      },
      { type, name, text },
    );
  await give('paste', '貼り付け.png', null);
  await expect(strip(page).getByRole('listitem')).toHaveText([/貼り付け\.png/]);
  await give('paste', '表.png', '1\t2');
  await give('dragover', 'ドロップ.png', null);
  await expect(page.getByText('ここにドロップして添付')).toBeVisible();
  await give('drop', 'ドロップ.png', null);
  await expect(strip(page).getByRole('listitem')).toHaveText([/貼り付け\.png/, /ドロップ\.png/]);
  await expect(page.getByText('ここにドロップして添付')).toHaveCount(0);
  await composer(page).getByRole('tab', { name: '内部メモ' }).click();
  await expect(strip(page)).toHaveCount(0);
  await expect(composer(page).getByRole('button', { name: 'ファイルを添付' })).toHaveCount(0);
  await composer(page).getByRole('tab', { name: '返信' }).click();
  await expect(strip(page).getByRole('listitem')).toHaveCount(2);
});

test('LINE has no button for files', async ({ page }) => {
  await open(page, '田中 美咲');
  await expect(composer(page).getByRole('button', { name: 'ファイルを添付' })).toHaveCount(0);
});

for (const [theme, language] of [
  ['light', 'ja'],
  ['dark', 'en'],
] as const)
  test(`axe finds no fault in files that wait to be sent (${theme}, ${language})`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await open(page, '中村 由紀子', { theme, language });
    await input(page).setInputFiles([
      file('お見積書（2026年11月）.pdf', 184_000),
      file('写真.jpg', 9_000, 'image/jpeg'),
    ]);
    await expect(page.getByRole('list', { name: /添付ファイル|Attached files/ }).first()).toBeVisible();
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze();
    expect(violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html ?? ''}`)).toEqual([]);
  });
