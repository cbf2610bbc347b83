/**
 * Holds a data folder for one server: two on one PGlite folder would destroy it. The note in the folder names the process
 * and when it began, because after a crash its number may belong to another (in a container it nearly always does).
 */
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Another server has the folder, or the folder cannot be used. The message is for the person who started the server. */
export class FolderRefused extends Error {
  override name = 'FolderRefused';
}

const NOTE = 'server.pid';

/**
 * Makes the folder when it is absent and holds it; gives the function that lets go.
 * @throws FolderRefused
 */
export function holdFolder(folder: string): () => void {
  const note = path.join(folder, NOTE);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    takeNote(note, folder);
  } catch (error) {
    if (error instanceof FolderRefused) throw error;
    throw new FolderRefused(
      `The data folder ${folder} cannot be written (${codeOf(error)}). Give another one with --data, or the right to write there.`,
      {
        cause: error,
      },
    );
  }
  return () => {
    try {
      if (readFileSync(note, 'utf8') === ownMark()) unlinkSync(note);
    } catch {
      // Gone already: nothing is held.
    }
  };
}

function takeNote(note: string, folder: string): void {
  // Two rounds: a note left by a crash is removed in the first and its place taken in the second.
  for (const isLastTry of [false, true]) {
    try {
      putNote(note);
      return;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      const [pid, began] = readFileSync(note, 'utf8').split(' ');
      if (isLastTry || isRunning(Number(pid), began ?? '')) {
        throw new FolderRefused(
          `Another server (process ${pid}) runs on the data folder ${folder}. Stop it first, or give another folder with --data.`,
          {
            cause: error,
          },
        );
      }
      unlinkSync(note);
    }
  }
}

/** Written beside and linked: the note is there with its words or not at all, also for a server that starts this moment. */
function putNote(note: string): void {
  const draft = `${note}.${process.pid}`;
  writeFileSync(draft, ownMark(), { mode: 0o600 });
  try {
    linkSync(draft, note);
  } finally {
    unlinkSync(draft);
  }
}

const ownMark = (): string => `${process.pid} ${beginningOf(process.pid)}`;

function isRunning(pid: number, began: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    if (codeOf(error) !== 'EPERM') return false;
  }
  const now = beginningOf(pid);
  return now === '' || now === began;
}

/** When a process began, in ticks since boot (proc(5), stat, field 22); empty where there is no /proc. */
function beginningOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
}
