/** Reads a whole database as records of a backup, through any connection of either engine. Changes nothing. */
import { zstdCompressSync } from 'node:zlib';
import type { RunSql } from '../db/migrate.ts';
import { BACKUP_VERSION, BackupRefused, type PutRecord } from './backup-records.ts';

/** Rows that are fetched at once. Rows with bytes in them are mails: eight of the largest fit in memory. */
const ROWS_AT_ONCE = 500;
const ROWS_WITH_BYTES_AT_ONCE = 8;
/** A record is closed when its rows are as long as this, in characters. */
const RECORD_LENGTH = 1024 * 1024;

/** Which rows stand where: how a name goes into SQL. The names come from the catalogue of the database itself. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Tables of the program in their schema, with their own columns; `migration` stands in the header. */
export const TABLES = `select c.relname::text as table_name,
    bool_or(a.atttypid = 'bytea'::regtype) as has_bytes,
    string_agg(quote_ident(a.attname), ', ' order by a.attnum) filter (where a.attgenerated = '') as columns
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'migration'
  group by c.relname order by c.relname`;

/**
 * Puts header, rows, sequences and `databaseEnd`.
 * @param run one connection inside a `repeatable read` transaction: all tables are of one moment
 * @throws BackupRefused when this is no database of this program
 */
export async function dumpDatabase(
  run: RunSql,
  put: PutRecord,
  { now, masterKeyId }: { now: number; masterKeyId: string | null },
): Promise<void> {
  const { rows: known } = await run(`select to_regclass('public.migration') is not null as is_ours`);
  if (known[0]?.['is_ours'] !== true) throw new BackupRefused('There is no database of Kanade here to back up.');
  const { rows: migrations } = await run('select name from migration order by position');
  const { rows: organisations } = await run('select id::text as id, name from organisation');
  if (!organisations[0]) throw new BackupRefused('The database has no organisation yet: there is nothing to back up.');
  await put({
    t: 'header',
    kind: 'kanade-backup',
    version: BACKUP_VERSION,
    createdAt: now,
    organisation: { id: String(organisations[0]['id']), name: String(organisations[0]['name']) },
    migrations: migrations.map((row) => String(row['name'])),
    masterKeyId,
  });
  const tables: Record<string, number> = {};
  for (const { table_name: table, has_bytes: hasBytes, columns } of (await run(TABLES)).rows)
    tables[String(table)] = await dumpTable(run, put, String(table), String(columns), hasBytes === true);
  // After the rows: a number that was given meanwhile must not be given again.
  const { rows: sequences } = await run(
    `select sequencename::text as name, last_value::text as last from pg_sequences where schemaname = 'public' and last_value is not null`,
  );
  for (const { name, last } of sequences) await put({ t: 'sequence', name: String(name), lastValue: String(last) });
  await put({ t: 'databaseEnd', tables });
}

async function dumpTable(
  run: RunSql,
  put: PutRecord,
  table: string,
  columns: string,
  hasBytes: boolean,
): Promise<number> {
  await run(
    `declare backup no scroll cursor for select row_to_json(t)::text as row from (select ${columns} from ${quoted(table)}) t`,
  );
  let total = 0;
  let gathered: string[] = [];
  let length = 0;
  const close = async (): Promise<void> => {
    if (gathered.length === 0) return;
    const body = zstdCompressSync(Buffer.from(`[${gathered.join(',')}]`));
    await put({ t: 'rows', table, count: gathered.length, bytes: body.byteLength }, body);
    total += gathered.length;
    gathered = [];
    length = 0;
  };
  for (;;) {
    const { rows } = await run(`fetch ${hasBytes ? ROWS_WITH_BYTES_AT_ONCE : ROWS_AT_ONCE} from backup`);
    for (const { row } of rows) {
      gathered.push(String(row));
      length += String(row).length;
      if (length >= RECORD_LENGTH) await close();
    }
    if (rows.length === 0) break;
  }
  await close();
  await run('close backup');
  return total;
}
