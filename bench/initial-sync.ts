/**
 * First download of 100,000 messages: the real core takes in packed pages, without an index, beside a bare insert of the
 * same rows into the same tables with the same indices and cipher. CPU over CPU, because the machine is shared.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBare } from './support/bare-store.ts';
import { cannedCentre } from './support/canned-centre.ts';
import { fillCore, withoutIndex } from './support/canned-core.ts';
import { median, result, spent, type Result } from './support/measure.ts';

const MESSAGES = 100_000;
const ROUNDS = 3;
const ROWS_PER_TRANSACTION = 1_000;

type Bare = { cpuMs: number; bytes: number };

/** Puts the rows of a filled cache into a new file with the same tables and indices, without triggers and without the product. */
function insertBarely(cachePath: string): Bare {
  const folder = mkdtempSync(join(tmpdir(), 'bare-'));
  const path = join(folder, 'bare.db');
  const cache = openBare(cachePath, { isReadonly: true });
  const bare = openBare(path);
  const tables = ['message', 'conversation', 'customer'];
  const schema = cache
    .prepare<[string], string>(
      "select sql from sqlite_master where tbl_name = ? and type in ('table', 'index') and sql is not null order by type desc",
    )
    .pluck();
  let cpuMs = 0;
  for (const table of tables) {
    for (const statement of schema.all(table)) bare.exec(statement);
    // Without what the file works out by itself.
    const columns = (cache.pragma(`table_info("${table}")`) as { name: string }[]).map(({ name }) => `"${name}"`);
    const rows = cache
      .prepare(`select ${columns.join(', ')} from "${table}"`)
      .raw()
      .all() as unknown[][];
    const insert = bare.prepare(
      `insert into "${table}" (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
    );
    cpuMs += spent(() => {
      for (let at = 0; at < rows.length; at += ROWS_PER_TRANSACTION) {
        bare.exec('begin');
        for (const row of rows.slice(at, at + ROWS_PER_TRANSACTION)) insert.run(...row);
        bare.exec('commit');
      }
    }).cpuMs;
  }
  bare.pragma('wal_checkpoint(TRUNCATE)');
  bare.close();
  cache.close();
  const { size: bytes } = statSync(path);
  rmSync(folder, { recursive: true, force: true });
  return { cpuMs, bytes };
}

/** Measures; takes about half a minute. */
export async function measure(): Promise<Result[]> {
  const centre = cannedCentre({ messages: MESSAGES, conversations: 5_000, customers: 2_500 });
  const synced: { cpuMs: number; wallMs: number }[] = [];
  const bare: Bare[] = [];
  let cacheBytes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const core = await fillCore(centre, withoutIndex);
    synced.push(core.sync);
    const cachePath = join(core.files, 'cache.db');
    bare.push(insertBarely(cachePath));
    const file = openBare(cachePath);
    file.pragma('wal_checkpoint(TRUNCATE)');
    file.close();
    cacheBytes = statSync(cachePath).size;
    core.stop();
  }
  const cpu = { synced: median(synced.map(({ cpuMs }) => cpuMs)), bare: median(bare.map(({ cpuMs }) => cpuMs)) };
  return [
    result('first download of 100,000 messages, core', 'µs CPU/message', (cpu.synced * 1_000) / MESSAGES),
    result('bare insert of the same rows', 'µs CPU/message', (cpu.bare * 1_000) / MESSAGES),
    result('rate of the first download against a bare insert, CPU over CPU', 'x', cpu.bare / cpu.synced, {
      gate: 0.5,
      target: 0.6,
      better: 'higher',
    }),
    result('first download of 100,000 messages, wall', 's', median(synced.map(({ wallMs }) => wallMs)) / 1_000),
    result('cache.db against the bare file', 'x', cacheBytes / median(bare.map(({ bytes }) => bytes)), {
      gate: 1.15,
      target: 1.1,
      better: 'lower',
    }),
  ];
}
