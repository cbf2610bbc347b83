/** What the Electron host does, seen through the stand-in: the window and its walls, the key, tray, badge and ring. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication, expect, type Page, test } from '@playwright/test';
import { eventually } from '../support/eventually.ts';
import { smallApp } from './small-app.ts';

const executablePath = path.join(import.meta.dirname, '..', 'electron-standin', 'electron');
type Seen = { api: string; args: unknown[] };
type Standin = { seen: Seen[]; answers: number[]; power(event: string): void };

let data: string;
let app: ElectronApplication;
let page: Page;

async function open(env: Record<string, string> = {}): Promise<void> {
  app = await _electron.launch({
    executablePath,
    args: [await smallApp(), `--data=${data}`, '--server=http://127.0.0.1:4800'],
    env: { ...process.env, ...env } as Record<string, string>,
  });
  page = await app.firstWindow();
  await isReady();
}
const isReady = (): Promise<unknown> => expect(page.locator('#state')).toHaveText('ready');
const seen = (api: string): Promise<Seen[]> =>
  app.evaluate(
    (_electronModule, name) =>
      (Reflect.get(globalThis, 'electronStandin') as Standin).seen.filter((effect) => effect.api === name),
    api,
  );
const lastOf = async (api: string): Promise<unknown[] | undefined> => (await seen(api)).at(-1)?.args;
const core = (): string[] => readFileSync(path.join(data, 'core-journal'), 'utf8').trim().split('\n');
/** A console that opens no window, or none of its own: its exit code and what it said. */
async function runToEnd(
  env: Record<string, string> = {},
  args = [`--data=${data}`, '--server=http://127.0.0.1:4800'],
): Promise<{ code: number | null; said: string }> {
  const child = spawn(executablePath, [await smallApp(), ...args], {
    env: { ...process.env, LANG: 'en_US.UTF-8', ...env },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += String(chunk)));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

test.beforeEach(() => {
  data = mkdtempSync(path.join(tmpdir(), 'electron-host-'));
});
test.afterEach(async () => {
  await app.close().catch(() => undefined);
  rmSync(data, { recursive: true, force: true });
});

test('the page has one frozen port and nothing of Electron or Node; its look is there before its first script', async () => {
  await open();
  expect(await page.evaluate(() => small.look)).toEqual({ theme: 'dark', lang: 'en', dark: true });
  expect(
    await page.evaluate(() => [
      Object.keys(Reflect.get(window, 'kanadePort') as object)
        .sort()
        .join(),
      Object.isFrozen(Reflect.get(window, 'kanadePort')),
      typeof Reflect.get(window, 'require'),
      typeof Reflect.get(window, 'process'),
    ]),
  ).toEqual(['onFrame,send', true, 'undefined', 'undefined']);
  expect(await page.evaluate(() => small.call('a.b', { 名: '奏' }))).toMatchObject({
    ok: true,
    output: { echo: { 名: '奏' } },
  });
  expect(await page.evaluate(() => [innerWidth, innerHeight])).toEqual([1440, 900]);
});

test('the policy holds: no inline script, no eval, no request to outside; a mail is drawn, its script and picture are not', async () => {
  await open();
  expect(await page.evaluate(() => Reflect.has(window, 'inlineRan'))).toBe(false);
  expect(await page.evaluate(() => small.evaluated)).toBe('EvalError');
  expect(
    await page.evaluate(() =>
      fetch('https://www.example.co.jp/').then(
        () => 'loaded',
        () => 'refused',
      ),
    ),
  ).toBe('refused');
  const mail = page.frameLocator('#mail');
  expect(await mail.locator('p').evaluate((line) => getComputedStyle(line).color)).toBe('rgb(1, 2, 3)');
  expect(await mail.locator('img').evaluate((picture: HTMLImageElement) => picture.naturalWidth)).toBe(0);
  expect(await page.evaluate(() => Reflect.has(window, 'mailRan'))).toBe(false);
  expect(await page.evaluate(() => Notification.permission)).toBe('denied');
});

test('the window cannot be led away; a public https link goes to the system browser, others nowhere', async () => {
  await open();
  const before = page.url();
  await page.locator('#away').click();
  await page.locator('#router').click();
  await page.locator('#web').click();
  await eventually(async () => (await seen('shell.openExternal')).length > 0);
  expect((await seen('shell.openExternal')).map((effect) => effect.args[0])).toEqual([
    'https://www.example.co.jp/help',
  ]);
  expect(page.url()).toBe(before);
  await eventually(() => app.windows().length === 1);
});

test('what is no call is refused and the window goes on', async () => {
  await open();
  await page.evaluate(() => {
    for (const crooked of [null, 1, { t: 'stale', topics: ['*'] }, { t: 'call', id: 900, method: 3, input: 1 }])
      small.port.send(crooked);
  });
  await eventually(() =>
    page.evaluate(() => small.heard.some((frame) => frame.t === 'reply' && Reflect.get(frame, 'id') === 900)),
  );
  expect(await page.evaluate(() => small.call('a.b', 1))).toMatchObject({ ok: true });
});

test('badge and tray follow the unread conversations and the line', async () => {
  await open();
  await eventually(async () => (await lastOf('app.setBadgeCount'))?.[0] === 3);
  await page.evaluate(() => small.call('test.unread', 0));
  await eventually(async () => (await lastOf('app.setBadgeCount'))?.[0] === 0);
  await page.evaluate(() => small.call('test.offline', true));
  await eventually(async () => String((await lastOf('Tray.setToolTip'))?.[0]).includes('Offline'));
  const picture = (await lastOf('Tray.setImage'))?.[0] as { path: string; empty: boolean; width: number };
  expect([path.basename(picture.path), picture.empty, picture.width]).toEqual(['tray-offline.png', false, 16]);
  expect((await lastOf('Tray.setContextMenu'))?.[0]).toEqual([
    'Open Kanade',
    'separator',
    'Offline (you can go on working)',
    'separator',
    'Quit Kanade',
  ]);
});

test('a ring shows the window without taking the keyboard, names no customer, and ends by its own time', async () => {
  await open();
  // The window shows itself a moment after its page is drawn.
  await eventually(async () => (await seen('BrowserWindow.focus')).length > 0);
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
  const focused = (await seen('BrowserWindow.focus')).length;
  await page.evaluate(() => small.call('test.ring', 4_000));
  await eventually(async () => (await seen('Notification.show')).length === 1);
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())).toBe(true);
  expect((await seen('BrowserWindow.focus')).length).toBe(focused);
  expect((await lastOf('Notification.show'))?.[0]).toMatchObject({ title: 'A call is ringing' });
  expect((await lastOf('BrowserWindow.flashFrame'))?.[1]).toBe(true);
  await eventually(async () => (await lastOf('BrowserWindow.flashFrame'))?.[1] === false);
});

test('the theme chosen in the console reaches the page and the system bar', async () => {
  await open();
  await page.evaluate(() => small.call('test.theme', 'light'));
  await eventually(() => page.evaluate(() => !matchMedia('(prefers-color-scheme: dark)').matches));
  expect((await lastOf('BrowserWindow.setTitleBarOverlay'))?.[1]).toEqual({
    color: '#EEF0F5',
    symbolColor: '#171C28',
    height: 44,
  });
});

test('a core that dies is back, the page is told that all is stale, and a reload has a wire of its own', async () => {
  await open();
  await page.evaluate(() => small.port.send({ t: 'call', id: 901, method: 'test.die', input: 0 }));
  await eventually(() => page.evaluate(() => small.heard.filter((frame) => frame.topics?.[0] === '*').length >= 2));
  expect(await page.evaluate(() => small.call('a.b', 1))).toMatchObject({ ok: true });
  await page.reload();
  await isReady();
  // The window's and the host's own: the wire of the document before is gone.
  await eventually(
    async () =>
      (await page.evaluate(() =>
        small.call('a.b', 1).then((reply) => Reflect.get(reply.output as object, 'windows') as number),
      )) === 2,
  );
});

test('a second start brings the first window forward; the core hears of sleep; an end stops it in order', async () => {
  await open();
  const focused = (await seen('BrowserWindow.showInactive')).length;
  expect((await runToEnd()).code).toBe(0);
  await eventually(async () => (await seen('BrowserWindow.showInactive')).length > focused);
  await app.evaluate(() => (Reflect.get(globalThis, 'electronStandin') as Standin).power('resume'));
  await eventually(() => core().includes('woken'));
  await app.close();
  expect(core().at(-1)).toBe('stopped');
});
test('the key is sealed and the same at the next start', async () => {
  await open();
  expect(core()[0]).toBe('started key=64');
  const sealed = readFileSync(path.join(data, 'key.sealed'));
  expect(statSync(path.join(data, 'key.sealed')).mode & 0o777).toBe(0o600);
  await app.close();
  await open();
  expect(readFileSync(path.join(data, 'key.sealed'))).toEqual(sealed);
});

test('without a key store the console does not start, unless that was said', async () => {
  const { code, said } = await runToEnd({ ELECTRON_STANDIN_SECRET_BACKEND: 'basic_text' });
  expect([code, said.includes('no safe place for a key'), said.includes('--allow-plain-key')]).toEqual([1, true, true]);
  await open({ ELECTRON_STANDIN_SECRET_BACKEND: 'basic_text', KANADE_ALLOW_PLAIN_KEY: '1' });
  expect(statSync(path.join(data, 'key')).mode & 0o777).toBe(0o600);
});

test('a lost key store is asked about: quit leaves everything, going on makes a new key and keeps the old seal', async () => {
  await open();
  await app.close();
  rmSync(path.join(data, 'electron', 'standin-keyring'));
  expect((await runToEnd()).code).toBe(1);
  expect(readdirSync(data)).toContain('key.sealed');
  await open({ ELECTRON_STANDIN_ANSWERS: '1' });
  expect(readdirSync(data).filter((name) => name.startsWith('key.sealed')).length).toBe(2);
});

test('a core that cannot run at all ends the console with its reason', async () => {
  await open();
  const gone = new Promise((resolve) => app.process().once('exit', resolve));
  let said = '';
  app.process().stderr?.on('data', (chunk: Buffer) => (said += String(chunk)));
  await page.evaluate(() => small.port.send({ t: 'call', id: 902, method: 'test.fatal', input: 0 }));
  expect(await gone).toBe(1);
  expect(said).toContain('the files are of a newer version');
});

test('a crooked server address is said, with the remedy', async () => {
  await open();
  const { code, said } = await runToEnd({}, [`--data=${data}-other`, '--server=ftp://kanade.example.jp']);
  expect([code, said.includes('Write it as https://')]).toEqual([1, true]);
});
