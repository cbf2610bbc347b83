/** What is typed is not lost by kill -9, follows its author to another device, and can be taken over by a lead. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { test } from '../support/console-hosts.ts';
import { openCutProxy } from '../support/cut-proxy.ts';
import { deskOf } from '../support/desk.ts';
import { startJourneyCentre } from '../support/journey-centre.ts';

const field = (page: Page) =>
  page.getByRole('region', { name: '返信と内部メモ' }).getByRole('textbox', { name: '返信', exact: true });

async function expectNoAxeFaults(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    // What react-aria reads out stands there for a second, in a form of its own.
    .exclude('[data-live-announcer]')
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
}

test('kill -9 in the middle of typing without a pause costs less than a second of it', async ({ startConsole }) => {
  const centre = await startJourneyCentre();
  const console_ = await startConsole({ serverUrl: centre.server.url });
  const desk = deskOf(console_.page);
  await desk.signIn('aoi');
  centre.visit('高橋 直樹').say('領収書をください');
  await desk.open('高橋 直樹');
  // Typed by the page itself, so that each letter has the time at which it stood there.
  await field(console_.page).evaluate((area: HTMLTextAreaElement) => {
    const typed = { times: [] as number[] };
    Object.assign(globalThis, { typed });
    setInterval(() => {
      area.value += 'あ';
      area.dispatchEvent(new InputEvent('input', { bubbles: true }));
      typed.times.push(Date.now());
    }, 40);
  });
  await expect
    .poll(() =>
      console_.page.evaluate(() => (globalThis as never as { typed: { times: number[] } }).typed.times.length),
    )
    .toBeGreaterThan(60);
  const times = await console_.page.evaluate(() => (globalThis as never as { typed: { times: number[] } }).typed.times);
  const killedAt = Date.now();
  await console_.kill();
  const due = times.filter((at) => at <= killedAt - 1_000).length;
  expect(due).toBeGreaterThan(20);

  await console_.startAgain();
  await deskOf(console_.page).open('高橋 直樹');
  const kept = (await field(console_.page).inputValue()).length;
  expect(kept).toBeGreaterThanOrEqual(due);
  await centre.stop();
});

test('a draft follows its author to another device, a lead takes it over, and its author is told who did', async ({
  startConsole,
}) => {
  test.setTimeout(120_000);
  const centre = await startJourneyCentre({ lead: 'ren' });
  const first = await startConsole({ serverUrl: centre.server.url });
  await deskOf(first.page).signIn('aoi');
  centre.visit('高橋 直樹').say('領収書をください');
  await deskOf(first.page).open('高橋 直樹');
  await field(first.page).pressSequentially('承知しました。');

  const second = await startConsole({ serverUrl: centre.server.url });
  await deskOf(second.page).signIn('aoi');
  await expect(async () => {
    await second.page.reload();
    await deskOf(second.page).open('高橋 直樹');
    await expect(field(second.page)).toHaveValue('承知しました。', { timeout: 2_000 });
  }).toPass({ timeout: 30_000 });

  const lead = await startConsole({ serverUrl: centre.server.url });
  await deskOf(lead.page).signIn('ren');
  await deskOf(lead.page).open('高橋 直樹');
  const card = lead.page.getByRole('region', { name: /鈴木 葵さんが書きかけています/ });
  await expect(card).toContainText('承知しました。');
  await expectNoAxeFaults(lead.page);
  await lead.page.screenshot({ path: 'test-results/draft-of-colleague.png' });
  await card.getByRole('button', { name: '引き継ぐ' }).click();
  await expect(field(lead.page)).toHaveValue('承知しました。');

  const told = first.page.getByRole('region', { name: /伊藤 蓮さんがこの下書きを引き継ぎました/ });
  await expect(told).toBeVisible();
  await first.page.screenshot({ path: 'test-results/draft-taken-over.png' });
  await told.getByRole('button', { name: '自分の下書きを閉じる' }).click();
  await expect(field(first.page)).toHaveValue('');
  await first.page.getByRole('button', { name: '以前の下書き' }).click();
  await expect(first.page.getByRole('listitem').filter({ hasText: '承知しました。' })).toBeVisible();
  await first.page.getByRole('button', { name: '入力欄に戻す' }).first().click();
  await expect(field(first.page)).toHaveValue('承知しました。');
  await centre.stop();
});

test('what a colleague changed first stands as a card in the thread, and one key decides it', async ({
  startConsole,
}) => {
  test.setTimeout(120_000);
  const centre = await startJourneyCentre();
  const cable = await openCutProxy(centre.server.url);
  const first = deskOf((await startConsole({ serverUrl: centre.server.url })).page);
  const second = deskOf((await startConsole({ serverUrl: cable.url })).page);
  await first.signIn('aoi');
  await second.signIn('ren');
  centre.visit('高橋 直樹').say('領収書をください');
  await first.open('高橋 直樹');
  await second.open('高橋 直樹');
  await first.note('在庫なし');
  await expect(second.said('在庫なし')).toBeVisible();
  await cable.cut();
  await second.offline();

  const editNote = async (page: Page, text: string): Promise<void> => {
    await page.getByRole('button', { name: 'メモを編集' }).click();
    const area = page.getByRole('log', { name: 'メッセージ' }).getByRole('textbox', { name: 'メモを編集' });
    await area.fill(text);
    await area.press('Control+Enter');
  };
  await editNote(first.page, '在庫2台');
  await expect(first.said('鈴木 葵が編集')).toBeVisible();
  await editNote(second.page, '入荷は金曜');
  await expect(second.said('編集を送信待ち')).toBeVisible();

  await cable.restore();
  const card = second.page.getByRole('region', { name: '内部メモが先に変わっていました' }).first();
  await expect(card).toContainText('入荷は金曜', { timeout: 30_000 });
  await expect(card).toContainText('在庫2台');
  await expectNoAxeFaults(second.page);
  await second.page.screenshot({ path: 'test-results/conflict-ja-light.png' });
  await second.log.focus();
  await second.page.keyboard.press('3');
  await expect(card).toHaveCount(0);
  await expect(first.said('入荷は金曜')).toBeVisible();
  await expect(first.said('在庫2台')).toBeVisible();
  await cable.close();
  await centre.stop();
});
