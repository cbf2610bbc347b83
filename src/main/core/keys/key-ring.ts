/**
 * The file beside an agent's databases in which their key lies, wrapped in several ways (`keys.json`). Written whole and
 * twice, because with it everything in the folder is lost. Knows no secret and opens nothing; that is `open-ring.ts`.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const wrapped = z.string().nullable();
const keyRingSchema = z.object({
  version: z.literal(1),
  /** Under this name the server keeps its secret. */
  keyId: z.uuid(),
  /** One key; two while the files are on their way from the first to the second. */
  keys: z
    .array(
      z.object({
        n: z.number().int().positive(),
        /** Under the host's key. Null while the agent is signed out and another way is there. */
        host: wrapped,
        /** Under the secret that the server gives to the signed-in agent. */
        server: wrapped,
        /** Under the agent's password and the host's key together: signing in without a line. */
        password: z.object({ salt: z.string(), wrapped: z.string() }).nullable(),
      }),
    )
    .min(1)
    .max(2),
  /** Earlier keys of files that were set aside, each under the key that came after it. */
  retired: z.array(z.object({ n: z.number().int().positive(), wrapped: z.string() })),
});
export type KeyRing = z.output<typeof keyRingSchema>;
export type RingKey = KeyRing['keys'][number];

const NAMES = ['keys.json', 'keys.copy.json'] as const;

/** The ring of a folder, or null when there is none that can be read. */
export function readRing(folder: string): KeyRing | null {
  for (const name of NAMES) {
    try {
      return keyRingSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
    } catch {
      // Not there, or damaged: the other one says the same.
    }
  }
  return null;
}

/** Puts a ring in place of the old one. When it returns, the ring survives a power cut. */
export function writeRing(folder: string, ring: KeyRing): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of NAMES) {
    const path = join(folder, name);
    const file = openSync(`${path}.new`, 'w', 0o600);
    try {
      writeSync(file, `${JSON.stringify(ring, null, 1)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(`${path}.new`, path);
    syncFolder(folder);
  }
}

/** Destroys the ring: what it opened is noise from then on. Overwritten first, for disks on which that means something. */
export function destroyRing(folder: string): void {
  for (const name of NAMES.flatMap((of) => [of, `${of}.new`])) {
    const path = join(folder, name);
    if (!existsSync(path)) continue;
    const file = openSync(path, 'r+');
    try {
      writeSync(file, Buffer.alloc(statSync(path).size), 0, undefined, 0);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    rmSync(path);
  }
  if (existsSync(folder)) syncFolder(folder);
}

/** Makes renames in a folder survive a power cut. Windows does that by itself and does not open folders. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
