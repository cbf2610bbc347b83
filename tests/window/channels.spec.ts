/** Channel accounts in the administration, over the core in the page: by keys alone, with every fault beside its field, under axe. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { serveWindow } from './serve-window.ts';

let served: Awaited<ReturnType<typeof serveWindow>>;
test.beforeAll(async () => {
  served = await serveWindow();
});
test.afterAll(() => served.stop());

async function open(page: Page, search: Record<string, string> = {}): Promise<void> {
  const query = new URLSearchParams({ scene: 'administration', language: 'ja', theme: 'light', ...search });
  await page.goto(`${served.url}?${query.toString()}`);
  await page.getByRole('button', { name: /^(管理|Manage)$/ }).click();
  await page.getByRole('button', { name: /^(チャネルの接続|Channel connections)$/ }).click();
  await expect(page.getByRole('table')).toBeVisible();
}
const form = (page: Page) => page.getByRole('dialog');
/** What is not drawn yet fades in; its colours count when it stands. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.waitForFunction(() => document.getAnimations().every((one) => one.playState === 'finished'));
  // What react-aria reads out about a button that waits names the button until it is read, also when the wait is over.
  const { violations } = await new AxeBuilder({ page }).exclude('[data-live-announcer]').analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
}

test('an account is added by keys alone, every empty field is told with its remedy, and the first one has the focus', async ({
  page,
}) => {
  await open(page);
  await page.getByRole('button', { name: '接続を追加' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: 'メール' })).toBeFocused();
  await page.keyboard.press('Enter');
  await form(page).getByLabel('名前', { exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(form(page).getByLabel('名前', { exact: true })).toBeFocused();
  for (const remedy of [
    'name@example.jp の形で',
    'サーバー名を入力してください',
    'ユーザー（多くはメールアドレス全体）',
  ])
    await expect(form(page).getByText(remedy).first()).toBeVisible();
  await form(page).getByLabel('メールアドレス').fill('support@haruka.example');
  await form(page)
    .getByRole('button', { name: /メールサービス/ })
    .click();
  await page.getByRole('option', { name: 'Gmail' }).click();
  await expect(form(page).getByLabel('サーバー名').first()).toHaveValue('imap.gmail.com');
  await expect(form(page).getByLabel('ユーザー').first()).toHaveValue('support@haruka.example');
  await expect(form(page).getByText('アプリ パスワード')).toBeVisible();
  await form(page)
    .getByRole('button', { name: /メールサービス/ })
    .click();
  await page.getByRole('option', { name: 'Microsoft' }).click();
  await expect(form(page).getByText('OAuth に対応していないため接続できません')).toBeVisible();
});

test('a stored secret is never on screen; the test names each reason; what goes elsewhere can be copied', async ({
  page,
}) => {
  await open(page);
  await page.getByRole('button', { name: 'LINE 公式アカウント' }).click();
  await expect(form(page).getByText('保存済み（表示できません）')).toHaveCount(2);
  await expect(form(page).getByLabel('Webhook URL', { exact: true })).toHaveValue(/\/hooks\/line\/\w+$/);
  await form(page).getByRole('button', { name: '接続をテスト' }).click();
  const result = form(page).getByRole('status');
  await expect(result.getByText('署名のシークレットの誤り')).toBeVisible();
  await expect(result.getByText('LINE の Webhook URL が別の宛先です')).toBeVisible();
  await form(page).getByRole('button', { name: 'チャネルシークレットを変更する' }).click();
  await form(page).getByLabel('チャネルシークレット', { exact: true }).fill('another');
  await expect(result).toHaveCount(0);
});

const forms = {
  light: ['サポート', 'サイトのチャット', 'LINE 公式アカウント', '代表電話'],
  dark: ['LINE 公式アカウント'],
};
for (const [theme, names] of Object.entries(forms))
  test(`the list and the forms are free of faults of accessibility (${theme})`, async ({ page }) => {
    await open(page, { theme });
    expect(await faultsOf(page)).toEqual([]);
    for (const name of names) {
      await page.getByRole('table').getByRole('button', { name, exact: true }).click();
      await form(page).getByRole('button', { name: '接続をテスト' }).click();
      await expect(form(page).getByRole('status')).toBeVisible();
      expect(await faultsOf(page), name).toEqual([]);
      await page.keyboard.press('Escape');
      await expect(form(page)).toHaveCount(0);
    }
  });
