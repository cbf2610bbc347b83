/** Many reads of one file that shall see the same moment, although another thread writes to it. */
import { connectionOf, type DbFile, type Reader } from './connection.ts';

export type Snapshot = { readonly reader: Reader; release(): void };

/**
 * The file as it is now, until it is released. Nobody else may hold a snapshot of the same open file meanwhile. A crash
 * of the reader releases it by itself.
 */
export function holdSnapshot(file: DbFile): Snapshot {
  const { connection } = connectionOf(file);
  connection.exec('begin');
  // `begin` alone waits for the first read.
  file.reader.value('select count(*) from meta');
  return {
    reader: file.reader,
    release() {
      if (connection.open && connection.inTransaction) connection.exec('commit');
    },
  };
}
