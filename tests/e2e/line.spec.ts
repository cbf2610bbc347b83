/** Journey (f): answers to LINE over a server that dies between the provider's work and the provider's answer. */
import { expect } from '@playwright/test';
import { test } from '../support/console-hosts.ts';
import { deskOf } from '../support/desk.ts';
import { eventually } from '../support/eventually.ts';
import { type JourneyCentre, startJourneyCentre } from '../support/journey-centre.ts';

let centre: JourneyCentre;
test.beforeAll(async () => {
  centre = await startJourneyCentre();
});
test.afterAll(() => centre.stop());

test('an answer after the reply token is dead goes by push, and once, though the server dies before it hears so', async ({
  startConsole,
}) => {
  const desk = deskOf((await startConsole({ serverUrl: centre.server.url })).page);
  await desk.signIn('aoi');
  const person = centre.line.addUser('田中 美咲');
  await centre.line.say(person.userId, '返金はいつ頃になりますか');
  await desk.open('田中 美咲');
  await expect(desk.said('返金はいつ頃になりますか')).toBeVisible();
  centre.line.expireReplyTokens();
  // LINE does it and the answer is lost on the way; the server is killed before its own time runs out.
  centre.line.failNext({ call: 'push', how: 'lost' });
  await desk.reply('3営業日ほどで完了の見込みです');
  await eventually(() => centre.line.screenOf(person.userId).length === 1, { what: 'the answer on the telephone' });
  await centre.server.kill();
  await centre.server.startAgain();
  await desk.level(15_000);
  await expect(desk.log.getByText('送信済')).toBeVisible({ timeout: 20_000 });
  expect(centre.line.screenOf(person.userId).map((one) => one.text)).toEqual(['3営業日ほどで完了の見込みです']);
});

test('the same with a live reply token, which has no key, is left for a person to decide', async ({ startConsole }) => {
  const console_ = await startConsole({ serverUrl: centre.server.url });
  const desk = deskOf(console_.page);
  await desk.signIn('aoi');
  const person = centre.line.addUser('加藤 恵');
  await centre.line.say(person.userId, '配送日を変えたいです');
  await desk.open('加藤 恵');
  await expect(desk.said('配送日を変えたいです')).toBeVisible();
  centre.line.failNext({ call: 'reply', how: 'lost' });
  await desk.reply('ご希望の日をお知らせください');
  await eventually(() => centre.line.screenOf(person.userId).length === 1, { what: 'the answer on the telephone' });
  await centre.server.kill();
  await centre.server.startAgain();
  await desk.level(15_000);
  await expect(desk.log.getByText('要確認').first()).toBeVisible({ timeout: 20_000 });
  expect(centre.line.screenOf(person.userId)).toHaveLength(1);
});

test('what a person takes back on LINE is gone from the desk', async ({ startConsole }) => {
  const desk = deskOf((await startConsole({ serverUrl: centre.server.url })).page);
  await desk.signIn('aoi');
  const person = centre.line.addUser('井上 誠');
  const said = await centre.line.say(person.userId, '口座番号は 1234567 です');
  await desk.open('井上 誠');
  await expect(desk.said('口座番号は 1234567 です')).toBeVisible();
  await centre.line.redeliver(said);
  await centre.line.unsend(person.userId, said.messageId ?? '');
  await expect(desk.said('口座番号は 1234567 です')).toHaveCount(0);
  // Also from the inbox and from what was said to a screen reader.
  await expect(desk.page.getByText('1234567')).toHaveCount(0, { timeout: 15_000 });
});
