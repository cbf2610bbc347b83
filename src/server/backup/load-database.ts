/** Puts the rows of a backup into an empty database, in one transaction, and makes of the copy a database to go on with. */
import { zstdDecompressSync } from 'node:zlib';
import { migrateInside, type RunSql } from '../db/migrate.ts';
import { migrations } from '../db/migrations/list-migrations.ts';
import { sealedColumns } from '../db/sealed-columns.ts';
import { type BackupHeader, type BackupRecord, BackupRefused } from './backup-records.ts';
import { quoted, TABLES } from './dump-database.ts';

/** Why a message that waited when the backup was made does not go out by itself: it went out since, as far as anybody knows. */
const REASON = 'restored-from-backup';

/**
 * Whether this program can hold what the backup has.
 * @throws BackupRefused for a newer one and for one of another program
 */
export function checkMigrations({ migrations: names }: BackupHeader, what: string): void {
  for (const [index, name] of names.entries()) {
    const known = migrations[index];
    if (!known)
      throw new BackupRefused(
        `${what} was made by a newer version of Kanade (its database has "${name}"). Restore it with that version or a newer one.`,
      );
    if (known.name !== name)
      throw new BackupRefused(
        `${what} has "${name}" where this version expects "${known.name}": it belongs to another program.`,
      );
  }
}

/**
 * Loads everything up to `databaseEnd`. The database gets the shape that the backup had, then the rows, then the shape of
 * this version and a new epoch.
 * @param run one connection, in a transaction, on a database without tables
 * @param epoch the new one, never used before
 */
export async function loadDatabase(
  run: RunSql,
  header: BackupHeader,
  records: AsyncIterator<{ record: BackupRecord; body: Uint8Array }>,
  { now, epoch, withoutMasterKey }: { now: number; epoch: string; withoutMasterKey: boolean },
): Promise<void> {
  await migrateInside(run, migrations.slice(0, header.migrations.length));
  const putBack = await takeReferencesAway(run);
  const columnsOf = new Map((await run(TABLES)).rows.map((row) => [String(row['table_name']), String(row['columns'])]));
  const loaded: Record<string, number> = {};
  for (;;) {
    const next = await records.next();
    if (next.done === true) throw new BackupRefused('The backup ends before its last table.');
    const { record, body } = next.value;
    if (record.t === 'databaseEnd') {
      for (const [table, count] of Object.entries(record.tables))
        if ((loaded[table] ?? 0) !== count)
          throw new BackupRefused(`The backup lacks rows of "${table}": ${loaded[table] ?? 0} of ${count}.`);
      break;
    }
    if (record.t === 'sequence') await run(`select setval('${quoted(record.name)}', ${record.lastValue}, true)`);
    if (record.t !== 'rows') continue;
    const columns = columnsOf.get(record.table);
    if (columns === undefined) throw new BackupRefused(`The backup has a table that nobody knows: "${record.table}".`);
    await run(
      `insert into ${quoted(record.table)} (${columns}) select ${columns} from json_populate_recordset(null::${quoted(record.table)}, $1::json)`,
      [zstdDecompressSync(body).toString('utf8')],
    );
    loaded[record.table] = (loaded[record.table] ?? 0) + record.count;
  }
  await putBack();
  await migrateInside(run, migrations);
  await goOnFromCopy(run, now, epoch);
  if (withoutMasterKey) await forgetSecrets(run);
}

/** Rows come table by table, so a row may name one that is still to come. Gives the function that checks and binds them all. */
async function takeReferencesAway(run: RunSql): Promise<() => Promise<void>> {
  const { rows } = await run(
    `select conrelid::regclass::text as table_name, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
     from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
  );
  for (const { table_name: table, name } of rows)
    await run(`alter table ${String(table)} drop constraint ${String(name)}`);
  return async () => {
    for (const { table_name: table, name, definition } of rows)
      await run(`alter table ${String(table)} add constraint ${String(name)} ${String(definition)}`);
  };
}

/** What nobody can open any more is nothing: the server starts, and an administrator enters it again. */
async function forgetSecrets(run: RunSql): Promise<void> {
  for (const { table, column } of sealedColumns) {
    const { rows } = await run(
      `select attnotnull as is_needed from pg_attribute where attrelid = '${quoted(table)}'::regclass and attname = '${column}'`,
    );
    await run(`update ${quoted(table)} set ${quoted(column)} = ${rows[0]?.['is_needed'] === true ? "''" : 'null'}`);
  }
  await run(`update channel_account set state = 'off'`);
  await run('update organisation set key_proof = null');
}

/** The world went on after the copy was taken. */
async function goOnFromCopy(run: RunSql, now: number, epoch: string): Promise<void> {
  // Cursors and numbers of consoles mean nothing in this history (docs/sync.md, "A restored server").
  await run('update organisation set epoch = $1', [epoch]);
  // What waited then has surely been sent since: a person decides, nothing is sent twice.
  await run(
    `update message set delivery_state = 'needsReview', delivery_reason = '${REASON}', delivery_at = ${now}
     where delivery_state in ('queued', 'sending')
       and id in (select message_id from outbound where state in ('queued', 'sending'))`,
  );
  await run(
    `update outbound set state = 'needsReview', last_error = '${REASON}', not_before = null, updated_at = ${now}
     where state in ('queued', 'sending')`,
  );
  // Parts of files are in no backup: the console begins such a file anew.
  await run(`delete from upload where state = 'receiving'`);
  // Nor are files of imports: an administrator gives the file again, and what was there already stays as it is.
  await run(`update import_job set state = 'cancelled' where state in ('receiving', 'queued', 'running')`);
}
