/**
 * Keeps the bytes of files under their SHA-256, so that equal files are kept once. Knows nothing of messages or rights.
 * The folder is the default; another store needs these functions.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

export type FileStore = {
  /** Stores bytes and gives their SHA-256 in hexadecimal with the path inside the store. Repeating it changes nothing. */
  put(bytes: Uint8Array): Promise<{ sha256: string; path: string; size: number }>;
  /** The same apart from all others, for what must never be handed out: `get` gives it to nobody. */
  quarantine(bytes: Uint8Array): Promise<{ sha256: string; path: string; size: number }>;
  /** @throws when the file is not there, or is kept apart */
  get(path: string): Promise<Uint8Array>;
  /** Keeps a part of a file that is still coming, at its place in it; safe when it resolves. `id` is a UUID. */
  putPart(id: string, offset: number, bytes: Uint8Array): Promise<void>;
  /** The first `size` bytes of what has come. @throws when there are fewer */
  getParts(id: string, size: number): Promise<Uint8Array>;
  /** Forgets the parts of a file; does nothing when there are none. */
  dropParts(id: string): Promise<void>;
};

/** Where bytes lie in any store, by their SHA-256. */
export function pathOf(sha256: string, isQuarantined: boolean): string {
  return `${isQuarantined ? 'quarantine' : sha256.slice(0, 2)}/${sha256}`;
}

/** The path of a file that may be handed out. @throws for any other, those kept apart too */
export function checkedPath(found: string): string {
  if (!/^[0-9a-f]{2}\/[0-9a-f]{64}$/.test(found)) throw new Error('not a path of the file store');
  return found;
}

/** The id of a file that is coming, which becomes a name in the store. @throws for what is none */
export function checkedUploadId(id: string): string {
  if (!/^[0-9a-f-]{36}$/.test(id)) throw new Error('not the id of a file');
  return id;
}

/** A store in a folder, made when it is absent. */
export function folderStore(folder: string): FileStore {
  const coming = path.join(folder, 'coming');
  const partsAt = (id: string): string => path.join(coming, checkedUploadId(id));

  async function put(bytes: Uint8Array, isQuarantined: boolean) {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const relative = pathOf(sha256, isQuarantined);
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
  }

  return {
    put: (bytes) => put(bytes, false),
    quarantine: (bytes) => put(bytes, true),
    get: async (relative) => await readFile(path.join(folder, checkedPath(relative))),
    async putPart(id, offset, bytes) {
      await mkdir(coming, { recursive: true });
      // Opened to write at a place: "a" would put it at the end, "w" would throw away what came before.
      const file = await open(partsAt(id), constants.O_RDWR | constants.O_CREAT, 0o600);
      try {
        await file.write(bytes, 0, bytes.byteLength, offset);
        await file.datasync();
      } finally {
        await file.close();
      }
    },
    async getParts(id, size) {
      const bytes = await readFile(partsAt(id));
      if (bytes.byteLength < size) throw new Error('parts of the file are missing');
      return bytes.subarray(0, size);
    },
    async dropParts(id) {
      await rm(partsAt(id), { force: true });
    },
  };
}
