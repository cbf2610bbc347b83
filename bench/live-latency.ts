/**
 * From a visitor's key press to the agent's screen, and from a telephone event to the banner: the real widget protocol,
 * server, core and window on one machine. The screen is a Chromium page; the clock of both ends is the machine's.
 * Measured is when the words stand on screen, in the row and in the open thread, not when a row moves to its new place:
 * that the list holds its order under the pointer is meant so. CPU per message tells what a busy machine hides.
 */
import { chromium, type Page } from '@playwright/test';
import { chromiumArgs, findBrowser } from '../tests/support/browser.ts';
import { openConsole, type RunningConsole } from '../tests/support/console-hosts.ts';
import { deskOf } from '../tests/support/desk.ts';
import { eventually } from '../tests/support/eventually.ts';
import { type JourneyCentre, startJourneyCentre } from '../tests/support/journey-centre.ts';
import { cpuOf, cpuOfDescendants } from './support/cpu-of.ts';
import { percentile, result, type Result } from './support/measure.ts';
import { residentBytes } from './support/resident-bytes.ts';

const CALLS = 20;
const MEGABYTE = 1024 * 1024;
/** So high that the rows of twenty visitors are all drawn: a row outside the screen has no latency. */
const SCREEN = { width: 1440, height: 1900 };

type Seen = { row: number[]; thread: number[] };
type Cpu = { server: number; host: number; window: number };
type Round = { seen: Seen; count: number; cpuPerMessage: Cpu };

/** Notes in the page when a text with a time in it first stands in a row and in the thread: `t=1795393000000.12#20-7;`. */
async function watchScreen(page: Page, round: number): Promise<void> {
  await page.evaluate((of) => {
    const marks = new RegExp(`t=[\\d.]+#${of}-\\d+;`, 'g');
    const seen = { row: new Map<string, number>(), thread: new Map<string, number>() };
    (globalThis as { __seen?: typeof seen }).__seen = seen;
    const look = (place: Element | null, into: Map<string, number>): void => {
      const now = performance.timeOrigin + performance.now();
      for (const [mark] of (place?.textContent ?? '').matchAll(marks)) if (!into.has(mark)) into.set(mark, now);
    };
    new MutationObserver(() => {
      look(document.querySelector('[data-pane-focus="list"]'), seen.row);
      look(document.querySelector('[role="log"][aria-label="メッセージ"]'), seen.thread);
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  }, round);
}

async function readSeen(page: Page): Promise<Seen> {
  const seen = await page.evaluate(() => {
    const found = (globalThis as { __seen?: Record<'row' | 'thread', Map<string, number>> }).__seen;
    return { row: [...(found?.row ?? [])], thread: [...(found?.thread ?? [])] };
  });
  const latency = ([mark, at]: [string, number]) => at - Number(/t=([\d.]+)/.exec(mark)?.[1]);
  return { row: seen.row.map(latency), thread: seen.thread.map(latency) };
}

function cpuNow(centre: JourneyCentre, console_: RunningConsole): Cpu {
  const isOfWindow = (pid: number) => pid !== centre.server.pid && pid !== console_.pid;
  return {
    server: cpuOf(centre.server.pid),
    host: cpuOf(console_.pid),
    window: cpuOfDescendants(process.pid, isOfWindow),
  };
}

/** The first visitor's thread is open while they write. One visitor may say one message a second (the widget's limit); twenty give eight a second. */
async function write(
  centre: JourneyCentre,
  console_: RunningConsole,
  visitorCount: number,
  count: number,
): Promise<Round> {
  const { page } = console_;
  const visitors = Array.from({ length: visitorCount }, (_, i) => ({
    name: `訪問者 ${visitorCount}-${i}.`,
    client: centre.visit(`訪問者 ${visitorCount}-${i}.`),
  }));
  const desk = deskOf(page);
  for (const { client } of visitors) client.say('こんにちは');
  for (const { name } of visitors) await desk.row(name).first().waitFor({ timeout: 60_000 });
  await desk.open(visitors[0]?.name ?? '');
  await watchScreen(page, visitorCount);
  const before = cpuNow(centre, console_);
  let sent = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(
      () => {
        visitors[sent % visitorCount]?.client.say(
          `t=${(performance.timeOrigin + performance.now()).toFixed(2)}#${visitorCount}-${sent};`,
        );
        sent += 1;
        if (sent < count) return;
        clearInterval(timer);
        resolve();
      },
      visitorCount === 1 ? 1_100 : 125,
    );
  });
  // The last words of each visitor stand in their rows for good; earlier ones may have been overtaken before they were drawn.
  await eventually(async () => (await readSeen(page)).thread.length >= count / visitorCount, { withinMs: 60_000 });
  const after = cpuNow(centre, console_);
  for (const { client } of visitors) client.close();
  const per = (of: keyof Cpu) => (after[of] - before[of]) / count;
  return {
    seen: await readSeen(page),
    count,
    cpuPerMessage: { server: per('server'), host: per('host'), window: per('window') },
  };
}

function resultsOf(round: Round, who: string, p99Target: number): Result[] {
  const { seen, count, cpuPerMessage } = round;
  const places = [
    ['open thread', seen.thread],
    ['row of the list', seen.row],
  ] as const;
  return [
    ...places.flatMap(([place, times]) => [
      result(`key press of a visitor to the ${place}, ${who}, p50`, 'ms', percentile(times, 0.5), {
        gate: 500,
        target: 150,
        better: 'lower',
      }),
      result(`key press of a visitor to the ${place}, ${who}, p99`, 'ms', percentile(times, 0.99), {
        gate: 1_000,
        target: p99Target,
        better: 'lower',
      }),
    ]),
    result(`messages whose words stood in their row before the next ones came, ${who}`, 'x', seen.row.length / count),
    result(`CPU of the server for each message, ${who}`, 'ms', cpuPerMessage.server),
    result(`CPU of the host with its core for each message, ${who}`, 'ms', cpuPerMessage.host),
    result(`CPU of the window (Chromium) for each message, ${who}`, 'ms', cpuPerMessage.window),
  ];
}

async function ring(centre: JourneyCentre, page: Page): Promise<number[]> {
  const rings: number[] = [];
  const banner = page.getByRole('alertdialog', { name: /^着信/ });
  for (let i = 0; i < CALLS; i++) {
    const call = { callId: `bench-${i}`, from: '09011112222' };
    const at = performance.now();
    await centre.phone.send({ ...call, seq: 1, type: 'call.offered', ringForMs: 60_000 });
    await banner.waitFor();
    rings.push(performance.now() - at);
    await centre.phone.send({ ...call, seq: 2, type: 'call.missed' });
    await banner.waitFor({ state: 'detached' });
  }
  return rings;
}

/** Measures; takes about two minutes. */
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
    await page.setViewportSize(SCREEN);
    const desk = deskOf(page);
    await desk.signIn('aoi');
    await desk.level();
    const one = await write(centre, console_, 1, 30);
    const twenty = await write(centre, console_, 20, 240);
    const rings = await ring(centre, page);
    const heap = await page.evaluate(
      () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
    );
    return [
      ...resultsOf(one, '1 visitor', 300),
      ...resultsOf(twenty, '20 visitors, 8 messages a second', 400),
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
