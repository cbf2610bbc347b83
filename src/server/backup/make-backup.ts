/** Makes a backup of a centre: the database as of one moment, then the files of messages that it names. */
import { existsSync, readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { folderStore } from '../attachments/file-store.ts';
import { FolderRefused, holdFolder } from '../db/hold-folder.ts';
import { keyFrom } from '../db/master-key.ts';
import { idOfKey } from '../db/seal-settings.ts';
import { writeBackupFile } from './backup-file.ts';
import { type BackupRecord, BackupRefused, type PutRecord } from './backup-records.ts';
import { dumpDatabase } from './dump-database.ts';
import { inSnapshot, openConnection } from './open-connection.ts';
import { takeFromRunningServer } from './operator-door.ts';

export type BackupWish = {
  dataDir: string;
  databaseUrl: string | undefined;
  /** As in the environment; undefined = the file in the folder. */
  masterKey: string | undefined;
  file: string;
  now: number;
};

/** What was saved. */
export type MadeBackup = { size: number; rows: number; files: number; missingFiles: number };

/**
 * Makes the backup, whether the server runs or not.
 * @throws BackupRefused, FolderRefused; the driver's error when the database does not answer
 */
export async function makeBackup(wish: BackupWish): Promise<MadeBackup> {
  const made: MadeBackup = { size: 0, rows: 0, files: 0, missingFiles: 0 };
  const masterKeyId = idOfMasterKey(wish.dataDir, wish.masterKey);
  made.size = await writeBackupFile(wish.file, async (put) => {
    const paths = new Set<string>();
    await putDatabase(wish, async (record, body) => {
      if (record.t === 'rows') made.rows += record.count;
      notePaths(record, body, paths);
      await put(record.t === 'header' ? { ...record, masterKeyId } : record, body);
    });
    const store = folderStore(path.join(wish.dataDir, 'files'));
    for (const relative of [...paths].sort()) {
      const bytes = await store.get(relative).catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      });
      if (!bytes) {
        made.missingFiles += 1;
        continue;
      }
      await put({ t: 'file', path: relative, bytes: bytes.byteLength }, bytes);
      made.files += 1;
    }
    return { files: made.files, missingFiles: made.missingFiles };
  });
  return made;
}

async function putDatabase({ dataDir, databaseUrl, now }: BackupWish, put: PutRecord): Promise<void> {
  if (databaseUrl !== undefined) return await readThrough({ url: databaseUrl }, now, put);
  if (await takeFromRunningServer(dataDir, put)) return;
  // Held while it is read, so that no server starts on it meanwhile.
  const release = hold(dataDir);
  try {
    const known = await readdir(path.join(dataDir, 'database')).catch(() => []);
    if (known.length === 0)
      throw new BackupRefused(
        `There is no database in ${dataDir}. Give the server's folder with --data, or its DATABASE_URL.`,
      );
    await readThrough({ folder: path.join(dataDir, 'database') }, now, put);
  } finally {
    release();
  }
}

function hold(dataDir: string): () => void {
  try {
    return holdFolder(dataDir);
  } catch (error) {
    if (!(error instanceof FolderRefused)) throw error;
    throw new BackupRefused(`${error.message} If it does not answer, restart it, then back up.`, { cause: error });
  }
}

async function readThrough(address: Parameters<typeof openConnection>[0], now: number, put: PutRecord): Promise<void> {
  const connection = await openConnection(address);
  try {
    await inSnapshot(connection, () => dumpDatabase(connection.run, put, { now, masterKeyId: null }));
  } finally {
    await connection.close();
  }
}

/** Where the bytes of messages lie: the rows of these tables name it. */
function notePaths(record: BackupRecord, body: Uint8Array | undefined, paths: Set<string>): void {
  if (record.t !== 'rows' || !body || (record.table !== 'blob' && record.table !== 'upload')) return;
  for (const { path: one } of JSON.parse(zstdDecompressSync(body).toString('utf8')) as { path: string | null }[])
    if (one !== null) paths.add(one);
}

/**
 * Which master key a server has, as its sealed texts name it: nothing of the key can be learnt from that.
 * @param given as in the environment; undefined = the file in the folder
 * @returns null when there is none
 */
export function idOfMasterKey(dataDir: string, given: string | undefined): string | null {
  const file = path.join(dataDir, 'master.key');
  if (given === undefined && !existsSync(file)) return null;
  return idOfKey(given === undefined ? keyFrom(readFileSync(file, 'utf8'), file) : keyFrom(given, 'KANADE_MASTER_KEY'));
}

/** Name of a backup by its time: they sort by age. */
export const nameOfBackup = (now: number): string =>
  `kanade-${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}.backup`;

/** Deletes all but the newest backups of a folder; files of other names are left alone. Gives the names of those that went. */
export async function keepNewest(folder: string, most: number): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /^kanade-\d{8}-\d{6}\.backup$/.test(name)).sort();
  const old = names.slice(0, Math.max(0, names.length - most));
  for (const name of old) await rm(path.join(folder, name), { force: true });
  return old;
}
