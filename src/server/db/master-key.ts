/** The key under which account settings are sealed: from outside, or from a file of its own beside the database. Never in it. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Random } from '../../shared/domain/clock.ts';

const KEY_BYTES = 32;

/** The key is not one. The message is for the person who started the server. */
export class BadMasterKey extends Error {
  override name = 'BadMasterKey';
}

/**
 * Gives the key, made on the first start.
 * @param given base64 of 32 bytes, for several nodes on one database; undefined = the file `master.key` in the folder
 * @param random must be fit for secrets
 * @throws BadMasterKey
 */
export function readMasterKey(folder: string, given: string | undefined, random: Random): Buffer {
  if (given !== undefined) return keyFrom(given, 'KANADE_MASTER_KEY');
  const file = path.join(folder, 'master.key');
  try {
    return keyFrom(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const key = Buffer.from(random.bytes(KEY_BYTES));
  writeFileSync(file, `${key.toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  return key;
}

function keyFrom(text: string, source: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== KEY_BYTES)
    throw new BadMasterKey(
      `${source} must hold 32 bytes in base64. Restore it from your backup: without it the channel accounts' settings cannot be opened.`,
    );
  return key;
}
