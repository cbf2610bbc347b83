/**
 * `node bench/one-million.ts [--rows 1000000] [--ways unigram,bigram] [--per-transaction 1000] [--json]`: one million encrypted
 * rows, indexed in a second thread while conversations are opened in this one. Bare SQLite only: it asks whether the
 * plan of the local files can hold at all, not how well the product does it.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type Database from 'better-sqlite3';
import { seededRandom } from '../src/shared/domain/clock.ts';
import { bareMessages, indexTable, insertBare, MESSAGES, openBare } from './support/bare-store.ts';
import type { IndexOrder, IndexReport } from './support/index-messages.ts';
import { createTexts, PLANTED } from './support/message-text.ts';
import { percentile, result, spent, tell, type Result } from './support/measure.ts';
import { matchOf, tokensOf, type TokenWay } from './support/tokens.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    ways: { type: 'string', default: 'unigram,bigram' },
    'per-transaction': { type: 'string', default: '1000' },
    json: { type: 'boolean', default: false },
  },
});
const rows = Number(values.rows);
const perTransaction = Number(values['per-transaction']);
const ways = values.ways.split(',') as TokenWay[];
const folder = mkdtempSync(join(tmpdir(), 'one-million-'));
const cachePath = join(folder, 'cache.db');
const say = (one: Result) => process.stdout.write(`${tell(one, values.json)}\n`);
const megabytes = (path: string) => statSync(path).size / 1e6;

function fill(): void {
  const db = openBare(cachePath);
  db.exec(MESSAGES);
  const { cpuMs, wallMs } = spent(() => insertBare(db, bareMessages(rows, createTexts(42), seededRandom(7)), 5_000));
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  say(result(`fill ${rows} encrypted rows, with making the texts`, 'µs CPU/row', (cpuMs * 1_000) / rows));
  say(result('fill, wall', 'rows/s', rows / (wallMs / 1_000)));
  say(result('cache.db', 'MB', megabytes(cachePath)));
}

type Opener = { readonly open: () => number; readonly close: () => void };

/** Opens the newest 50 messages of a conversation out of a working set of 400; gives microseconds. */
function createOpener(): Opener {
  const db = openBare(cachePath, { isReadonly: true });
  const newest = db.prepare('select * from message where conversation = ? order by seq desc limit 50');
  const random = seededRandom(99);
  const conversations = Math.max(100, Math.floor(rows / 20));
  const workingSet = Array.from({ length: 400 }, () => Math.floor(conversations * (0.9 + 0.02 * random.next())));
  for (const one of [...workingSet, ...workingSet]) newest.all(one);
  return {
    open: () => {
      const one = workingSet[Math.floor(random.next() * workingSet.length)];
      const startedAt = performance.now();
      newest.all(one);
      return (performance.now() - startedAt) * 1_000;
    },
    close: () => db.close(),
  };
}

/** What indexing costs when nothing else happens: texts from memory, one thread, the same table and cipher. */
function rawIndexing(way: TokenWay, count: number): number {
  const path = join(folder, `raw-${way}.db`);
  const cache = openBare(cachePath, { isReadonly: true });
  const texts = cache
    .prepare<[number], { n: number; text: string }>('select n, text from message order by n limit ?')
    .all(count);
  cache.close();
  const db = openBare(path);
  db.exec(indexTable);
  const insert = db.prepare('insert into find (rowid, body) values (?, ?)');
  const { cpuMs } = spent(() => {
    for (let at = 0; at < texts.length; at += 5_000) {
      db.exec('begin');
      for (const { n, text } of texts.slice(at, at + 5_000)) insert.run(n, tokensOf(text, way));
      db.exec('commit');
    }
  });
  db.close();
  rmSync(path);
  return (cpuMs * 1_000) / texts.length;
}

async function indexWhileOpening(way: TokenWay): Promise<void> {
  const searchPath = join(folder, `${way}.db`);
  const opener = createOpener();
  const idle: number[] = [];
  for (let n = 0; n < 1_500; n++) {
    idle.push(opener.open());
    await pause(2);
  }
  const raw = rawIndexing(way, Math.min(rows, 100_000));
  const order: IndexOrder = { cachePath, searchPath, way, rows, perTransaction };
  const worker = new Worker(new URL('./support/index-messages.ts', import.meta.url), { workerData: order });
  const state = { isDone: false };
  const done = new Promise<IndexReport>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  void done.finally(() => (state.isDone = true));
  const busy: number[] = [];
  while (!state.isDone) {
    busy.push(opener.open());
    await pause(2);
  }
  const { cpuMs, wallMs } = await done;
  opener.close();
  const perRow = (cpuMs * 1_000) / rows;
  say(result(`${way}: open a conversation, idle, p50`, 'µs', percentile(idle, 0.5)));
  say(result(`${way}: open a conversation, idle, p95`, 'µs', percentile(idle, 0.95)));
  say(result(`${way}: open a conversation while indexing, p50`, 'µs', percentile(busy, 0.5)));
  say(result(`${way}: open a conversation while indexing, p95`, 'µs', percentile(busy, 0.95)));
  const p95 = percentile(busy, 0.95) / percentile(idle, 0.95);
  say(result(`${way}: p95 while indexing against idle`, 'x', p95, { gate: 2, target: 1.3, better: 'lower' }));
  say(result(`${way}: indexing in the second thread`, 'µs CPU/row', perRow));
  say(result(`${way}: bare FTS insert of 100,000 of them`, 'µs CPU/row', raw));
  say(
    result(`${way}: index rate against bare FTS, CPU over CPU`, 'x', raw / perRow, {
      gate: 0.6,
      target: 0.8,
      better: 'higher',
    }),
  );
  say(result(`${way}: indexing, wall`, 'rows/s', rows / (wallMs / 1_000)));
  say(result(`${way}: search.db`, 'MB', megabytes(searchPath)));
  say(
    result(`${way}: cache.db + search.db against cache.db`, 'x', 1 + megabytes(searchPath) / megabytes(cachePath), {
      gate: 1.8,
      target: 1.65,
      better: 'lower',
    }),
  );
  search(way, searchPath);
}

function countByScan(cache: Database.Database, term: string): number {
  return (
    cache.prepare<[string], number>('select count(*) from message where text like ?').pluck().get(`%${term}%`) ?? 0
  );
}

/** The newest 50 of terms of 1, 2, 3 and 5 characters, and whether exactly those are found that a scan finds. */
function search(way: TokenWay, searchPath: string): void {
  const cache = openBare(cachePath, { isReadonly: true });
  const db = openBare(searchPath, { isReadonly: true });
  const newest = db.prepare('select rowid from find where find match ? order by rowid desc limit 50');
  const count = db.prepare<[string], number>('select count(*) from find where find match ?').pluck();
  const terms = ['返', '返品', '解約手', 'キャンセル', 'refund', ...PLANTED.map(({ text }) => text)];
  for (const term of [...new Set(terms)]) {
    const times = Array.from({ length: 15 }, () => spent(() => newest.all(matchOf(term, way))).wallMs);
    say(result(`${way}: newest 50 of 「${term}」, p50`, 'ms', percentile(times, 0.5)));
    const [found, there] = [count.get(matchOf(term, way)) ?? 0, countByScan(cache, term)];
    say(result(`${way}: 「${term}」 found against a scan (${there})`, 'x', there === 0 ? 1 : found / there));
  }
  db.close();
  cache.close();
}

try {
  fill();
  for (const way of ways) await indexWhileOpening(way);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
