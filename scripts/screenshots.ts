/**
 * `npm run screenshots`: starts the demo centre and a console on folders of its own, walks the desk and writes the pictures
 * of README and docs into `docs/screenshots/`. Every picture is the running product over real sync; nothing is drawn.
 */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type Page } from '@playwright/test';
import { chromiumArgs, findBrowser } from '../tests/support/browser.ts';
import { openConsole, type RunningConsole } from '../tests/support/console-hosts.ts';
import { openCutProxy } from '../tests/support/cut-proxy.ts';
import { startServerProcess } from '../tests/support/server-process.ts';

const folder = path.join(import.meta.dirname, '..', 'docs', 'screenshots');
const sizes = { large: { width: 1440, height: 900 }, small: { width: 1366, height: 768 } } as const;
const looks = [
  { language: '日本語', theme: 'ライト', name: 'ja-light' },
  { language: '日本語', theme: 'ダーク', name: 'ja-dark' },
  { language: 'English', theme: 'ライト', name: 'en-light' },
  { language: 'English', theme: 'ダーク', name: 'en-dark' },
] as const;

async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' });
  process.stdout.write(`  ${name}\n`);
}

/** The settings are reached by their place, not by their words: the language changes under the hand. */
async function dress(page: Page, look: (typeof looks)[number]): Promise<void> {
  await page.getByRole('button', { name: /^(設定|Settings)$/ }).click();
  await page
    .locator('label')
    .filter({ hasText: new RegExp(`^${look.language}$`) })
    .click();
  await page
    .locator('label')
    .filter({ hasText: look.theme === 'ライト' ? /^(ライト|Light)$/ : /^(ダーク|Dark)$/ })
    .click();
}

async function toInbox(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^(受信箱|Inbox)/ }).click();
}

async function openRow(page: Page, name: string): Promise<void> {
  await page.getByRole('option').filter({ hasText: name }).first().click();
  await page.getByRole('log', { name: /メッセージ|Messages/ }).waitFor();
}

async function walk(browser: Browser): Promise<void> {
  const server = await startServerProcess(['--demo']);
  const cable = await openCutProxy(server.url);
  let console_: RunningConsole | null = null;
  try {
    console_ = await openConsole('browser', browser, { serverUrl: cable.url });
    const { page } = console_;
    await page.setViewportSize(sizes.large);
    await page.getByRole('button', { name: /鈴木/ }).first().waitFor();
    await take(page, 'sign-in-ja-light');
    await page.getByRole('button', { name: /鈴木/ }).first().click();
    await page.getByRole('status').filter({ hasText: '同期済み' }).waitFor({ timeout: 60_000 });
    await openRow(page, '田中 美咲');
    for (const look of looks) {
      await dress(page, look);
      if (look.name.endsWith('light')) await take(page, `settings-${look.name}`);
      await toInbox(page);
      for (const [size, viewport] of Object.entries(sizes)) {
        await page.setViewportSize(viewport);
        await openRow(page, '田中 美咲');
        await take(page, `desk-${look.name}-${size}`);
      }
      await page.setViewportSize(sizes.large);
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('返品');
      await page.getByRole('option').filter({ hasText: '返品' }).first().waitFor();
      await take(page, `search-${look.name}`);
      await page.keyboard.press('Escape');
      await toInbox(page);
    }
    await dress(page, looks[0]);
    await toInbox(page);
    await page.setViewportSize(sizes.small);
    await cable.cut();
    await page.getByText('オフラインです。').waitFor({ timeout: 60_000 });
    for (const [name, text] of [
      ['田中 美咲', 'ご返送いただいた商品は、11月22日に倉庫へ到着いたしました。'],
      ['中村 由紀子', '中村様\n\nご連絡ありがとうございます。ご請求の内訳を確認いたします。'],
    ] as const) {
      await openRow(page, name);
      const field = page.getByRole('textbox', { name: '返信', exact: true });
      await field.fill(text);
      await field.press('Control+Enter');
    }
    await page.getByRole('button', { name: /^送信トレイ/ }).click();
    await page.getByRole('dialog').getByText('送信トレイ').waitFor();
    await take(page, 'offline-outbox-ja-light-small');
  } finally {
    await console_?.stop();
    await cable.close();
    await server.stop();
    rmSync(server.dataDir, { recursive: true, force: true });
  }
}

mkdirSync(folder, { recursive: true });
const found = await findBrowser();
const browser = await chromium.launch({
  executablePath: found.executablePath,
  args: [...chromiumArgs],
  env: { ...process.env, ...found.env },
});
try {
  await walk(browser);
} finally {
  await browser.close();
}
