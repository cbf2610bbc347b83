/**
 * Search at 100,000 messages of mixed Japanese and English: the found set, its order and its counts are those of reading every
 * folded text, whatever the state of the index. And indexing in a process that is killed again and again: it goes on where it was,
 * nothing is missing and nothing is there twice. `MESSAGES=1000000 QUESTIONS=50 npm run endure -- search`
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seededRandom } from '../../src/shared/domain/clock.ts';
import { noSearchFilter } from '../../src/shared/domain/search-filter.ts';
import { makeSearchWorld, type SearchWorld, WORLD_KEY } from '../support/search-world.ts';

const MESSAGES = Number(process.env.MESSAGES ?? 100_000);
const QUESTIONS = Number(process.env.QUESTIONS ?? 300);
const SEED = Number(process.env.SEED ?? 20_261_124);

let world: SearchWorld;
beforeEach(() => {
  world = makeSearchWorld(seededRandom(SEED));
});
afterEach(() => world.close());

function fill(count: number): void {
  for (let left = count; left > 0; left -= 10_000) world.fill(Math.min(10_000, left));
}
function index(): void {
  while (!world.indexer.slice().isDone);
}
async function ask(times: number): Promise<{ faults: string[]; hits: number }> {
  const faults: string[] = [];
  let hits = 0;
  for (let n = 0; n < times; n++) {
    const { text, filter } = world.question();
    const judged = await world.judge(text, filter);
    if (judged.fault !== null) faults.push(judged.fault);
    hits += judged.hits;
  }
  return { faults, hits };
}

test(`the same set as LIKE over folded text among ${MESSAGES} messages, indexed, half indexed, changed and again whole`, async () => {
  fill(MESSAGES);
  index();
  const whole = await ask(QUESTIONS);
  expect(whole.faults).toEqual([]);
  expect(whole.hits).toBeGreaterThan(MESSAGES);
  world.disturb(Math.floor(MESSAGES / 100));
  fill(Math.floor(MESSAGES / 50));
  expect((await ask(Math.ceil(QUESTIONS / 5))).faults).toEqual([]);
  world.indexer.slice();
  expect((await ask(Math.ceil(QUESTIONS / 5))).faults).toEqual([]);
  index();
  expect((await ask(Math.ceil(QUESTIONS / 5))).faults).toEqual([]);
});

/** Indexes in a process of its own, which is killed after so many slices; null lets it come to its end. */
async function indexAndDie(slices: number | null): Promise<void> {
  const child = fork(join(import.meta.dirname, 'index-child.ts'), {
    env: { ...process.env, INDEX_FOLDER: join(world.cache.path, '..'), INDEX_KEY: WORLD_KEY },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => (complaint += String(chunk)));
  let seen = 0;
  child.on('message', () => {
    seen += 1;
    if (seen === slices) child.kill('SIGKILL');
  });
  const code = await new Promise<number | null>((resolve) => void child.once('exit', resolve));
  if (code !== (slices === null ? 0 : null)) throw new Error(`indexing ended with ${code}: ${complaint}`);
}

test('indexing that is killed again and again goes on where it was; nothing is missing, nothing is there twice', async () => {
  const count = 60_000;
  fill(count);
  const random = seededRandom(SEED + 1);
  const upTo: number[] = [];
  for (let kill = 0; kill < 12; kill++) {
    await indexAndDie(1 + Math.floor(random.next() * 3));
    upTo.push(Number(world.search.reader.value("select value from meta where key = 'upTo'")));
    if (kill === 5) world.disturb(200);
  }
  expect(upTo).toEqual(upTo.toSorted((a, b) => a - b));
  expect(upTo[0]).toBeGreaterThan(0);
  expect(upTo.at(-1)).toBeLessThan(count);
  await indexAndDie(null);
  const { reader } = world.search;
  expect(reader.value('select count(*) from document')).toBe(
    [...world.stored.values()].filter(({ text }) => text.trim() !== '').length,
  );
  expect(reader.value('select count(*) from document')).toBe(
    reader.value('select count(distinct message_n) from document'),
  );
  expect((await ask(60)).faults).toEqual([]);
  expect((await world.judge('返品', noSearchFilter)).hits).toBeGreaterThan(100);
});
