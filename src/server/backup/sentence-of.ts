/** What the commands of backup and restore say when they fail: one sentence that names the remedy. */
import { DatabaseOfAnotherHistory, DatabaseTooNew } from '../db/migrate.ts';
import { FolderRefused } from '../db/hold-folder.ts';
import { BackupRefused } from './backup-records.ts';

/** @param what the command could not do, as the beginning of a sentence */
export function sentenceOf(error: unknown, what: string): string {
  if (error instanceof BackupRefused || error instanceof FolderRefused) return error.message;
  if (error instanceof DatabaseTooNew || error instanceof DatabaseOfAnotherHistory) return error.message;
  if (!(error instanceof Error)) return `${what}: unknown reason.`;
  const code = 'code' in error ? String(error.code) : '';
  if (code.startsWith('ERR_PARSE_ARGS')) return `${error.message} (see --help)`;
  if (code === 'ECONNREFUSED' || code === 'ENOENT')
    return `${what}: the database at DATABASE_URL does not answer. Is it running?`;
  if (code === 'ENOSPC' || code === '53100') return `${what}: the disk is full. Free some space and try again.`;
  // Drivers quote rows in their sentences: only the name leaves.
  return `${what} (${error.name}${code === '' ? '' : ` ${code}`}).`;
}
