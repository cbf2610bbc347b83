/**
 * The index in its own thread while a console takes in 100,000 messages and an agent opens conversations: what it costs
 * beside a bare FTS insert of the same texts, and what the desk feels of it.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../src/shared/domain/clock.ts';
import { indexTable, openBare } from './support/bare-store.ts';
import { filledCore, type FilledCore, MESSAGES, unindexed } from './support/filled-core.ts';
import { percentile, result, type Result, spent } from './support/measure.ts';
import { tokensOf } from './support/tokens.ts';

const OPENED = 1_500;

async function open(filled: FilledCore, pick: () => number): Promise<number> {
  const one = filled.centre.conversations[pick()];
  if (one === undefined) return 0;
  const startedAt = performance.now();
  await filled.core.api.customers.timeline({
    customerId: one.customerId,
    conversationId: null,
    before: null,
    limit: 50,
  });
  return (performance.now() - startedAt) * 1_000;
}

/** CPU of all other threads of this process so far, in ms: the index is built in one of them. */
function cpuElsewhere(): number {
  const all = process.cpuUsage();
  const here = process.threadCpuUsage();
  return (all.user + all.system - here.user - here.system) / 1_000;
}

/** The texts of a cache into a bare full-text table with the same cipher and tokens, in transactions of the product's size. */
function indexBarely(cachePath: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'bare-index-'));
  const cache = openBare(cachePath, { isReadonly: true });
  const texts = cache.prepare<[], { n: number; text: string }>('select n, text from message order by n').all();
  cache.close();
  const db = openBare(join(folder, 'search.db'));
  db.exec(indexTable);
  const insert = db.prepare('insert into find (rowid, body) values (?, ?)');
  const { cpuMs } = spent(() => {
    for (let at = 0; at < texts.length; at += 5_000) {
      db.exec('begin');
      for (const { n, text } of texts.slice(at, at + 5_000)) insert.run(n, tokensOf(text, 'unigram'));
      db.exec('commit');
    }
  });
  db.close();
  rmSync(folder, { recursive: true, force: true });
  return cpuMs;
}

/** Measures; takes about a minute. */
export async function measure(): Promise<Result[]> {
  const before = cpuElsewhere();
  const filled = await filledCore();
  const random = seededRandom(99);
  const count = filled.centre.conversations.length;
  const workingSet = Array.from({ length: 400 }, () => Math.floor(count * (0.9 + 0.1 * random.next())));
  const pick = () => workingSet[Math.floor(random.next() * workingSet.length)] ?? 0;
  for (let n = 0; n < 400; n++) await open(filled, pick);
  const busy: number[] = [];
  while (busy.length % 200 !== 0 || busy.length === 0 || (await unindexed(filled)) > 0) {
    busy.push(await open(filled, pick));
    await pause(1);
  }
  const indexingCpuMs = cpuElsewhere() - before;
  const idle: number[] = [];
  for (let n = 0; n < OPENED; n++) {
    idle.push(await open(filled, pick));
    if (n % 4 === 0) await pause(1);
  }
  const { files } = filled.core;
  const bareCpuMs = indexBarely(join(files, 'cache.db'));
  const bytes = (name: string) => statSync(join(files, name)).size;
  return [
    result('index in its thread', 'µs CPU/message', (indexingCpuMs * 1_000) / MESSAGES),
    result('bare FTS insert of the same texts', 'µs CPU/message', (bareCpuMs * 1_000) / MESSAGES),
    result('9: index rate against bare FTS, CPU over CPU', 'x', bareCpuMs / indexingCpuMs, {
      gate: 0.6,
      target: 0.8,
      better: 'higher',
    }),
    result('open a conversation, nothing else to do, p95', 'µs', percentile(idle, 0.95)),
    result(`open a conversation while the index is built (${busy.length} times), p95`, 'µs', percentile(busy, 0.95)),
    result('9: p95 while the index is built against quiet', 'x', percentile(busy, 0.95) / percentile(idle, 0.95), {
      gate: 2,
      target: 1.3,
      better: 'lower',
    }),
    result('13: cache.db and search.db against cache.db', 'x', 1 + bytes('search.db') / bytes('cache.db'), {
      gate: 1.8,
      target: 1.65,
      better: 'lower',
    }),
  ];
}
