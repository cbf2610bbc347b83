/**
 * From a visitor's key press to the agent's screen, and from a telephone event to the banner: the real widget protocol,
 * server, core and window on one machine. The screen is a Chromium page; the clock of both ends is the machine's.
 */
import { chromium, type Page } from '@playwright/test';
import { chromiumArgs, findBrowser } from '../tests/support/browser.ts';
import { openConsole } from '../tests/support/console-hosts.ts';
import { deskOf } from '../tests/support/desk.ts';
import { eventually } from '../tests/support/eventually.ts';
import { type JourneyCentre, startJourneyCentre } from '../tests/support/journey-centre.ts';
import { percentile, result, type Result } from './support/measure.ts';
import { residentBytes } from './support/resident-bytes.ts';

const MESSAGES = 200;
const CALLS = 20;
const MEGABYTE = 1024 * 1024;

/** Notes in the page when a text with a time in it first appears anywhere: `t=1795393000000.123#7`. */
async function watchScreen(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen = new Map<string, number>();
    (globalThis as { __seen?: Map<string, number> }).__seen = seen;
    const look = (): void => {
      const now = performance.timeOrigin + performance.now();
      for (const [mark] of document.body.textContent.matchAll(/t=[\d.]+#\d+/g))
        if (!seen.has(mark)) seen.set(mark, now);
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
}

async function latencies(page: Page): Promise<number[]> {
  const seen = await page.evaluate(() => [...((globalThis as { __seen?: Map<string, number> }).__seen ?? [])]);
  return seen.map(([mark, at]) => at - Number(/t=([\d.]+)/.exec(mark)?.[1]));
}

async function write(centre: JourneyCentre, page: Page, visitorCount: number): Promise<number[]> {
  const visitors = Array.from({ length: visitorCount }, (_, i) => centre.visit(`訪問者 ${visitorCount}-${i}`));
  await page.evaluate(() => (globalThis as { __seen?: Map<string, number> }).__seen?.clear());
  const count = visitorCount === 1 ? 40 : MESSAGES;
  let sent = 0;
  await new Promise<void>((resolve) => {
    // One visitor may say one message a second (the widget's limit); twenty give eight a second in all.
    const timer = setInterval(
      () => {
        visitors[sent % visitorCount]?.say(`t=${(performance.timeOrigin + performance.now()).toFixed(2)}#${sent}`);
        sent += 1;
        if (sent < count) return;
        clearInterval(timer);
        resolve();
      },
      visitorCount === 1 ? 1_100 : 125,
    );
  });
  // A row shows the newest words of its conversation only, and only rows on screen are drawn.
  await eventually(async () => (await latencies(page)).length >= count / 4, { withinMs: 30_000 });
  for (const visitor of visitors) visitor.close();
  return await latencies(page);
}

/** Measures; takes about three minutes. */
export async function measure(): Promise<Result[]> {
  const found = await findBrowser();
  const browser = await chromium.launch({
    executablePath: found.executablePath,
    args: [...chromiumArgs],
    env: { ...process.env, ...found.env },
  });
  const centre = await startJourneyCentre();
  const console_ = await openConsole('browser', browser, { serverUrl: centre.server.url });
  try {
    const { page } = console_;
    const desk = deskOf(page);
    await desk.signIn('aoi');
    await desk.level();
    await watchScreen(page);
    const one = await write(centre, page, 1);
    const twenty = await write(centre, page, 20);
    const rings: number[] = [];
    for (let i = 0; i < CALLS; i++) {
      const banner = page.getByRole('alertdialog', { name: /^着信/ });
      const at = performance.now();
      await centre.phone.send({
        callId: `bench-${i}`,
        seq: 1,
        type: 'call.offered',
        from: '09011112222',
        ringForMs: 60_000,
      });
      await banner.waitFor();
      rings.push(performance.now() - at);
      await centre.phone.send({ callId: `bench-${i}`, seq: 2, type: 'call.missed', from: '09011112222' });
      await banner.waitFor({ state: 'detached' });
    }
    const heap = await page.evaluate(
      () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
    );
    return [
      result('key press of a visitor to the agent’s screen, 1 visitor, p50', 'ms', percentile(one, 0.5), {
        gate: 500,
        target: 150,
        better: 'lower',
      }),
      result('key press of a visitor to the agent’s screen, 1 visitor, p99', 'ms', percentile(one, 0.99), {
        gate: 1_000,
        target: 300,
        better: 'lower',
      }),
      result('key press of a visitor to the agent’s screen, 20 visitors, p50', 'ms', percentile(twenty, 0.5), {
        gate: 500,
        target: 150,
        better: 'lower',
      }),
      result('key press of a visitor to the agent’s screen, 20 visitors, p99', 'ms', percentile(twenty, 0.99), {
        gate: 1_000,
        target: 400,
        better: 'lower',
      }),
      result('telephone event to banner, p95', 'ms', percentile(rings, 0.95), {
        gate: 1_000,
        target: 300,
        better: 'lower',
      }),
      result('memory of the server (RSS, PGlite)', 'MB', residentBytes(centre.server.pid) / MEGABYTE, {
        gate: 1_024,
        target: 700,
        better: 'lower',
      }),
      result('memory of the host with its core (RSS)', 'MB', residentBytes(console_.pid) / MEGABYTE, {
        gate: 400,
        target: 250,
        better: 'lower',
      }),
      result('memory of the window (JavaScript heap)', 'MB', heap / MEGABYTE, {
        gate: 80,
        target: 40,
        better: 'lower',
      }),
    ];
  } finally {
    await console_.stop();
    await centre.stop();
    await browser.close();
  }
}
