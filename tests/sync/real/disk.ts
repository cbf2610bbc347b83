/** What happens to the files of a device while nobody runs on them: lost, thrown back, copied, damaged, of another version. */
import { closeSync, cpSync, existsSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { keyOfFiles } from '../../support/key-of-files.ts';
import { original } from './mortal-files.ts';

/** The hosts' key of all simulated devices. */
export const KEY = '5a'.repeat(32);
/** SQLite's usual size of a page, in bytes. */
const PAGE = 4_096;

export type AgentFile = 'cache' | 'outbox' | 'search';
/** Where the files of an agent are. */
export type Place = { readonly folder: string; readonly agentId: string };

const pathOf = ({ folder, agentId }: Place, file: AgentFile) => join(folder, agentId, `${file}.db`);
const partsOf = (place: Place, file: AgentFile) => ['', '-wal'].map((part) => pathOf(place, file) + part);

/** Opens a file without the core, past everything that stands in its way. */
export function openPlainly(path: string, isReadonly: boolean): Database.Database {
  const db = new Database(path, { readonly: isReadonly });
  original.pragma.call(db, "cipher = 'aegis'");
  original.pragma.call(db, `key = "x'${keyOfFiles(dirname(path), KEY)}'"`);
  return db;
}

/** Copies the cache as it is now. */
export function keepCache(place: Place): void {
  for (const path of partsOf(place, 'cache')) {
    rmSync(`${path}.kept`, { force: true });
    if (existsSync(path)) cpSync(path, `${path}.kept`);
  }
}

/** Puts the cache back to what it was when it was kept; false when it never was. */
export function throwCacheBack(place: Place): boolean {
  if (!existsSync(`${pathOf(place, 'cache')}.kept`)) return false;
  loseFile(place, 'cache');
  for (const path of partsOf(place, 'cache')) if (existsSync(`${path}.kept`)) cpSync(`${path}.kept`, path);
  return true;
}

/** Takes a file away. */
export function loseFile(place: Place, file: AgentFile): void {
  for (const part of ['', '-wal', '-shm']) rmSync(pathOf(place, file) + part, { force: true });
}

/** Copies all files of a device into another folder. */
export function copyFolder(from: string, to: string): void {
  cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith('-shm') });
}

/** Turns one byte of a page around. False when there is no such file. @param where 0 to 1 */
export function flipPage(place: Place, file: AgentFile, where: number): boolean {
  const path = pathOf(place, file);
  if (!existsSync(path)) return false;
  const pages = Math.floor(statSync(path).size / PAGE);
  if (pages === 0) return false;
  const at = Math.floor(where * pages) * PAGE + 100 + (Math.floor(where * 997) % (PAGE - 200));
  const byte = Buffer.alloc(1);
  const handle = openSync(path, 'r+');
  readSync(handle, byte, 0, 1, at);
  byte[0] = (byte[0] ?? 0) ^ 0xff;
  writeSync(handle, byte, 0, 1, at);
  closeSync(handle);
  return true;
}

/** How much higher the version of a file is that a newer console has written. */
const NEWER_BY = 1_000;

/** Makes a file look as if a newer console had written it, or (`isNewer` false) as it was before that. */
export function setVersion(place: Place, file: AgentFile, isNewer: boolean): void {
  changeFile(place, file, (db) => {
    const version = Number(original.pragma.call(db, 'user_version', { simple: true }));
    if (version >= NEWER_BY === isNewer) return;
    original.pragma.call(db, `user_version = ${isNewer ? version + NEWER_BY : version - NEWER_BY}`);
  });
}

/** Makes the cache look as if an older console had written it, which knew fewer columns. */
export function forgetColumns(place: Place): void {
  changeFile(place, 'cache', (db) => {
    db.prepare(`update meta set value = '{"conversation":["id","sv"]}' where key = 'knownKinds'`).run();
  });
}

function changeFile(place: Place, file: AgentFile, change: (db: Database.Database) => void): void {
  if (!existsSync(pathOf(place, file))) return;
  const db = openPlainly(pathOf(place, file), false);
  try {
    change(db);
  } catch {
    // Damaged already: there is nothing to change in it.
  } finally {
    original.close.call(db);
  }
}

/** Whether an error says that a file is damaged. */
export function isDamaged(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^SQLITE_(CORRUPT|NOTADB|IOERR)/.test(code);
}
