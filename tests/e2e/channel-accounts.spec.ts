/** An administrator connects LINE and a mailbox in the console; the first messages come in and are answered, without a restart. */
import { expect, type Page } from '@playwright/test';
import { test } from '../support/console-hosts.ts';
import { deskOf } from '../support/desk.ts';
import { eventually } from '../support/eventually.ts';
import { startJourneyCentre } from '../support/journey-centre.ts';

const dialog = (page: Page) => page.getByRole('dialog');

async function openChannels(page: Page): Promise<void> {
  await page.getByRole('button', { name: '管理' }).click();
  await page.getByRole('button', { name: 'チャネルの接続' }).click();
  await expect(page.getByRole('table', { name: 'チャネルの接続' })).toBeVisible();
}

async function newAccount(page: Page, channel: string): Promise<void> {
  await page.getByRole('button', { name: '接続を追加' }).click();
  await page.getByRole('menuitem', { name: channel }).click();
  await expect(dialog(page)).toBeVisible();
}

test('an administrator connects LINE: tried, saved, told its webhook URL, and the first message is answered', async ({
  startConsole,
}) => {
  const centre = await startJourneyCentre({ admin: 'ren' });
  const { page } = await startConsole({ serverUrl: centre.server.url });
  const desk = deskOf(page);
  await desk.signIn('ren');
  await openChannels(page);
  await newAccount(page, 'LINE');
  const form = dialog(page);
  await form.getByLabel('名前', { exact: true }).fill('LINE 新しい窓口');
  await form.getByLabel('LINE ID').fill('@haruka');
  await form.getByLabel('チャネル ID').fill('2000000001');
  await form.getByLabel('チャネルシークレット').fill('not the secret');
  await form.getByLabel('チャネルアクセストークン').fill('token');
  await form.getByRole('button', { name: '接続をテスト' }).click();
  await expect(form.getByText('署名のシークレットの誤り')).toBeVisible();
  await form.getByLabel('チャネルシークレット').fill('line secret of the journey');
  await form.getByRole('button', { name: '保存' }).click();
  const url = await form.getByLabel('Webhook URL', { exact: true }).inputValue();
  expect(url).toContain(`${centre.server.url}/hooks/line/`);
  centre.line.sendWebhooksTo(url);
  await form.getByRole('button', { name: '閉じる', exact: true }).last().click();

  const row = page.getByRole('row').filter({ hasText: 'LINE 新しい窓口' });
  await expect(row.getByText('稼働中')).toBeVisible();
  await row.getByRole('button', { name: 'LINE 新しい窓口' }).click();
  await expect(form.getByText('保存済み（表示できません）')).toHaveCount(2);
  await form.getByRole('button', { name: '接続をテスト' }).click();
  await expect(form.getByRole('status').getByText('成功', { exact: true })).toHaveCount(4);
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: '受信箱' }).click();
  const customer = centre.line.addUser('田中 美咲');
  await centre.line.say(customer.userId, '修理をお願いできますか');
  await expect(desk.row('田中 美咲')).toContainText('修理をお願いできますか');
  await desk.open('田中 美咲');
  await desk.reply('はい、承ります。');
  const said = () => centre.line.screenOf(customer.userId).map((message) => message.text);
  await eventually(() => said().length > 0, { what: 'the answer on the telephone' });
  expect(said()).toEqual(['はい、承ります。']);
  await centre.stop();
});
