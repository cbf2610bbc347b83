/** How large a local file is, and giving its unused pages back to the disk. */
import { connectionOf, type DbFile } from './connection.ts';

export type FileSize = {
  /** Bytes that hold something. */
  used: number;
  /** Bytes of pages that were emptied and are still part of the file. */
  unused: number;
};

/** Read from the head of the file: costs the same at any size. */
export function sizeOf(file: DbFile): FileSize {
  const { connection } = connectionOf(file);
  const number = (name: string): number => Number(connection.pragma(name, { simple: true }));
  const page = number('page_size');
  const unused = number('freelist_count') * page;
  return { used: number('page_count') * page - unused, unused };
}

/** Unused pages given back in one transaction: 100 encrypted ones take about 2 ms. */
const PAGES_PER_SLICE = 100;
/** Unused bytes that are left for what comes next. */
const LEFT_UNUSED = 1024 * 1024;

/**
 * Moves some unused pages out of the file, so that it ends earlier. True when there was something to move and there may be
 * more; false also for a file that was made without `auto_vacuum` (see `connection.ts`), which keeps its size.
 */
export function shrinkSlice(file: DbFile): boolean {
  return sizeOf(file).unused > LEFT_UNUSED && vacuumSlice(file);
}

/** Moves up to 100 unused pages out, however few there are. False when the file cannot become smaller. */
export function vacuumSlice(file: DbFile): boolean {
  const { unused } = sizeOf(file);
  connectionOf(file).connection.pragma(`incremental_vacuum(${PAGES_PER_SLICE})`);
  return sizeOf(file).unused < unused;
}

/**
 * Takes the write-ahead log over into the file and cuts it to nothing, so that no older page is left in it. Does what it can
 * while somebody reads: what is left is overwritten by what is written next.
 */
export function cutJournal(file: DbFile): void {
  connectionOf(file).connection.pragma('wal_checkpoint(TRUNCATE)');
}
