/** Journey (c): the cable is out, the console is killed, and nothing is lost or sent twice. Journey (d): two agents, one conversation. */
import { expect } from '@playwright/test';
import { openCutProxy } from '../support/cut-proxy.ts';
import { test } from '../support/console-hosts.ts';
import { deskOf } from '../support/desk.ts';
import { eventually } from '../support/eventually.ts';
import { startJourneyCentre } from '../support/journey-centre.ts';

const heard = (visitor: { state(): { log: { lines: readonly { isMine: boolean; text: string }[] } } }) =>
  visitor
    .state()
    .log.lines.filter((line) => !line.isMine)
    .map((line) => line.text);

test('with the cable out one can search, read, answer, note and resolve; after kill -9 all is there, and goes out once and in order', async ({
  startConsole,
}) => {
  test.setTimeout(180_000);
  const centre = await startJourneyCentre();
  const cable = await openCutProxy(centre.server.url);
  const console_ = await startConsole({ serverUrl: cable.url });
  let desk = deskOf(console_.page);
  await desk.signIn('aoi');
  const visitor = centre.visit('高橋 直樹');
  const other = centre.visit('井上 誠');
  visitor.say('領収書の宛名を県立病院に変更したい');
  other.say('解約の手続きを教えてください');
  await expect(desk.row('高橋 直樹')).toBeVisible();
  await expect(desk.row('井上 誠')).toBeVisible();
  await desk.level();

  await cable.cut();
  await desk.offline();
  await console_.page.keyboard.press('Control+k');
  await console_.page.getByRole('combobox').fill('病院');
  await expect(console_.page.getByRole('option').filter({ hasText: '県立病院' }).first()).toBeVisible();
  await console_.page.keyboard.press('Escape');

  await desk.open('高橋 直樹');
  await expect(desk.said('領収書の宛名を県立病院に変更したい')).toBeVisible();
  await desk.reply('承知いたしました');
  await desk.reply('再発行してお送りします');
  await desk.note('宛名は県立病院御中');
  await desk.open('井上 誠');
  await console_.page.getByRole('button', { name: /解決/ }).first().click();

  await console_.kill();
  await console_.startAgain();
  desk = deskOf(console_.page);
  await desk.offline();
  await desk.open('高橋 直樹');
  await expect(desk.said('承知いたしました')).toBeVisible();
  await expect(desk.said('再発行してお送りします')).toBeVisible();
  await expect(desk.said('宛名は県立病院御中')).toBeVisible();
  expect(heard(visitor)).toEqual([]);

  await cable.restore();
  await desk.level(20_000);
  await eventually(() => heard(visitor).length >= 2, { what: 'both answers', withinMs: 20_000 });
  expect(heard(visitor)).toEqual(['承知いたしました', '再発行してお送りします']);
  await expect(desk.log.getByText('承知いたしました')).toHaveCount(1);
  await expect(desk.log.getByText('送信待ち')).toHaveCount(0);
  await expect(desk.row('井上 誠')).toHaveCount(0);
  expect(heard(visitor)).toHaveLength(2);
  await cable.close();
  await centre.stop();
});

test('the second agent is stopped because the thread moved on, sees what was said, and may send anyway or edit', async ({
  startConsole,
}) => {
  const centre = await startJourneyCentre();
  const cable = await openCutProxy(centre.server.url);
  const first = deskOf((await startConsole({ serverUrl: centre.server.url })).page);
  const second = deskOf((await startConsole({ serverUrl: cable.url })).page);
  await first.signIn('aoi');
  await second.signIn('ren');
  const visitor = centre.visit('松本 あかり');
  visitor.say('クーポンが適用されません');
  await first.open('松本 あかり');
  await second.open('松本 あかり');
  await expect(second.said('クーポンが適用されません')).toBeVisible();
  await cable.cut();
  await second.offline();
  await second.reply('対象商品をご確認ください');
  await first.reply('新しいクーポンをお送りします');
  await eventually(() => heard(visitor).length === 1);

  await cable.restore();
  const stopped = second.page.getByRole('group', { name: '止まっている返信' });
  await expect(stopped).toBeVisible({ timeout: 20_000 });
  await expect(second.page.getByText('新しいクーポンをお送りします').first()).toBeVisible();
  expect(heard(visitor)).toEqual(['新しいクーポンをお送りします']);
  await stopped.getByRole('button', { name: '編集' }).click();
  const field = second.page.getByRole('textbox', { name: '返信', exact: true });
  await expect(field).toHaveValue('対象商品をご確認ください');
  await field.fill('クーポンの対象商品もご案内します');
  await field.press('Control+Enter');
  await eventually(() => heard(visitor).length === 2);
  // The customer may hear it before the first desk does, and a reply to what one has not seen would be stopped.
  await expect(first.said('クーポンの対象商品もご案内します')).toBeVisible();

  await cable.cut();
  await second.offline();
  await second.reply('ほかにございますか');
  await first.reply('またご連絡ください');
  await eventually(() => heard(visitor).length === 3);
  await cable.restore();
  await expect(stopped).toBeVisible({ timeout: 20_000 });
  await stopped.getByRole('button', { name: 'このまま送信' }).click();
  await eventually(() => heard(visitor).length === 4);
  expect(heard(visitor)).toEqual([
    '新しいクーポンをお送りします',
    'クーポンの対象商品もご案内します',
    'またご連絡ください',
    'ほかにございますか',
  ]);
  await cable.close();
  await centre.stop();
});
