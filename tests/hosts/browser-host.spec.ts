/** What the browser host does for a real browser: the link, the policy, the way back after the host was killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, type Page, test } from '@playwright/test';
import { eventually } from '../support/eventually.ts';
import { smallApp } from './small-app.ts';

let data: string;
let host: ChildProcess;
const links: string[] = [];
let said = '';

async function start(port = '0', server = 'http://127.0.0.1:4800'): Promise<void> {
  links.length = 0;
  said = '';
  const entry = path.join(await smallApp(), 'out', 'main', 'browser-host.js');
  host = spawn(process.execPath, [entry, '--data', data, '--server', server, '--port', port], {
    env: { ...process.env, KANADE_READY: 'json' },
  });
  host.stderr?.on('data', (chunk: Buffer) => (said += String(chunk)));
  if (host.stdout)
    createInterface({ input: host.stdout }).on('line', (line) => links.push((JSON.parse(line) as { url: string }).url));
}
async function open(page: Page): Promise<void> {
  await start();
  await eventually(() => links.length === 1, { what: `the link; ${said}` });
  await page.goto(links[0] ?? '');
  await expect(page.locator('#state')).toHaveText('ready');
}
const ended = (): Promise<number | null> =>
  new Promise((resolve) => (host.exitCode === null ? host.once('exit', resolve) : resolve(host.exitCode)));
const kill = async (signal: NodeJS.Signals): Promise<number | null> => {
  const gone = ended();
  host.kill(signal);
  return gone;
};

test.beforeEach(() => {
  data = mkdtempSync(path.join(tmpdir(), 'browser-host-'));
});
test.afterEach(async () => {
  if (host.exitCode === null && host.signalCode === null) await kill('SIGKILL');
  rmSync(data, { recursive: true, force: true });
});

test('the link opens the console once, in the look of the device, without the token in the address', async ({
  page,
  browser,
}) => {
  await open(page);
  expect(new URL(page.url()).search).toBe('');
  expect(await page.evaluate(() => [small.look.theme, small.look.lang])).toEqual(['dark', 'en']);
  expect(await page.evaluate(() => small.call('a.b', { 名: '奏' }))).toMatchObject({
    ok: true,
    output: { echo: { 名: '奏' } },
  });
  expect(await page.evaluate(() => document.cookie)).toBe('');
  const stranger = await browser.newContext();
  const other = await stranger.newPage();
  await other.goto(links[0] ?? '');
  await expect(other.locator('body')).toContainText('Press Enter');
  host.stdin?.write('\n');
  await eventually(() => links.length === 2);
  await other.goto(links[1] ?? '');
  await expect(other.locator('#state')).toHaveText('ready');
  await stranger.close();
});

test('the policy holds here too: no inline script, no request to outside, a mail without script and picture', async ({
  page,
}) => {
  await open(page);
  expect(await page.evaluate(() => Reflect.has(window, 'inlineRan'))).toBe(false);
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
});

test('a page of another site can neither read the console nor open its socket', async ({ page, context }) => {
  await open(page);
  const origin = new URL(page.url()).origin;
  await context.route('https://evil.example/', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<p>evil</p>' }),
  );
  const evil = await context.newPage();
  await evil.goto('https://evil.example/');
  expect(
    await evil.evaluate(
      (address) =>
        fetch(address, { credentials: 'include' }).then(
          (answer) => answer.text(),
          () => 'refused',
        ),
      `${origin}/`,
    ),
  ).toBe('refused');
  expect(
    await evil.evaluate(
      (address) =>
        new Promise((resolve) => {
          const socket = new WebSocket(address);
          socket.onopen = () => resolve('open');
          socket.onerror = () => resolve('refused');
        }),
      `${origin.replace('http', 'ws')}/frames/?EIO=4&transport=websocket`,
    ),
  ).toBe('refused');
});

test('after kill -9 the same page finds the host again on its port, hears that all is stale, and works', async ({
  page,
}) => {
  await open(page);
  const { port } = new URL(page.url());
  expect(await page.evaluate(() => small.call('a.b', 1))).toMatchObject({ ok: true });
  expect(await page.evaluate(() => small.heard.filter((frame) => frame.t === 'stale'))).toEqual([]);
  await kill('SIGKILL');
  await eventually(() => page.evaluate(() => small.heard.some((frame) => frame.topics?.[0] === '*')));
  expect(await page.evaluate(() => small.call('a.b', 1))).toMatchObject({ ok: false, refusal: { why: 'failed' } });
  await start(port);
  await eventually(async () => (await page.evaluate(() => small.call('a.b', 1))).ok);
  await page.reload();
  await expect(page.locator('#state')).toHaveText('ready');
});

test('a second console on the same folder is refused with a sentence, and an orderly end gives the folder back', async ({
  page,
}) => {
  await open(page);
  const first = host;
  await start();
  expect(await ended()).toBe(1);
  expect(said).toMatch(/Another console \(process \d+\) is running on .* --data/);
  host = first;
  expect(await kill('SIGTERM')).toBe(0);
  await start();
  await eventually(() => links.length === 1);
});

test('a taken port, a bad server address and an unencrypted one each give a sentence and exit code 1', async ({
  page,
}) => {
  await open(page);
  const first = host;
  const firstData = data;
  const { port } = new URL(page.url());
  data = mkdtempSync(path.join(tmpdir(), 'browser-host-'));
  for (const [givenPort, server, sentence] of [
    [port, 'http://127.0.0.1:1', /Port \d+ is taken/],
    ['0', 'ftp://nonsense', /not a web address/],
    ['0', 'http://kanade.example.jp', /not encrypted/],
    ['x', 'http://127.0.0.1:1', /not a port/],
  ] as const) {
    await start(givenPort, server);
    expect(await ended()).toBe(1);
    expect(said).toMatch(sentence);
  }
  rmSync(data, { recursive: true, force: true });
  data = firstData;
  host = first;
});

test('the host ends by itself when the program that started it is gone', async () => {
  const entry = path.join(await smallApp(), 'out', 'main', 'browser-host.js');
  host = spawn(process.execPath, [entry, '--data', data, '--server', 'http://127.0.0.1:1'], {
    env: { ...process.env, KANADE_READY: 'json', KANADE_PARENT: '1' },
  });
  await new Promise((resolve) => host.stdout?.once('data', resolve));
  host.stdin?.end();
  expect(await ended()).toBe(0);
});
