/** A backup as a file: written beside its name and put there when it is whole and on the disk; read and proven. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  type BackupHeader,
  type BackupRecord,
  BackupRefused,
  lineOf,
  type PutRecord,
  readRecords,
} from './backup-records.ts';

/**
 * Writes a new backup under `file`. `fill` puts every record but the end. Whatever goes wrong, what stood there before
 * stays and no half file is left.
 * @returns the size in bytes
 * @throws BackupRefused when the disk is full or the place cannot be written; whatever `fill` throws
 */
export async function writeBackupFile(
  file: string,
  fill: (put: PutRecord) => Promise<{ files: number; missingFiles: number }>,
): Promise<number> {
  const part = `${file}.${process.pid}.part`;
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(part, 'wx', 0o600);
    let size = 0;
    try {
      const hash = createHash('sha256');
      const put: PutRecord = async (record, body) => {
        for (const bytes of body ? [lineOf(record), body] : [lineOf(record)]) {
          hash.update(bytes);
          size += bytes.byteLength;
          await handle.writeFile(bytes);
        }
      };
      const counted = await fill(put);
      const end = lineOf({ t: 'end', ...counted, sha256: hash.digest('hex') });
      size += end.byteLength;
      await handle.writeFile(end);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
    return size;
  } catch (error) {
    await rm(part, { force: true });
    throw refusalOf(error, file);
  }
}

function refusalOf(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new BackupRefused(
      `The disk is full: the backup was not made, and ${file} is as it was. Free some space, or give another place with --to.`,
      { cause: error },
    );
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM' || code === 'ENOTDIR')
    return new BackupRefused(`${file} cannot be written (${code}). Give another place with --to.`, { cause: error });
  return error;
}

export type OpenBackup = {
  header: BackupHeader;
  /** What follows the header. */
  records: AsyncGenerator<{ record: BackupRecord; body: Uint8Array }>;
};

/**
 * Opens a backup for reading.
 * @throws BackupRefused, here or at the record where it shows
 */
export async function openBackupFile(file: string): Promise<OpenBackup> {
  const records = readRecords(bytesOf(file), file);
  const first = await records.next();
  if (first.done === true || first.value.record.t !== 'header')
    throw new BackupRefused(`${file} is no backup of Kanade.`);
  return { header: first.value.record, records };
}

/**
 * Reads the whole file once and proves it.
 * @throws BackupRefused
 */
export async function checkBackupFile(file: string): Promise<{
  header: BackupHeader;
  tables: Record<string, number>;
  files: number;
  missingFiles: number;
}> {
  const { header, records } = await openBackupFile(file);
  let tables: Record<string, number> = {};
  for await (const { record, body } of records) {
    if (record.t === 'databaseEnd') tables = record.tables;
    if (record.t === 'file' && !record.path.endsWith(createHash('sha256').update(body).digest('hex')))
      throw new BackupRefused(`${file} is damaged: a file of a message in it is not what its name says.`);
    if (record.t === 'end') return { header, tables, files: record.files, missingFiles: record.missingFiles };
  }
  throw new BackupRefused(`${file} ends in the middle: it was cut off. Take another backup.`);
}

async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) yield chunk as Buffer;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new BackupRefused(`${file} cannot be read (${code}).`, { cause: error });
  }
}
