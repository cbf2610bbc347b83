/** The bet on which the Electron tests rest: unmodified main, preload and worker thread run here, and frames reach an encrypted file. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication, expect, type Page, test } from '@playwright/test';
import { eventually } from '../support/eventually.ts';

const executablePath = path.join(import.meta.dirname, 'electron');
const sample = path.join(import.meta.dirname, 'sample-app');

type Seen = { api: string; args: unknown[] };
let userData: string;
let running: ElectronApplication;
let page: Page;

const seen = (api: string): Promise<Seen[]> =>
  running.evaluate((_electronModule, name) => {
    const standin = Reflect.get(globalThis, 'electronStandin') as { seen: Seen[] };
    return standin.seen.filter((effect) => effect.api === name);
  }, api);
const wire = <T>(use: string): Promise<T> => page.evaluate(use);

test.beforeEach(async () => {
  userData = mkdtempSync(path.join(os.tmpdir(), 'standin-spec-'));
  running = await _electron.launch({ executablePath, args: [`--user-data-dir=${userData}`, sample] });
  page = await running.firstWindow();
  await page.waitForURL(/index\.html/);
});
test.afterEach(async () => {
  await running.close();
  rmSync(userData, { recursive: true, force: true });
});

test('a frame sent by a sandboxed page is answered by a worker thread out of an encrypted file', async () => {
  await page.evaluate("window.wire.send({ id: 1, text: '奏で' })");
  await expect(page.locator('#out')).toHaveText('{"id":1,"words":["奏で"]}');
  const bytes = readFileSync(path.join(userData, 'sample.db'));
  expect(bytes.includes('奏で')).toBe(false);
  expect(bytes.subarray(0, 15).toString('latin1')).not.toBe('SQLite format 3');
});

test('the page is kept apart from the preload, and the wire is there before its first script', async () => {
  expect(await wire('window.atFirstScript')).toBe('object');
  expect(
    await wire(
      '[typeof window.secret, typeof window.require, typeof window.process, typeof window.__electronStandinIpc].join()',
    ),
  ).toBe('undefined,undefined,undefined,undefined');
  expect(await wire('Object.isFrozen(window.wire)')).toBe(true);
  expect(await wire('window.wire.twice(21)')).toBe(42);
  expect(await wire('window.wire.refuse().catch((error) => error.message)')).toBe('not today');
  expect(
    await wire(
      "(() => { try { window.wire.send({ call() {} }); return 'no error'; } catch (error) { return error.message; } })()",
    ),
  ).toBe('An object could not be cloned.');
});

test('the policy of the own scheme holds: no inline script, no foreign request, dark before the page asks', async () => {
  expect(
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.ranInline = true';
      document.body.append(script);
      return 'ranInline' in window;
    }),
  ).toBe(false);
  expect(await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true);
  expect(await page.evaluate(() => Notification.permission)).toBe('denied');
});

test('leaving the page is prevented and a new window becomes a link for the system browser', async () => {
  const before = page.url();
  await page.locator('#away').click();
  await page.locator('#blank').click();
  const opened = await eventually(async () => {
    const calls = await seen('shell.openExternal');
    return calls.length > 0 && calls;
  });
  expect(opened[0]?.args).toEqual(['https://example.invalid/help']);
  expect(page.url()).toBe(before);
  await eventually(() => running.windows().length === 1, { what: 'the popup closed again' });
});

test('a crashed page comes back and its wire works', async () => {
  await running.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
  });
  // Playwright's own page object is lost with its renderer, so the window is asked from the main side.
  const inWindow = (code: string): Promise<unknown> =>
    running.evaluate(
      ({ BrowserWindow }, script) => BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(script),
      code,
    );
  await eventually(
    async () => (await inWindow("typeof window.wire === 'object' && document.readyState === 'complete'")) === true,
  );
  await inWindow("window.wire.send({ id: 2, text: 'again' })");
  await eventually(
    async () => (await inWindow("document.querySelector('#out').textContent")) === '{"id":2,"words":["again"]}',
  );
});

test('a second start tells the first one and ends', async () => {
  const second = spawn(executablePath, [`--user-data-dir=${userData}`, sample], { stdio: 'ignore' });
  expect(await new Promise((resolve) => second.once('exit', resolve))).toBe(0);
  await eventually(async () => (await seen('BrowserWindow.focus')).length >= 1);
});

test('what the stand-in does not have throws a sentence that names it', async () => {
  const said = await running.evaluate((electron) => {
    const attempts: (() => unknown)[] = [
      () => electron.utilityProcess.fork('x'),
      () => new electron.BrowserWindow({ kiosk: true }),
      () => electron.app.on('open-file', () => undefined),
      () => electron.app.getFileIcon('x'),
      () => {
        new electron.BrowserWindow({ webPreferences: { sandbox: false } });
      },
    ];
    return attempts.map((attempt) => {
      try {
        return String(attempt());
      } catch (error) {
        return error instanceof Error ? error.message : '';
      }
    });
  });
  for (const sentence of said) expect(sentence).toMatch(/electron stand-in: .* is not implemented/);
});
