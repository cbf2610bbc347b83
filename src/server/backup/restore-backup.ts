/** Puts a backup back: proven whole first, into an empty place or over one that its owner gives up by name. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { folderStore } from '../attachments/file-store.ts';
import { holdFolder } from '../db/hold-folder.ts';
import { checkBackupFile, openBackupFile } from './backup-file.ts';
import { BackupRefused, type BackupHeader } from './backup-records.ts';
import { quoted, TABLES } from './dump-database.ts';
import { checkMigrations, loadDatabase } from './load-database.ts';
import { idOfMasterKey } from './make-backup.ts';
import { type Connection, inTransaction, openConnection } from './open-connection.ts';

export type RestoreWish = {
  file: string;
  dataDir: string;
  databaseUrl: string | undefined;
  masterKey: string | undefined;
  /** Name of the organisation that stands there now and may go; null = the place must be empty. */
  replace: string | null;
  /** Go on although the secrets in the backup cannot be opened here. */
  withoutMasterKey: boolean;
  now: number;
  /** The new epoch, never used before. */
  epoch: string;
};

export type Restored = {
  header: BackupHeader;
  files: number;
  missingFiles: number;
  /** Where the old database was put aside; null when there was none, or it was in PostgreSQL. */
  aside: string | null;
};

/**
 * Restores. When it fails, what stood there before stands there still.
 * @throws BackupRefused, FolderRefused; the driver's error
 */
export async function restoreBackup(wish: RestoreWish): Promise<Restored> {
  const { header, files, missingFiles } = await checkBackupFile(wish.file);
  checkMigrations(header, wish.file);
  const release = holdFolder(wish.dataDir);
  try {
    checkMasterKey(header, wish);
    const aside = wish.databaseUrl === undefined ? await intoFolder(wish) : await intoPostgres(wish, wish.databaseUrl);
    return { header, files, missingFiles, aside };
  } finally {
    release();
  }
}

function checkMasterKey({ masterKeyId }: BackupHeader, { dataDir, masterKey, withoutMasterKey }: RestoreWish): void {
  if (masterKeyId === null || withoutMasterKey) return;
  const here = idOfMasterKey(dataDir, masterKey);
  if (here === masterKeyId) return;
  throw new BackupRefused(
    `The passwords of channels in this backup open only with the master key ${masterKeyId}, and ${here === null ? `there is no master key in ${dataDir}` : `here is the master key ${here}`}. ` +
      `Put that key to ${path.join(dataDir, 'master.key')} or into KANADE_MASTER_KEY, or give --without-master-key and enter them again later.`,
  );
}

/** PGlite: a new folder is filled and takes the place of the old one in one step. */
async function intoFolder(wish: RestoreWish): Promise<string | null> {
  const folder = path.join(wish.dataDir, 'database');
  const coming = `${folder}.restoring`;
  const hasOld = existsSync(folder) && (await checkPlace(await openConnection({ folder }), wish, true));
  await rm(coming, { recursive: true, force: true });
  await mkdir(coming, { mode: 0o700 });
  try {
    const connection = await openConnection({ folder: coming });
    try {
      await fill(connection, wish);
    } finally {
      await connection.close();
    }
  } catch (error) {
    await rm(coming, { recursive: true, force: true });
    throw error;
  }
  const aside = `${folder}.before-${new Date(wish.now).toISOString().slice(0, 19).replaceAll(':', '')}`;
  if (existsSync(folder)) await rename(folder, aside);
  await rename(coming, folder);
  if (hasOld) return aside;
  await rm(aside, { recursive: true, force: true });
  return null;
}

/** PostgreSQL: the old tables go and the new ones come in one transaction. */
async function intoPostgres(wish: RestoreWish, url: string): Promise<null> {
  const connection = await openConnection({ url });
  try {
    const { rows: others } = await connection.run(
      `select count(*)::int as n from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
    );
    if (others[0]?.['n'] !== 0)
      throw new BackupRefused(
        'Somebody is connected to this database, most likely a server. Stop all of them, then restore.',
      );
    await checkPlace(connection, wish, false);
    await fill(connection, wish);
    return null;
  } finally {
    await connection.close();
  }
}

/**
 * Whether something stands here that may go. An empty centre, as a server makes it at its first start, is none.
 * @throws BackupRefused when it may not
 */
async function checkPlace(connection: Connection, wish: RestoreWish, closes: boolean): Promise<boolean> {
  const { run } = connection;
  try {
    const { rows: tables } = await run(TABLES);
    if (tables.length === 0) return false;
    const { rows: ours } = await run(
      `select to_regclass('public.migration') is not null and to_regclass('public.organisation') is not null as is_ours`,
    );
    if (ours[0]?.['is_ours'] !== true)
      throw new BackupRefused('There are tables of another program in this database. Give an empty one.');
    const { rows } = await run(
      `select (select name from organisation limit 1) as name,
        exists (select 1 from agent) or exists (select 1 from customer) as is_used`,
    );
    const name = String(rows[0]?.['name']);
    if (rows[0]?.['is_used'] !== true) return false;
    if (wish.replace === null)
      throw new BackupRefused(
        `There is a centre here already ("${name}"). Restore into an empty place, or give it up with --replace "${name}".`,
      );
    if (wish.replace !== name)
      throw new BackupRefused(
        `The centre here is called "${name}", not "${wish.replace}". Nothing was changed. To give it up: --replace "${name}".`,
      );
    return true;
  } finally {
    if (closes) await connection.close();
  }
}

async function fill(connection: Connection, wish: RestoreWish): Promise<void> {
  const { header, records } = await openBackupFile(wish.file);
  await inTransaction(connection, async () => {
    const { run } = connection;
    for (const { table_name: table } of (await run(TABLES)).rows)
      await run(`drop table ${quoted(String(table))} cascade`);
    await run('drop table if exists migration');
    for (const { name } of (
      await run(`select sequencename::text as name from pg_sequences where schemaname = 'public'`)
    ).rows)
      await run(`drop sequence if exists ${quoted(String(name))}`);
    // Jobs are found anew from the rows; those of the old history mean nothing.
    await run('drop schema if exists pgboss cascade');
    await loadDatabase(run, header, records, wish);
    // Before the commit: a database must not name files that are not there yet.
    const store = folderStore(path.join(wish.dataDir, 'files'));
    for await (const { record, body } of records) if (record.t === 'file') await store.put(body);
  });
}
