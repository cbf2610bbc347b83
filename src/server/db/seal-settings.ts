/**
 * Seals the settings of a channel account, which hold its passwords and tokens, under the server's master key, so that a
 * copy of the database alone opens no mailbox. AES-256-GCM from Node. Never logs and never returns half an answer.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from '../../shared/domain/clock.ts';

const ALGORITHM = 'aes-256-gcm';
/** GCM's own length of a nonce (NIST SP 800-38D, 8.2). */
const NONCE_BYTES = 12;
const VERSION = 'v1';

export class CannotOpenSettings extends Error {
  override name = 'CannotOpenSettings';
  constructor() {
    super(
      'The settings of this account were sealed under another master key, or were changed. Restore the key file (master.key) or enter the settings again.',
    );
  }
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
  return [VERSION, nonce, sealed, cipher.getAuthTag()]
    .map((part) => (typeof part === 'string' ? part : Buffer.from(part).toString('base64url')))
    .join('.');
}

/**
 * Opens what `sealSettings` made.
 * @throws CannotOpenSettings
 */
export function openSettings(masterKey: Uint8Array, sealed: string): unknown {
  const [version, nonce, text, tag] = sealed.split('.');
  if (version !== VERSION || nonce === undefined || text === undefined || tag === undefined)
    throw new CannotOpenSettings();
  try {
    const decipher = createDecipheriv(ALGORITHM, masterKey, Buffer.from(nonce, 'base64url'), { authTagLength: 16 });
    decipher.setAuthTag(Buffer.from(tag, 'base64url'));
    const opened = Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()]);
    return JSON.parse(opened.toString('utf8')) as unknown;
  } catch {
    throw new CannotOpenSettings();
  }
}
