/** `npm start` on an installed and built tree, to a desk with rows on it: a first start, which makes the demo centre, and a second one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { chromiumArgs, findBrowser } from '../tests/support/browser.ts';
import { result, type Result } from './support/measure.ts';

const root = path.join(import.meta.dirname, '..');

/** The address that the console is opened with, as soon as `npm start` says it. */
function linkOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += String(chunk);
      const link = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/.exec(said)?.[0];
      if (link) resolve(link);
    });
    child.once('exit', (code) => reject(new Error(`npm start ended with ${String(code)}: ${said.slice(-500)}`)));
  });
}

async function startOnce(browser: Browser, folder: string, isFirst: boolean): Promise<number> {
  const at = performance.now();
  const child = spawn('npm', ['start', '--silent', '--', '--host', 'browser', '--port', '0', '--data', folder], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own, so that all of it gets the Ctrl+C: npm alone passes none on.
    detached: true,
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const page = await browser.newPage();
  try {
    await page.goto(await linkOf(child));
    if (isFirst) await page.getByRole('button', { name: /鈴木/ }).first().click();
    await page.getByRole('option').first().waitFor({ timeout: 60_000 });
    return (performance.now() - at) / 1_000;
  } finally {
    await page.close();
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
    await gone;
  }
}

/** Measures; takes about a minute. */
export async function measure(): Promise<Result[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kanade-start-'));
  const found = await findBrowser();
  const browser = await chromium.launch({
    executablePath: found.executablePath,
    args: [...chromiumArgs],
    env: { ...process.env, ...found.env },
  });
  try {
    const first = await startOnce(browser, folder, true);
    const second = await startOnce(browser, folder, false);
    return [
      result('npm start to usable desk, first start with demo centre', 's', first, {
        gate: 60,
        target: 20,
        better: 'lower',
      }),
      result('npm start to usable desk, later start', 's', second, { gate: 15, target: 5, better: 'lower' }),
    ];
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
