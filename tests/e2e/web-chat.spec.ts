/** Journeys (a) and (e): a visitor and an agent, and a server that is killed between them. */
import { readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import { expect } from '@playwright/test';
import { test } from '../support/console-hosts.ts';
import { deskOf } from '../support/desk.ts';
import { eventually } from '../support/eventually.ts';
import { startJourneyCentre } from '../support/journey-centre.ts';

/** A PNG of one colour: real enough for every browser and every judge of files. */
function drawPicture(): Buffer {
  const size = Buffer.from([0, 0, 0, 64, 0, 0, 0, 48]);
  const chunk = (type: string, data: Buffer): Buffer => {
    const [length, sum, body] = [Buffer.alloc(4), Buffer.alloc(4), Buffer.concat([Buffer.from(type), data])];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(64 * 3, 120)]);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', Buffer.concat([size, Buffer.from([8, 2, 0, 0, 0])])),
    chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: 48 }, () => row)))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const heard = (visitor: { state(): { log: { lines: readonly { isMine: boolean; text: string }[] } } }) =>
  visitor
    .state()
    .log.lines.filter((line) => !line.isMine)
    .map((line) => line.text);

test('a visitor writes in the widget, the agent answers at the desk, both see the other type and read', async ({
  startConsole,
  browser,
}) => {
  const centre = await startJourneyCentre();
  const console_ = await startConsole({ serverUrl: centre.server.url });
  const desk = deskOf(console_.page);
  await desk.signIn('aoi');

  const context = await browser.newContext({ locale: 'ja-JP', viewport: { width: 420, height: 640 } });
  const page = await context.newPage();
  await page.goto(`${centre.server.url}/widget/frame?account=test-webChat&lang=ja`);
  await page.getByLabel('お名前').fill('山田 花子');
  await page.getByRole('textbox').last().fill('ドライヤーの電源が入りません');
  await page.getByRole('button', { name: /送信|始める|開始/ }).click();

  await expect(desk.row('山田 花子')).toContainText('ドライヤーの電源が入りません');
  await desk.open('山田 花子');
  await expect(desk.said('ドライヤーの電源が入りません')).toBeVisible();

  const toVisitor = page.getByRole('log');
  await console_.page.getByRole('textbox', { name: '返信', exact: true }).pressSequentially('お調べ');
  await expect(page.getByText('鈴木 葵')).toBeVisible();
  await desk.reply('お調べいたします。型番を教えていただけますか。');
  await expect(toVisitor.getByText('お調べいたします。型番を教えていただけますか。')).toBeVisible();
  await expect(desk.log.getByText('既読')).toBeVisible();

  const picture = drawPicture();
  const name = '型番の位置.png';
  await console_.page.locator('input[type=file]').setInputFiles({ name, mimeType: 'image/png', buffer: picture });
  await expect(console_.page.getByRole('button', { name: `${name} を外す` })).toBeVisible();
  await console_.page.getByRole('textbox', { name: '返信', exact: true }).press('Control+Enter');
  await expect(toVisitor.getByRole('img')).toBeVisible();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    toVisitor.getByRole('button', { name: new RegExp(name) }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(name);
  expect(readFileSync(await download.path()).equals(picture)).toBe(true);
  await expect(desk.log.getByRole('img', { name: `画像 ${name}` })).toBeVisible();

  await page.getByRole('textbox').last().pressSequentially('KD');
  await expect(console_.page.getByText('入力中')).toBeVisible();
  await page.getByRole('textbox').last().fill('KD-7 です');
  await page.keyboard.press('Enter');
  await expect(desk.said('KD-7 です')).toBeVisible();
  await expect(toVisitor.getByText('既読').last()).toBeVisible();
  await context.close();
  await centre.stop();
});

test('a server that is killed in the middle loses nothing, doubles nothing, and the desk is level within 3 s', async ({
  startConsole,
}) => {
  const centre = await startJourneyCentre();
  const desk = deskOf((await startConsole({ serverUrl: centre.server.url })).page);
  await desk.signIn('aoi');
  const visitor = centre.visit('中村 由紀子');
  visitor.say('一つ目の質問');
  await desk.open('中村 由紀子');
  await expect(desk.said('一つ目の質問')).toBeVisible();

  await desk.reply('一つ目の答え');
  await centre.server.kill();
  visitor.say('二つ目の質問');
  await desk.offline();
  await desk.reply('二つ目の答え');
  await expect(desk.log.getByText('送信待ち').last()).toBeVisible();

  await centre.server.startAgain();
  await desk.level(3_000);
  await expect(desk.said('二つ目の質問')).toBeVisible();
  await eventually(() => heard(visitor).length >= 1, { what: 'the first answer at the visitor' });
  // The second waited less than a minute, so it goes; the customer's second question stays due, since nobody had seen it.
  await eventually(() => heard(visitor).length === 2, { what: 'both answers at the visitor' });
  expect(heard(visitor)).toEqual(['一つ目の答え', '二つ目の答え']);
  await expect(desk.log.getByText('二つ目の質問')).toHaveCount(1);
  await expect(desk.log.getByText('二つ目の答え')).toHaveCount(1);
  expect(
    visitor
      .state()
      .log.lines.filter((line) => line.isMine)
      .map((line) => line.mark),
  ).not.toContain('failed');
  await centre.stop();
});
