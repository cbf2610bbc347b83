/**
 * Keeps the bytes of files under their SHA-256, so that equal files are kept once. Knows nothing of messages or rights.
 * The folder is the default; another store needs these three functions.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import path from 'node:path';

export type FileStore = {
  /** Stores bytes and gives their SHA-256 in hexadecimal with the path inside the store. Repeating it changes nothing. */
  put(bytes: Uint8Array): Promise<{ sha256: string; path: string; size: number }>;
  /** @throws when the file is not there */
  get(path: string): Promise<Uint8Array>;
};

/** A store in a folder, made when it is absent. */
export function folderStore(folder: string): FileStore {
  return {
    async put(bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const relative = path.posix.join(sha256.slice(0, 2), sha256);
      const full = path.join(folder, relative);
      const known = await stat(full).catch(() => null);
      if (known?.size !== bytes.byteLength) {
        await mkdir(path.dirname(full), { recursive: true });
        // Written beside and renamed: a crash leaves no half file under a name that promises its content.
        const part = `${full}.${process.pid}.part`;
        const file = await open(part, 'w', 0o600);
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(part, full);
      }
      return { sha256, path: relative, size: bytes.byteLength };
    },
    async get(relative) {
      if (!/^[0-9a-f]{2}\/[0-9a-f]{64}$/.test(relative)) throw new Error('not a path of the file store');
      return await readFile(path.join(folder, relative));
    },
  };
}
