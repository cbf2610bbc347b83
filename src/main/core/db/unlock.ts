/**
 * The cipher of the local files. New ones are written with AEGIS-256: processors carry it in their AES instructions, so a row
 * costs 1.15 times what it costs unencrypted, against 2.5 times with the chacha20 of the first version. Files of that are read as they are.
 */
import type Database from 'better-sqlite3';
import { closeSync, existsSync, openSync, readSync } from 'node:fs';

type Cipher = 'aegis' | 'chacha20';

/**
 * Byte 20 of a file is readable without its key: the bytes that each page keeps free, here for what the cipher adds.
 * Source: "Reserved bytes per page" of SQLite's file format; SQLite3 Multiple Ciphers leaves bytes 16 to 23 in clear.
 */
const RESERVED_AT = 20;
const RESERVED_BY_CHACHA20 = 32;

/**
 * Gives a connection that has read nothing yet the cipher and the key of its file. It is not tried out: a connection with the
 * wrong cipher would take the journal beside the file for damaged.
 * @param path the file that it was opened with; one that is not there yet, or empty, is a new one
 * @param key 64 hex digits. Given raw (`x'…'`), so that no key derivation runs: opening takes 0.5 ms instead of 26.
 */
export function unlock(connection: Database.Database, path: string, key: string): void {
  connection.pragma(`cipher = '${cipherOf(path)}'`);
  if (path !== ':memory:') connection.pragma(`key = "x'${key}'"`);
  connection.pragma('temp_store = MEMORY');
}

function cipherOf(path: string): Cipher {
  if (!existsSync(path)) return 'aegis';
  const header = Buffer.alloc(RESERVED_AT + 1);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  return header[RESERVED_AT] === RESERVED_BY_CHACHA20 ? 'chacha20' : 'aegis';
}
