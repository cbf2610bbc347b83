/**
 * Brings the files of a folder under another key. Each is encrypted anew as a copy, and only when all copies are on the
 * disk do they take the places of the originals: a full disk changes nothing, and after a crash at any moment each
 * file is whole and under one of the two keys.
 */
import Database from 'better-sqlite3';
import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { unlock } from './unlock.ts';

/** The files must be closed, in every thread. Throws what kept a copy from being made; then nothing was changed. */
export function rekeyFiles(paths: readonly string[], from: string, to: string): void {
  const pending = paths.filter((path) => existsSync(path) && !opensWith(path, to) && opensWith(path, from));
  try {
    for (const path of pending) makeCopy(path, from, to);
  } catch (error) {
    for (const path of pending) removeCopy(path);
    throw error;
  }
  for (const path of pending) {
    renameSync(copyOf(path), path);
    removeCopy(path);
  }
}

/** Whether a file is there and opens with a key. An empty one opens with any. */
export function opensWith(path: string, key: string): boolean {
  if (!existsSync(path)) return false;
  // Read only: a connection with the wrong key must never write back somebody's journal.
  const connection = new Database(path, { readonly: true });
  try {
    unlock(connection, path, key);
    connection.prepare('select count(*) from sqlite_master').get();
    return true;
  } catch {
    return false;
  } finally {
    connection.close();
  }
}

const copyOf = (path: string): string => `${path}.rekey`;

function removeCopy(path: string): void {
  for (const part of ['', '-journal', '-wal', '-shm']) rmSync(copyOf(path) + part, { force: true });
}

function makeCopy(path: string, from: string, to: string): void {
  // What an earlier try left: its journal would be played into the new copy.
  removeCopy(path);
  const original = new Database(path);
  try {
    unlock(original, path, from);
    original.pragma('wal_checkpoint(TRUNCATE)');
    // Without a journal beside it, the copy alone is the whole file, and none is left behind for the new one.
    original.pragma('journal_mode = DELETE');
  } finally {
    original.close();
  }
  copyFileSync(path, copyOf(path));
  const copy = new Database(copyOf(path));
  try {
    unlock(copy, copyOf(path), from);
    // A copy that is lost is made again, so its journal need not be on the disk.
    copy.pragma('journal_mode = MEMORY');
    copy.pragma(`rekey = "x'${to}'"`);
    copy.prepare('select count(*) from sqlite_master').get();
  } finally {
    copy.close();
  }
  const file = openSync(copyOf(path), 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
