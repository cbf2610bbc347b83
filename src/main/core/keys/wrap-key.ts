/**
 * Wraps the key of an agent's files under a secret, so that it can lie on the disk. AES-256-GCM under a key of its own,
 * drawn from the secret by HKDF-SHA-256 (RFC 5869). Knows nothing of where secrets come from.
 */
import { createCipheriv, createDecipheriv, hkdfSync, scryptSync } from 'node:crypto';
import type { Random } from '../../../shared/domain/clock.ts';

const VERSION = 'v1';
const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** GCM's own length of a nonce (NIST SP 800-38D, 8.2). */
const NONCE_BYTES = 12;
/**
 * What a password is stretched by: 32 MiB, about 80 ms. scrypt, because Electron's BoringSSL has no argon2. Nobody can
 * guess at it without the host's key besides, which is mixed in.
 */
const SCRYPT = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const;

/**
 * Wraps a key of 64 hex digits as one line of text.
 * @param context names what the key is for: wrapped for one thing, it opens as nothing else
 * @param random must be fit for secrets
 */
export function wrapKey(key: string, secret: Uint8Array, context: string, random: Random): string {
  const salt = random.bytes(SALT_BYTES);
  const nonce = random.bytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, derive(secret, salt, context), nonce);
  const sealed = Buffer.concat([cipher.update(Buffer.from(key, 'hex')), cipher.final()]);
  const parts = [salt, nonce, sealed, cipher.getAuthTag()].map((part) => Buffer.from(part).toString('base64url'));
  return [VERSION, ...parts].join('.');
}

/** The key again, or null when the secret or the context is another, or the text was changed. */
export function unwrapKey(wrapped: string, secret: Uint8Array, context: string): string | null {
  const [version, ...texts] = wrapped.split('.');
  const [salt, nonce, sealed, tag] = texts.map((text) => Buffer.from(text, 'base64url'));
  if (version !== VERSION || !salt || !nonce || !sealed || !tag) return null;
  try {
    const decipher = createDecipheriv(ALGORITHM, derive(secret, salt, context), nonce, { authTagLength: 16 });
    decipher.setAuthTag(tag);
    const key = Buffer.concat([decipher.update(sealed), decipher.final()]);
    return key.length === KEY_BYTES ? key.toString('hex') : null;
  } catch {
    return null;
  }
}

/** Makes a secret of a password. The same word typed on another keyboard can be other code points, hence NFKC. */
export function stretchPassword(password: string, salt: string): Uint8Array {
  return scryptSync(password.normalize('NFKC'), Buffer.from(salt, 'base64url'), KEY_BYTES, SCRYPT);
}

function derive(secret: Uint8Array, salt: Uint8Array, context: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, salt, context, KEY_BYTES));
}
