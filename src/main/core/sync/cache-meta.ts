/** What the copy as a whole remembers: the server's epoch, and when this device last had everything. */
import type { DbFile, Writer } from '../db/connection.ts';

export type CacheMeta = {
  /** Null before the first hello. */
  epoch: string | null;
  /** Grows by one with each new epoch; see `VERSIONS_PER_EPOCH`. */
  epochNumber: number;
  /** Server epoch ms. */
  lastLevelAt: number | null;
};

/** Reads the facts of a copy; a new file has none. */
export function readCacheMeta(cache: DbFile): CacheMeta {
  const stored = new Map(
    cache.reader.all<{ key: string; value: string }>('select key, value from meta').map((row) => [row.key, row.value]),
  );
  const lastLevelAt = stored.get('lastLevelAt');
  return {
    epoch: stored.get('epoch') ?? null,
    epochNumber: Number(stored.get('epochNumber') ?? 0),
    lastLevelAt: lastLevelAt === undefined ? null : Number(lastLevelAt),
  };
}

/** Remembers one fact. */
export function putCacheMeta(
  writer: Writer,
  key: keyof CacheMeta | 'cacheId' | 'knownKinds' | 'keepsUnknown' | 'evictedTo',
  value: string,
): void {
  writer.run(
    'insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
    key,
    value,
  );
}
