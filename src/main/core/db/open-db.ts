/**
 * Opens the four local files by their rules. A damaged or newer `cache.db` or `search.db` is set aside and built again;
 * a damaged `outbox.db` is set aside, never deleted, and reported; a newer one is left alone and nothing is written.
 * Knows nothing about what is in the files.
 */
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../shared/domain/clock.ts';
import { DamagedFileError, type DbFile, type Durability, isDamage, openFile } from './connection.ts';
import { type Migration, migrate, NewerFileError } from './migrate.ts';
import { cacheMigrations } from './migrations/cache/list.ts';
import { deviceMigrations } from './migrations/device/list.ts';
import { outboxMigrations } from './migrations/outbox/list.ts';
import { searchMigrations } from './migrations/search/list.ts';

export type FileName = 'cache' | 'outbox' | 'device' | 'search';

const rules: Record<FileName, { migrations: readonly Migration[]; durability: Durability; isChecked: boolean }> = {
  cache: { migrations: cacheMigrations, durability: 'normal', isChecked: false },
  // Small and precious: read whole at the start, so that damage is found before the agent writes into it.
  outbox: { migrations: outboxMigrations, durability: 'full', isChecked: true },
  device: { migrations: deviceMigrations, durability: 'full', isChecked: true },
  search: { migrations: searchMigrations, durability: 'normal', isChecked: false },
};

/** What happened while a file was opened, for the log and for the agent. */
export type Opening = {
  file: DbFile;
  /** Where the old file was put, when it was damaged or (cache, search) newer; null when all was well. */
  setAside: string | null;
  why: 'damaged' | 'newer' | null;
  /** False for an outbox of a newer version: `file` is then an empty stand-in in memory, and nothing may be written. */
  isWritable: boolean;
};

export type OpenOptions = {
  folder: string;
  key: string;
  clock: Clock;
  announce: (topics: Iterable<string>) => void;
  /** Reads the whole file for damage, also where that is not done at every start. */
  isChecked?: boolean;
};

/**
 * Opens one file and brings it to this version's shape.
 * @throws SqliteError for a reason that setting aside cannot mend, such as a full disk or an unwritable folder
 */
export function openDb(name: FileName, options: OpenOptions): Opening {
  const path = join(options.folder, `${name}.db`);
  try {
    return { file: openAndMigrate(name, path, options), setAside: null, why: null, isWritable: true };
  } catch (error) {
    const isNewer = error instanceof NewerFileError;
    if (isNewer && name === 'outbox') {
      return { file: openAndMigrate(name, ':memory:', options), setAside: null, why: 'newer', isWritable: false };
    }
    if (!isNewer && !isDamage(error)) throw error;
    const why = isNewer ? 'newer' : 'damaged';
    const setAside = setFileAside(path, why, options.clock);
    return { file: openAndMigrate(name, path, options), setAside, why, isWritable: true };
  }
}

/**
 * Renames a file with its journal, so that it can be looked at later; gives the new path.
 * The file must be closed: Windows does not rename an open one.
 */
export function setFileAside(path: string, why: 'damaged' | 'newer', clock: Clock): string {
  const stamp = new Date(clock.now()).toISOString().replaceAll(/[:.]/g, '-');
  const aside = `${path}.${why}-${stamp}`;
  for (const part of ['', '-wal', '-shm']) {
    if (existsSync(path + part)) renameSync(path + part, aside + part);
  }
  return aside;
}

function openAndMigrate(name: FileName, path: string, options: OpenOptions): DbFile {
  const { migrations, durability, isChecked } = rules[name];
  const file = openFile(path, options.key, durability, options.announce);
  try {
    migrate(file, migrations);
    if (isChecked || options.isChecked === true) {
      const finding = file.reader.value<string>('pragma quick_check(1)');
      if (finding !== 'ok') throw new DamagedFileError(`${name}.db: ${finding ?? 'no answer to quick_check'}`);
    }
  } catch (error) {
    file.close();
    throw error;
  }
  return file;
}
