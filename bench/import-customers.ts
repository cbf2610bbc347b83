/**
 * An import of customers as an administrator starts it, beside bare COPY: the very rows that it made, in the same tables
 * with the same indices, into another PGlite of the same process. CPU of the whole process, reading of the file included.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { ensureOrganisation } from '../src/server/db/ensure-organisation.ts';
import { migrate } from '../src/server/db/migrate.ts';
import { migrations } from '../src/server/db/migrations/list-migrations.ts';
import { openDb } from '../src/server/db/open-db.ts';
import * as schema from '../src/server/db/schema.ts';
import { write } from '../src/server/db/write.ts';
import { runImports } from '../src/server/imports/run-imports.ts';
import { createLog } from '../src/server/log/log.ts';
import type { AgentId, WorkspaceId } from '../src/shared/domain/ids.ts';
import { testSource } from '../tests/support/test-source.ts';
import { type Options, result, type Result, written } from './support/measure.ts';

const ROWS = 100_000;
const TABLES = ['customer', 'channel_identity', 'personal_data', 'feed_entry'];

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** As a shop exports them: every customer with a member number, a mail address and a telephone number. */
function csvOf(count: number): string {
  const rows = Array.from({ length: count }, (_, n) => {
    const digits = String(n).padStart(7, '0');
    return `M${digits},山田 ${n},やまだ,customer${n}@example.test,090-1${digits.slice(0, 3)}-${digits.slice(3)}`;
  });
  return ['会員番号,氏名,フリガナ,メール,電話番号', ...rows].join('\n');
}

/** One file in, and then the same rows barely. */
export async function measure({ sizes }: Options): Promise<Result[]> {
  const count = Math.min(ROWS, ...sizes);
  const folder = mkdtempSync(join(tmpdir(), 'kanade-import-'));
  const bare = await PGlite.create();
  await migrate(
    async (text, values) => ({
      rows: values
        ? (await bare.query<Record<string, unknown>>(text, values)).rows
        : ((await bare.exec(text)).at(-1)?.rows ?? []),
    }),
    migrations,
  );
  const database = await openDb({ memory: true });
  const source = testSource();
  try {
    await ensureOrganisation(database, source.clock, source.random, {
      name: 'B',
      timeZone: 'Asia/Tokyo',
      locale: 'ja',
    });
    const workspaceId = randomUUID() as WorkspaceId;
    const agentId = randomUUID() as AgentId;
    const importId = randomUUID();
    const workspace = { id: workspaceId, name: 'B', colour: '#444444', timeZone: 'Asia/Tokyo', locale: 'ja' as const };
    await write(database, source, async (w) => {
      await w.tx.insert(schema.workspace).values(workspace);
      await w.tx.insert(schema.agent).values({ id: agentId, workspaceId, displayName: 'A', role: 'admin' });
      await w.tx.insert(schema.importJob).values({
        id: importId,
        workspaceId,
        agentId,
        kind: 'customers',
        fileName: 'b.csv',
        size: 1,
        state: 'queued',
        encoding: 'utf-8',
        delimiter: ',',
        mapping: { memberNumber: 0, displayName: 1, kana: 2, mail: 3, phone: 4 },
        createdAt: 0,
      });
    });
    writeFileSync(join(folder, importId), csvOf(count));
    const log = createLog('silent');
    const imports = runImports({ database, source, log, fileOf: (id) => join(folder, id) });
    const importMs = await cpuOf(() => imports.sweep());
    const [done] = await database.orm.select().from(schema.importJob);
    if (done?.made !== count) throw new Error(`${done?.made} of ${count} rows were made: ${done?.state}`);

    let copyMs = 0;
    await bare.exec(
      `insert into workspace (id, name, colour, time_zone, locale) values ('${workspaceId}', 'B', '#444444', 'Asia/Tokyo', 'ja')`,
    );
    for (const table of TABLES) {
      const { rows } = await database.execute(`select * from ${table}`, []);
      const [first = {}] = rows;
      const names = Object.keys(first);
      const text = rows.map((row) => names.map((name) => cellOf(row[name])).join('\t')).join('\n');
      const blob = new Blob([text]);
      copyMs += await cpuOf(() => bare.query(`copy ${table} (${names.join(', ')}) from '/dev/blob'`, [], { blob }));
    }
    const of = `${written(count)} customers with two ways in`;
    return [
      result(`CPU to import ${of}`, 's', importMs / 1_000),
      result('the same rows by bare COPY', 's', copyMs / 1_000),
      result('import against bare COPY', '×', importMs / copyMs),
    ];
  } finally {
    await database.close();
    await bare.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One value as COPY's text form has it; there is no tab, line break or backslash in these rows. */
function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '\\N';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
