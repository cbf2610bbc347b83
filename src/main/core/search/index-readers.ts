/**
 * Connections to the index for questions, each of which holds the index as it was at its beginning, however many slices
 * it takes: the other thread goes on writing meanwhile.
 */
import { join } from 'node:path';
import { type DbFile, openFile } from '../db/connection.ts';
import { holdSnapshot, type Snapshot } from '../db/hold-snapshot.ts';

/** Kept open between two questions; the window asks for hits and counts at the same time. */
const KEPT_OPEN = 2;

export type IndexReaders = {
  /** Throws a SqliteError when the file is damaged. */
  take(): Snapshot;
  /** Also what is being read: the file shall be set aside. Reading on throws. */
  close(): void;
};

/** @param key 64 hex digits */
export function openIndexReaders(folder: string, key: string): IndexReaders {
  const idle: DbFile[] = [];
  const busy = new Set<DbFile>();
  return {
    take() {
      const file = idle.pop() ?? openFile(join(folder, 'search.db'), key, 'normal', () => undefined);
      busy.add(file);
      try {
        const snapshot = holdSnapshot(file);
        return {
          reader: snapshot.reader,
          release() {
            snapshot.release();
            if (!busy.delete(file)) return;
            if (idle.length < KEPT_OPEN) idle.push(file);
            else file.close();
          },
        };
      } catch (error) {
        busy.delete(file);
        file.close();
        throw error;
      }
    },
    close() {
      for (const file of [...idle.splice(0), ...busy]) file.close();
      busy.clear();
    },
  };
}
