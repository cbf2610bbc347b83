/**
 * The key under which secrets are sealed: from outside, or from a file of its own beside the database. Never in it.
 * `master.key.next` stands there only while a rotation is under way; what an older key opened before stays as
 * `master.key.<id>` for the backups of that time.
 */
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Random } from '../../shared/domain/clock.ts';
import { idOfKey } from './seal-settings.ts';

const KEY_BYTES = 32;

/** The key is not one, or not the one of this database. The message is for the person who started the server. */
export class BadMasterKey extends Error {
  override name = 'BadMasterKey';
}

/** The key of a server, and what can be done where it lies. */
export type MasterKey = {
  bytes: Uint8Array;
  /** Where it comes from, in words for a person: a path, or the name of a variable. */
  from: string;
  /** True when it was made just now and stands nowhere yet. */
  isNew: boolean;
  /** Writes a new key down. Called once the database is known to hold nothing that another key has sealed. */
  keep(): void;
  /** The key that a rotation was on its way to, or null. */
  next(): Uint8Array | null;
  /** Ends a rotation: the next key is the key now, and the old one keeps a name of its own. */
  takeNext(): void;
};

/**
 * Gives the key; where there is no file, a new one that `keep` writes.
 * @param given base64 of 32 bytes, for several nodes on one database; undefined = the file `master.key` in the folder
 * @param random must be fit for secrets
 * @throws BadMasterKey
 */
export function readMasterKey(folder: string, given: string | undefined, random: Random): MasterKey {
  const nothing = { isNew: false, keep: () => {}, next: () => null, takeNext: () => {} };
  if (given !== undefined) return { ...nothing, bytes: keyFrom(given, 'KANADE_MASTER_KEY'), from: 'KANADE_MASTER_KEY' };
  const file = path.join(folder, 'master.key');
  const found = readKeyFile(file);
  const bytes = found ?? new Uint8Array(random.bytes(KEY_BYTES));
  return {
    ...nothing,
    bytes,
    from: file,
    isNew: found === null,
    keep: () => {
      if (found === null) writeKeyFile(file, bytes);
    },
    next: () => readKeyFile(`${file}.next`),
    takeNext: () => takeNext(file),
  };
}

/**
 * Makes the key that a rotation goes to, or gives the one that an interrupted rotation has made.
 * @throws BadMasterKey
 */
export function makeNextKey(folder: string, random: Random): Uint8Array {
  const file = path.join(folder, 'master.key.next');
  const found = readKeyFile(file);
  if (found !== null) return found;
  const bytes = new Uint8Array(random.bytes(KEY_BYTES));
  writeKeyFile(file, bytes);
  return bytes;
}

/**
 * Reads a key from text.
 * @param source its name in the refusal
 * @throws BadMasterKey
 */
export function keyFrom(text: string, source: string): Uint8Array {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== KEY_BYTES)
    throw new BadMasterKey(
      `${source} must hold 32 bytes in base64. Restore it from your backup: without it the channel accounts' settings cannot be opened.`,
    );
  return new Uint8Array(key);
}

function readKeyFile(file: string): Uint8Array | null {
  try {
    return keyFrom(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** On the disk before anything is sealed under it: a power cut must not leave secrets without their key. */
function writeKeyFile(file: string, bytes: Uint8Array): void {
  const handle = openSync(file, 'wx', 0o600);
  try {
    writeSync(handle, `${Buffer.from(bytes).toString('base64')}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The old name is never empty: the old key gets a second name, then the new one takes the place. */
function takeNext(file: string): void {
  const old = readKeyFile(file);
  if (old !== null) {
    try {
      linkSync(file, `${file}.${idOfKey(old)}`);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
  renameSync(`${file}.next`, file);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
