/** Journey: the key store of the computer is lost while work waits. Signing in brings it back, and it goes out. */
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import { readRing } from '../../src/main/core/keys/key-ring.ts';
import { hasWay } from '../../src/main/core/keys/open-ring.ts';
import { openCutProxy } from '../support/cut-proxy.ts';
import { test } from '../support/console-hosts.ts';
import { deskOf } from '../support/desk.ts';
import { eventually } from '../support/eventually.ts';
import { startJourneyCentre } from '../support/journey-centre.ts';

test('a lost key store costs no unsent work: a reply and a draft are there after signing in, and the reply goes out', async ({
  startConsole,
  host,
}) => {
  test.setTimeout(120_000);
  const centre = await startJourneyCentre();
  const cable = await openCutProxy(centre.server.url);
  const console_ = await startConsole({ serverUrl: cable.url, env: { ELECTRON_STANDIN_ANSWERS: '1' } });
  let desk = deskOf(console_.page);
  await desk.signIn('aoi');
  const visitor = centre.visit('高橋 直樹');
  const other = centre.visit('井上 誠');
  visitor.say('領収書の宛名を変更したい');
  other.say('解約の手続きを教えてください');
  await expect(desk.row('井上 誠')).toBeVisible();
  await desk.level();
  // The second way to the key is made in the background.
  await eventually(() =>
    readdirSync(console_.dataDir).some((name) => {
      const ring = readRing(path.join(console_.dataDir, name));
      return ring !== null && hasWay(ring, 'server');
    }),
  );
  await cable.cut();
  await desk.offline();
  await desk.open('井上 誠');
  await console_.page.getByRole('textbox', { name: '返信', exact: true }).fill('追ってご連絡しま');
  // Leaving saves it, before what is ordered next.
  await desk.open('高橋 直樹');
  await desk.reply('承知いたしました');
  await expect(desk.said('承知いたしました')).toBeVisible();
  await console_.kill();

  if (host === 'browser') rmSync(path.join(console_.dataDir, 'key'));
  else rmSync(path.join(console_.dataDir, 'electron', 'standin-keyring'));
  await cable.restore();
  await console_.startAgain();
  desk = deskOf(console_.page);
  await expect(console_.page.getByText('この PC が保管していた鍵が見つかりません')).toBeVisible();
  await desk.signIn('aoi');
  await desk.open('高橋 直樹');
  await expect(desk.said('承知いたしました')).toBeVisible();
  await desk.open('井上 誠');
  await expect(console_.page.getByRole('textbox', { name: '返信', exact: true })).toHaveValue('追ってご連絡しま');
  await eventually(() => visitor.state().log.lines.some((line) => !line.isMine && line.text === '承知いたしました'), {
    what: 'the reply at the visitor',
    withinMs: 20_000,
  });
  expect(readdirSync(console_.dataDir)).not.toContain('set-aside');
  await cable.close();
  await centre.stop();
});
