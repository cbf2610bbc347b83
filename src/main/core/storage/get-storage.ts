/** `storage.get`: how large the local copy is and what it keeps. */
import type { Storage } from '../../../shared/console-shapes.ts';
import { KEEP_MS } from '../../../shared/domain/retention.ts';
import { sizeOf } from '../db/file-size.ts';
import type { Desk } from '../desk.ts';

/** Sizes in bytes. Counts what is missing, so it is for a screen that somebody looks at and not for every row. */
export function getStorage(desk: Desk): Storage {
  const cache = desk.cache.reader;
  const copy = sizeOf(desk.cache);
  return {
    copyBytes: copy.used + copy.unused,
    searchBytes: desk.searchBytes(),
    filesBytes: cache.value<number>('select coalesce(sum(size), 0) from attachment_copy') ?? 0,
    capBytes: desk.capBytes(),
    keepDays: Math.round(KEEP_MS / 86_400_000),
    incomplete: cache.value<number>('select count(*) from absence') ?? 0,
    incompleteUpto: cache.value<number | null>('select max(upto) from absence') ?? null,
  };
}
