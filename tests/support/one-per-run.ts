/**
 * vitest's global set-up: a folder for what a whole run shares (a PostgreSQL, a filled PGlite), and its removal. Starts
 * nothing itself: the first suite that needs something starts it, so that a run of one unit test stays fast.
 */
import { mkdtempSync, readFileSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { eventually } from './eventually.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    runFolder: string;
  }
}

export default async function onePerRun(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kanade-run-'));
  // As root, PostgreSQL runs as another user, who must be able to pass through here.
  await chmod(folder, 0o755);
  project.provide('runFolder', folder);
  return async () => {
    const pid = pidOfPostgres(folder);
    if (pid !== null) {
      // Fast shutdown: PostgreSQL's documentation, "Shutting Down the Server".
      process.kill(pid, 'SIGINT');
      await eventually(() => !isAlive(pid), { what: 'the end of PostgreSQL' });
    }
    await rm(folder, { recursive: true, force: true });
  };
}

function pidOfPostgres(folder: string): number | null {
  try {
    const pid = Number(readFileSync(path.join(folder, 'postgres.pid'), 'utf8'));
    return pid > 0 && isAlive(pid) ? pid : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
