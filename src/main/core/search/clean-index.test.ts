/** What was taken back, erased or has left the device stands in no byte of the index, and everything else is found as before. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeSearchWorld, type SearchWorld, WORLD_KEY } from '../../../../tests/support/search-world.ts';
import { seededRandom } from '../../../shared/domain/clock.ts';
import { noSearchFilter } from '../../../shared/domain/search-filter.ts';
import { unlock } from '../db/unlock.ts';
import { write } from '../db/write.ts';
import { makeIndexCleaner } from './clean-index.ts';
import { readIndexMeta } from './index-meta.ts';

const HOUR = 3_600_000;
const SAID = 'qzkhimitsunokotoba ＨＩＭＩＴＳＵNOTEGAMI 鱻麤 返品';
/** Behind the first letters, which FTS5 may share between words. */
const TRACES = ['himitsunokotoba', 'mitsunotegami', '鱻麤'];

let world: SearchWorld;
let now = 0;
beforeEach(() => {
  now = 1_795_000_000_000;
  world = makeSearchWorld(seededRandom(7));
});
afterEach(() => world.close());

const cleaner = () => makeIndexCleaner(world.search, { now: () => now }, world.indexer.forget);
function index(): void {
  while (!world.indexer.slice().isDone);
}
function cleanAll(): void {
  now += 25 * HOUR;
  const cleaning = cleaner();
  expect(cleaning.dueIn()).toBe(0);
  while (cleaning.slice());
  expect(cleaning.dueIn()).toBeNull();
}

/** Traces in the pages of the index as they are without the cipher: a key that is taken off leaves each page as it was. */
function traces(): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'index-bytes-'));
  try {
    const path = join(folder, 'search.db');
    for (const end of ['', '-wal']) copyFileSync(world.search.path + end, path + end);
    const copy = new Database(path);
    unlock(copy, world.search.path, WORLD_KEY);
    copy.pragma('journal_mode = DELETE');
    copy.pragma("rekey = ''");
    copy.close();
    const bytes = readFileSync(path);
    expect(bytes.subarray(0, 15).toString()).toBe('SQLite format 3');
    return TRACES.filter((trace) => bytes.includes(trace));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function takeBack(text: string): void {
  write(world.cache, (writer) => writer.run("update message set text = '' where text = ?", text));
  for (const [id, row] of world.stored)
    if (row.text === text) world.stored.set(id, { ...row, text: '', searchable: '' });
}

test('after a cleaning no byte of the index tells what was taken back, whatever else was said', async () => {
  let n = 0;
  world.fill(2_400, () => (n++ % 100 === 50 ? SAID : `${n} 返品 冷蔵庫 word${n % 300} ありがとう`));
  index();
  expect(traces()).toEqual(TRACES);
  takeBack(SAID);
  index();
  expect(traces()).toEqual(TRACES);
  cleanAll();
  expect(traces()).toEqual([]);
  for (const text of ['返品', '蔵', 'ord29', '品 冷', 'himitsu', '鱻麤'])
    expect((await world.judge(text, noSearchFilter)).fault).toBeNull();
  expect((await world.judge('返品', noSearchFilter)).hits).toBe(2_376);
});

test('a word that was taken out is found again when it is said again', async () => {
  world.fill(3, () => 'tsukaikiri');
  index();
  takeBack('tsukaikiri');
  index();
  cleanAll();
  world.fill(2, () => 'tsukaikiri no');
  index();
  expect(await world.judge('kaiki', noSearchFilter)).toEqual({ fault: null, hits: 2 });
});

test('nothing is cleaned before its time, what goes meanwhile is noted, and one that was interrupted begins anew', () => {
  world.fill(1_500);
  world.fill(20, () => SAID);
  index();
  const waiting = cleaner();
  expect(waiting.dueIn()).toBeNull();
  takeBack(SAID);
  index();
  expect(waiting.dueIn()).toBeGreaterThan(0);
  now += 25 * HOUR;
  expect(waiting.dueIn()).toBe(0);
  expect(waiting.slice()).toBe(true);
  world.disturb(20);
  index();
  expect(readIndexMeta(world.search.reader, 'unclean')).toBeDefined();
  const anew = cleaner();
  expect(anew.dueIn()).toBe(0);
  while (waiting.slice());
  expect(traces()).toEqual([]);
  expect(waiting.dueIn()).not.toBeNull();
  expect(readIndexMeta(world.search.reader, 'cleaning')).toBeUndefined();
});
