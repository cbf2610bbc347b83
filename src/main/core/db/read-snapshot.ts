/** Several reads of one file that shall see the same moment, although another thread writes to it. */
import { connectionOf, type DbFile, type Reader } from './connection.ts';

/** Runs `read` in one read transaction. */
export function readSnapshot<T>(file: DbFile, read: (reader: Reader) => T): T {
  const { connection } = connectionOf(file);
  connection.exec('begin');
  try {
    return read(file.reader);
  } finally {
    if (connection.inTransaction) connection.exec('commit');
  }
}
