/** A disk of a few MiB that a test can fill and empty: a tmpfs of its own. Needs the right to mount, as root has it. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export type SmallDisk = {
  readonly folder: string;
  /** Leaves no byte free. */
  fill(): void;
  /** Takes away what `fill` wrote. */
  free(): void;
  unmount(): void;
};

/** Whether this process may mount. */
export const mayMount = process.platform === 'linux' && process.getuid?.() === 0 && isMountable();

function isMountable(): boolean {
  const folder = mkdtempSync(path.join(tmpdir(), 'kanade-disk-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
  if (status === 0) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
  return status === 0;
}

/** Mounts a new disk of so many MiB. */
export function mountSmallDisk(mebibytes: number): SmallDisk {
  const folder = mkdtempSync(path.join(tmpdir(), 'kanade-disk-'));
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder]);
  if (status !== 0) throw new Error(`mount: ${String(stderr)}`);
  const filler = path.join(folder, 'filler');
  return {
    folder,
    fill() {
      for (const size of [1024 * 1024, 64 * 1024, 4_096]) {
        try {
          for (;;) appendFileSync(filler, Buffer.alloc(size, 1));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        }
      }
    },
    free: () => rmSync(filler, { force: true }),
    unmount() {
      spawnSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
