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

/**
 * Moves up to `pages` unused pages out of the file, so that it ends earlier: one transaction. 100 encrypted pages take
 * about 2 ms. Does nothing to a file that was made without `auto_vacuum`; see `connection.ts`.
 */
export function giveBack(file: DbFile, pages: number): void {
  connectionOf(file).connection.pragma(`incremental_vacuum(${Math.max(1, Math.floor(pages))})`);
}
