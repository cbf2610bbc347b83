/**
 * One console for each folder of local files: two cores writing one outbox would send it twice. A lock of a process that
 * is gone is taken over.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CannotStart } from './read-settings.ts';

/** Another console has the folder. */
export class FolderHeld extends CannotStart {
  readonly pid: number;

  constructor(dataDir: string, pid: number) {
    super(
      `Another console (process ${String(pid)}) is running on ${dataDir}. Stop it, or choose another folder with --data.`,
    );
    this.pid = pid;
  }
}

/**
 * Takes the folder; returns the way to give it back.
 * @throws FolderHeld when another console is running on it
 */
export function holdDataDir(dataDir: string): () => void {
  const file = path.join(dataDir, 'lock');
  const take = (): void => writeFileSync(file, `${String(process.pid)} ${bornAt(process.pid)}`, { flag: 'wx' });
  try {
    take();
  } catch {
    const owner = findOwner(file);
    if (owner !== undefined && owner !== process.pid) {
      throw new FolderHeld(dataDir, owner);
    }
    rmSync(file, { force: true });
    take();
  }
  return () => rmSync(file, { force: true });
}

/** The living process that wrote the lock. */
function findOwner(file: string): number | undefined {
  const [pid, born] = readFileSync(file, 'utf8').split(' ');
  const owner = Number(pid);
  if (!Number.isSafeInteger(owner) || owner <= 0) return undefined;
  try {
    process.kill(owner, 0);
  } catch (error) {
    // EPERM: it is alive and belongs to somebody else.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return undefined;
  }
  return born === bornAt(owner) ? owner : undefined;
}

/**
 * When a process began, in ticks since the computer did; empty where the system does not say. After a restart of the
 * computer another program soon has the number of the console that was killed: it began at another time.
 * Field 22 of /proc/<pid>/stat, counted after the name in brackets, see proc_pid_stat(5).
 */
function bornAt(pid: number): string {
  try {
    return (
      readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
        .split(') ')[1]
        ?.split(' ')[19] ?? ''
    );
  } catch {
    return '';
  }
}
