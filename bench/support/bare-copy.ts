/** The rows of a filled cache in a new file with the same tables, indices and cipher, and without the product. */
import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBare } from './bare-store.ts';
import { spent } from './measure.ts';

export type Bare = { cpuMs: number; bytes: number };

const ROWS_PER_TRANSACTION = 1_000;
const TABLES = ['message', 'conversation', 'customer'] as const;

export type Copying = {
  /** Without a cipher, for what encryption costs. */
  isPlain?: boolean;
  /** Where the new file shall stay; it is removed when absent. */
  keepAs?: string;
};

/** Inserts them and says what that cost; reading them is not counted. */
export function insertBarely(cachePath: string, { isPlain = false, keepAs }: Copying = {}): Bare {
  const folder = mkdtempSync(join(tmpdir(), 'bare-'));
  const path = join(folder, 'bare.db');
  const cache = openBare(cachePath, { isReadonly: true });
  const bare = openBare(path, { isPlain });
  const schema = cache
    .prepare<[string], string>(
      "select sql from sqlite_master where tbl_name = ? and type in ('table', 'index') and sql is not null order by type desc",
    )
    .pluck();
  let cpuMs = 0;
  for (const table of TABLES) {
    for (const statement of schema.all(table)) bare.exec(statement);
    // Without what the file works out by itself.
    const columns = (cache.pragma(`table_info("${table}")`) as { name: string }[])
      .map(({ name }) => `"${name}"`)
      .join(', ');
    const insert = bare.prepare(`insert into "${table}" (${columns}) values (${columns.replaceAll(/"\w+"/g, '?')})`);
    const write = (rows: readonly unknown[][]): void => {
      bare.exec('begin');
      for (const row of rows) insert.run(...row);
      bare.exec('commit');
    };
    let batch: unknown[][] = [];
    const flush = (): void => {
      cpuMs += spent(() => write(batch)).cpuMs;
      batch = [];
    };
    for (const row of cache.prepare<[], unknown[]>(`select ${columns} from "${table}"`).raw().iterate()) {
      batch.push(row);
      if (batch.length === ROWS_PER_TRANSACTION) flush();
    }
    if (batch.length > 0) flush();
  }
  bare.pragma('wal_checkpoint(TRUNCATE)');
  bare.close();
  cache.close();
  const { size: bytes } = statSync(path);
  if (keepAs !== undefined) copyFileSync(path, keepAs);
  rmSync(folder, { recursive: true, force: true });
  return { cpuMs, bytes };
}
