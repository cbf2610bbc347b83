/**
 * The key of the local files where there is no system key store: a file that only its owner may read. The browser host
 * uses it, and the Electron host where that was allowed explicitly; else host/electron/keep-secret.ts seals the key.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CannotStart } from './read-settings.ts';

/**
 * The key as 64 hex digits; made on first use. A file that others could read is closed to them again.
 * @throws CannotStart when the file is there and is no key: a copy that is put back spares the agent a sign-in
 */
export function readKeyFile(dataDir: string): string {
  const file = path.join(dataDir, 'key');
  const key = findKey(file) ?? makeKey(file);
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  return key;
}

function findKey(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new CannotStart(`The key file ${file} cannot be read. Give yourself the right to read it.`);
  }
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new CannotStart(
      `The key file ${file} is damaged, so the local files cannot be opened. Put its copy back, or remove it: a new one is made, and after signing in with the server reachable everything comes back, what had not been sent too.`,
    );
  }
  return text;
}

function makeKey(file: string): string {
  const key = randomBytes(32).toString('hex');
  // `wx`: two hosts that start at once must not make two keys.
  writeFileSync(file, `${key}\n`, { mode: 0o600, flag: 'wx' });
  return key;
}
