/** Brings a file forward to the shape that this version knows, one migration after the other. Never backward. */
import { connectionOf, type DbFile } from './connection.ts';

export type Migration = { name: string; sql: string };

/** The file was written by a newer version of the console than this one. */
export class NewerFileError extends Error {}

/** Number of migrations that the file has seen. */
export function versionOf(file: DbFile): number {
  return Number(connectionOf(file).connection.pragma('user_version', { simple: true }));
}

/**
 * Runs the migrations that the file has not seen, each in a transaction with its number, so that a crash between two
 * leaves a whole version. Throws `NewerFileError` when the file has seen more than this version knows.
 */
export function migrate(file: DbFile, migrations: readonly Migration[]): void {
  const { connection } = connectionOf(file);
  const seen = versionOf(file);
  if (seen > migrations.length) {
    throw new NewerFileError(`written by a newer version: shape ${seen}, this version knows ${migrations.length}`);
  }
  migrations.slice(seen).forEach((migration, index) => {
    connection.exec('begin immediate');
    try {
      connection.exec(migration.sql);
      connection.pragma(`user_version = ${seen + index + 1}`);
      connection.exec('commit');
    } catch (error) {
      if (connection.inTransaction) connection.exec('rollback');
      throw error;
    }
  });
}
