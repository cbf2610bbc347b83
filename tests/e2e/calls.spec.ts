/** Journey (g): a call rings at the desk from the local file, is taken by a colleague, is noted offline; a late ring is a missed call. */
import { expect } from '@playwright/test';
import { openCutProxy } from '../support/cut-proxy.ts';
import { test } from '../support/console-hosts.ts';
import { deskOf } from '../support/desk.ts';
import { type JourneyCentre, startJourneyCentre } from '../support/journey-centre.ts';

let centre: JourneyCentre;
test.beforeAll(async () => {
  centre = await startJourneyCentre();
});
test.afterAll(() => centre.stop());

test('a call rings with its customer, and the ring is gone when a colleague answers', async ({ startConsole }) => {
  const desk = deskOf((await startConsole({ serverUrl: centre.server.url })).page);
  await desk.signIn('aoi');
  await desk.level();
  const ring = desk.page.getByRole('alertdialog', { name: /^着信/ });
  // A customer with a past: a colleague has spoken with them before.
  const from = '09011112222';
  await centre.phone.send({ callId: 'call-0', seq: 1, type: 'call.offered', from, agentId: 'ren' });
  await centre.phone.send({ callId: 'call-0', seq: 2, type: 'call.answered', from, agentId: 'ren' });
  await centre.phone.send({ callId: 'call-0', seq: 3, type: 'call.ended', from, cause: 'normal' });
  await expect(ring).toHaveCount(0);
  await centre.phone.send({ callId: 'call-1', seq: 1, type: 'call.offered', from, ringForMs: 60_000 });
  await expect(ring).toBeVisible();
  await expect(ring).toContainText('090-••••-2222');
  // Their history stands on screen by itself, from the local file.
  await expect(desk.log.getByText('伊藤 蓮').first()).toBeVisible();
  await centre.phone.send({ callId: 'call-1', seq: 2, type: 'call.answered', from: '09011112222', agentId: 'ren' });
  await expect(ring).toHaveCount(0);
  // The line is free for the tests that come after on the same server.
  await centre.phone.send({ callId: 'call-1', seq: 3, type: 'call.ended', from, cause: 'normal' });
});

test('a ring that nobody answers ends by itself, without any event', async ({ startConsole }) => {
  const desk = deskOf((await startConsole({ serverUrl: centre.server.url })).page);
  await desk.signIn('aoi');
  await desk.level();
  await centre.phone.send({ callId: 'call-4', seq: 1, type: 'call.offered', from: '09077778888', ringForMs: 6_000 });
  await expect(desk.page.getByRole('alertdialog', { name: /^着信/ })).toBeVisible({ timeout: 6_000 });
  await expect(desk.page.getByRole('alertdialog', { name: /^着信/ })).toHaveCount(0, { timeout: 12_000 });
});

test('a note and the wrap-up written offline arrive, and a ring that comes late is a missed call', async ({
  startConsole,
}) => {
  const cable = await openCutProxy(centre.server.url);
  const console_ = await startConsole({ serverUrl: cable.url });
  const desk = deskOf(console_.page);
  const colleague = deskOf((await startConsole({ serverUrl: centre.server.url })).page);
  await desk.signIn('aoi');
  await colleague.signIn('ren');
  await desk.level();
  const call = { callId: 'call-2', from: '08033334444' };
  await centre.phone.send({ ...call, seq: 1, type: 'call.offered', agentId: 'aoi', ringForMs: 60_000 });
  await expect(desk.page.getByRole('alertdialog', { name: /^着信/ })).toBeVisible();
  await centre.phone.send({ ...call, seq: 2, type: 'call.answered', agentId: 'aoi' });
  await expect(desk.page.getByRole('alertdialog', { name: /^着信/ })).toHaveCount(0);
  await centre.phone.send({ ...call, seq: 3, type: 'call.ended', cause: 'normal' });
  const panel = desk.page.getByRole('region', { name: /後処理/ });
  await expect(panel).toBeVisible();

  await cable.cut();
  await desk.offline();
  await panel.getByRole('textbox').fill('設置日の変更を希望。折り返し済み');
  await panel.getByRole('button', { name: /完了|終了/ }).click();
  await expect(panel).toHaveCount(0);
  // A call that rings and ends while the cable is out must not ring when it is back.
  await centre.phone.send({
    callId: 'call-3',
    seq: 1,
    type: 'call.offered',
    from: '07055556666',
    ringForMs: 1_000,
    at: Date.now() - 60_000,
  });
  await cable.restore();
  await desk.level(20_000);
  await expect(desk.page.getByRole('alertdialog', { name: /^着信/ })).toHaveCount(0);

  // What was written offline has come to everybody who may see the call.
  await colleague.page.getByRole('button', { name: '自分と未割当' }).click();
  await colleague.page.getByRole('menu').getByText('すべての会話').click();
  await colleague.open('080-••••-4444');
  await expect(colleague.said('設置日の変更を希望。折り返し済み')).toBeVisible();
  await expect(desk.row('070-••••-6666')).toBeVisible();
  await desk.open('070-••••-6666');
  await expect(desk.log.getByText(/不在|応答なし|着信/).first()).toBeVisible();
  await cable.close();
});
