/**
 * Worker thread of `one-million.ts`: reads messages from one encrypted file and writes the index into another, as the
 * product's search thread does, while the main thread opens conversations. Ends by telling what it cost.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { indexTable, openBare } from './bare-store.ts';
import { spent } from './measure.ts';
import { tokensOf, type TokenWay } from './tokens.ts';

export type IndexOrder = {
  readonly cachePath: string;
  readonly searchPath: string;
  readonly way: TokenWay;
  readonly rows: number;
  readonly perTransaction: number;
};
export type IndexReport = { readonly rows: number; readonly cpuMs: number; readonly wallMs: number };

const order = workerData as IndexOrder;

function index(): number {
  const cache = openBare(order.cachePath, { isReadonly: true });
  const search = openBare(order.searchPath);
  search.exec(indexTable);
  const read = cache.prepare<[number, number], { n: number; text: string }>(
    'select n, text from message where n > ? order by n limit ?',
  );
  const insert = search.prepare('insert into find (rowid, body) values (?, ?)');
  let last = 0;
  while (last < order.rows) {
    const batch = read.all(last, order.perTransaction);
    if (batch.length === 0) break;
    search.exec('begin');
    for (const { n, text } of batch) insert.run(n, tokensOf(text, order.way));
    search.exec('commit');
    last = batch.at(-1)?.n ?? last;
  }
  search.pragma('wal_checkpoint(TRUNCATE)');
  search.close();
  cache.close();
  return last;
}

const { value, cpuMs, wallMs } = spent(index);
parentPort?.postMessage({ rows: value, cpuMs, wallMs } satisfies IndexReport);
