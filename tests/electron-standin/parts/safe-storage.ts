/**
 * `safeStorage`: sealed with a key that lies in a file beside the profile, where a real one would lie in the system's key
 * store. Deleting that file is how a test loses the key store. `ELECTRON_STANDIN_SECRET_BACKEND` names the back end.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { appStandin } from './app.ts';
import { onlyKnown } from './only-known.ts';

const PREFIX = Buffer.from('v11');

function keyRing(): Buffer {
  const file = path.join(appStandin.getPath('userData'), 'standin-keyring');
  if (!existsSync(file)) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, randomBytes(32), { mode: 0o600 });
  }
  return readFileSync(file);
}

function backend(): string {
  return process.env['ELECTRON_STANDIN_SECRET_BACKEND'] ?? 'gnome_libsecret';
}

export const safeStorage = onlyKnown('safeStorage', {
  isAsyncEncryptionAvailable(): Promise<boolean> {
    return Promise.resolve(appStandin.isReady() && backend() !== 'basic_text');
  },
  getSelectedStorageBackend(): string {
    return appStandin.isReady() ? backend() : 'unknown';
  },
  async encryptStringAsync(text: string): Promise<Buffer> {
    if (!(await this.isAsyncEncryptionAvailable())) throw new Error('Encryption is not available');
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', keyRing(), iv);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([PREFIX, iv, cipher.getAuthTag(), sealed]);
  },
  async decryptStringAsync(sealed: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> {
    if (!(await this.isAsyncEncryptionAvailable())) throw new Error('Decryption is not available');
    if (!sealed.subarray(0, 3).equals(PREFIX)) throw new Error('Ciphertext does not appear to be encrypted');
    const decipher = createDecipheriv('aes-256-gcm', keyRing(), sealed.subarray(3, 15));
    decipher.setAuthTag(sealed.subarray(15, 31));
    const text = Buffer.concat([decipher.update(sealed.subarray(31)), decipher.final()]).toString('utf8');
    return { result: text, shouldReEncrypt: false };
  },
});
