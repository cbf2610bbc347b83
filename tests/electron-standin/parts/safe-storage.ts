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
let plainAllowed = false;

export const safeStorage = onlyKnown('safeStorage', {
  isEncryptionAvailable(): boolean {
    return appStandin.isReady() && (backend() !== 'basic_text' || plainAllowed);
  },
  getSelectedStorageBackend(): string {
    return backend();
  },
  setUsePlainTextEncryption(use: boolean): void {
    plainAllowed = use;
  },
  encryptString(text: string): Buffer {
    if (!this.isEncryptionAvailable())
      throw new Error(
        'Error while encrypting the text provided to safeStorage.encryptString. Encryption is not available.',
      );
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', keyRing(), iv);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([PREFIX, iv, cipher.getAuthTag(), sealed]);
  },
  decryptString(sealed: Buffer): string {
    if (!sealed.subarray(0, 3).equals(PREFIX))
      throw new Error(
        'Error while decrypting the ciphertext provided to safeStorage.decryptString. Ciphertext does not appear to be encrypted.',
      );
    const decipher = createDecipheriv('aes-256-gcm', keyRing(), sealed.subarray(3, 15));
    decipher.setAuthTag(sealed.subarray(15, 31));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(31)), decipher.final()]).toString('utf8');
    } catch {
      throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptString.');
    }
  },
});
