/**
 * The key of the local files, sealed by the system's key store. The key itself never touches the disk and never leaves
 * this process but for the core's thread.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { SafeStorage } from 'electron';
import type { Clock } from '../../../shared/domain/clock.ts';
import { readKeyFile } from '../key-file.ts';

/** The part of Electron's safeStorage that is used. */
export type SecretStore = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptStringAsync' | 'decryptStringAsync'
>;

/** Why there is no key: the system has no key store, or the sealed key can no longer be opened. */
export class SecretRefused extends Error {
  readonly why: 'no-key-store' | 'lost';

  constructor(why: SecretRefused['why']) {
    super(why);
    this.why = why;
  }
}

const SEALED = 'key.sealed';
/** Back ends of Electron on Linux that seal with a password which everybody knows. */
const UNSAFE = ['basic_text', 'unknown'];

/**
 * The key as 64 hex digits; made and sealed on first use.
 * @param allowPlain where the system has no key store, keep the key in a file that only its owner may read
 * @param isAskedFor a person has agreed to a new key for files that are there
 * @throws SecretRefused
 */
export async function keepSecret(
  dataDir: string,
  store: SecretStore,
  allowPlain: boolean,
  isAskedFor = false,
): Promise<string> {
  const file = path.join(dataDir, SEALED);
  if (!(await isSafe(store))) {
    if (!allowPlain) throw new SecretRefused('no-key-store');
    // A key that was sealed when there was a key store: it is not replaced before somebody was asked.
    if (existsSync(file)) throw new SecretRefused('lost');
    return readKeyFile(dataDir);
  }
  if (existsSync(file)) return unseal(readFileSync(file), store);
  // Files without their key: a new one opens them only after the server has helped, so somebody is asked.
  if (!isAskedFor && readdirSync(dataDir).some((name) => name.endsWith('.db'))) throw new SecretRefused('lost');
  const key = randomBytes(32).toString('hex');
  writeFileSync(`${file}.new`, await store.encryptStringAsync(key), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return key;
}

async function isSafe(store: SecretStore): Promise<boolean> {
  if (process.platform === 'linux' && UNSAFE.includes(store.getSelectedStorageBackend())) return false;
  return store.isAsyncEncryptionAvailable();
}

async function unseal(sealed: Buffer, store: SecretStore): Promise<string> {
  let key: string;
  try {
    key = (await store.decryptStringAsync(sealed)).result;
  } catch {
    throw new SecretRefused('lost');
  }
  if (!/^[0-9a-f]{64}$/.test(key)) throw new SecretRefused('lost');
  return key;
}

/**
 * A new key in place of one that cannot be opened. The files stay: the server's secret opens them when the agent has
 * signed in. The old seal is kept beside the new one, in case the system's key store comes back.
 * @throws SecretRefused
 */
export async function renewSecret(
  dataDir: string,
  store: SecretStore,
  allowPlain: boolean,
  clock: Clock,
): Promise<string> {
  const file = path.join(dataDir, SEALED);
  if (existsSync(file))
    renameSync(file, `${file}.set-aside-${new Date(clock.now()).toISOString().replaceAll(/[:.]/g, '-')}`);
  return await keepSecret(dataDir, store, allowPlain, true);
}
