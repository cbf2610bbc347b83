/**
 * Seals what the database must not hold in clear (settings of channel accounts with their passwords and tokens, secrets of
 * devices) under the server's master key, so that a copy of the database alone opens no mailbox. AES-256-GCM from Node.
 * Each sealed text names its key, so that a wrong key is told from a damaged text. Never logs and never returns half an answer.
 */
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { Random } from '../../shared/domain/clock.ts';

const ALGORITHM = 'aes-256-gcm';
/** GCM's own length of a nonce (NIST SP 800-38D, 8.2). */
const NONCE_BYTES = 12;
/** `v2.<key id>.<nonce>.<sealed>.<tag>`; `v1`, which did not name its key, is still opened. */
const VERSION = 'v2';
const KEY_ID_DIGITS = 12;

export class CannotOpenSettings extends Error {
  override name = 'CannotOpenSettings';
  constructor() {
    super(
      'The settings of this account were sealed under another master key, or were changed. Restore the key file (master.key) or enter the settings again.',
    );
  }
}

/** The name of a key in what it sealed: twelve hexadecimal digits of its hash, which say nothing of the key. */
export function idOfKey(masterKey: Uint8Array): string {
  return createHash('sha256').update('kanade master key').update(masterKey).digest('hex').slice(0, KEY_ID_DIGITS);
}

/** Which key sealed this; null where the text does not say (`v1`). */
export function keyIdOf(sealed: string): string | null {
  const [version, keyId] = sealed.split('.');
  return version === VERSION && keyId !== undefined ? keyId : null;
}

/**
 * Seals settings as one line of text.
 * @param masterKey 32 bytes
 * @param random must be fit for secrets: a nonce that comes twice under one key betrays both texts
 */
export function sealSettings(masterKey: Uint8Array, settings: unknown, random: Random): string {
  const nonce = random.bytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, masterKey, nonce);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(settings ?? null), 'utf8'), cipher.final()]);
  const parts = [nonce, sealed, cipher.getAuthTag()].map((part) => Buffer.from(part).toString('base64url'));
  return [VERSION, idOfKey(masterKey), ...parts].join('.');
}

/**
 * Opens what `sealSettings` made.
 * @throws CannotOpenSettings
 */
export function openSettings(masterKey: Uint8Array, sealed: string): unknown {
  const [version, ...rest] = sealed.split('.');
  const keyId = version === VERSION ? rest.shift() : undefined;
  const [nonce, text, tag] = rest;
  const isOurs = version === VERSION ? keyId === idOfKey(masterKey) : version === 'v1';
  if (!isOurs || nonce === undefined || text === undefined || tag === undefined) throw new CannotOpenSettings();
  try {
    const decipher = createDecipheriv(ALGORITHM, masterKey, Buffer.from(nonce, 'base64url'), { authTagLength: 16 });
    decipher.setAuthTag(Buffer.from(tag, 'base64url'));
    const opened = Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()]);
    return JSON.parse(opened.toString('utf8')) as unknown;
  } catch {
    throw new CannotOpenSettings();
  }
}
