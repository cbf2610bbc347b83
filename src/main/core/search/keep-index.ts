/**
 * The core's side of the search index: starts whoever builds it, opens it for questions, and lets it be built anew when
 * it is damaged. Never writes the index.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '../../../shared/domain/clock.ts';
import type { Clock, Random } from '../../../shared/domain/clock.ts';
import { type DbFile, isDamage, openFile, sqliteCode } from '../db/connection.ts';
import { write } from '../db/write.ts';
import type { Snapshot } from '../db/hold-snapshot.ts';
import type { Schedule } from '../schedule.ts';
import type { ReadIndex, SearchFiles } from './find-messages.ts';
import { type IndexReaders, openIndexReaders } from './index-readers.ts';
import { readIndexNumber } from './index-meta.ts';
import type { FromSearch } from './search-frames.ts';
import type { StartIndexing } from './start-search-thread.ts';

/** Between a change of the cache and the word to the indexer, in ms: frames come every 20. */
const TELL_AFTER_MS = 100;
/** Between two stale frames while the index grows, in ms. */
const ANNOUNCE_EVERY_MS = 1_000;

export type KeptIndex = {
  /** Messages came, changed or went. */
  changed(): void;
  read: ReadIndex;
  /** Bytes of the index on the disk; 0 while there is none. */
  bytes(): number;
  /** Resolves when nobody has a file open any more. */
  stop(): Promise<void>;
};

export type KeepIndexOptions = {
  folder: string;
  key: string;
  cache: DbFile;
  clock: Clock;
  random: Random;
  schedule: Schedule;
  startIndexing: StartIndexing;
  announce(topics: string[]): void;
  log(line: string): void;
};

/** Starts the building of the index over an open cache. */
export function keepIndex(options: KeepIndexOptions): KeptIndex {
  const { folder, key, cache, clock, random, schedule, announce, log } = options;
  let readers: IndexReaders | null = null;
  let cancelTell: (() => void) | null = null;
  let cancelAnnounce: (() => void) | null = null;
  let isStopped = false;
  nameCache();
  const indexing = options.startIndexing({ folder, key }, hear);

  /** An index belongs to one cache: after a new beginning the numbers of messages mean others. */
  function nameCache(): void {
    const isNamed = cache.reader.value("select 1 from meta where key = 'cacheId'") !== undefined;
    if (isNamed && !isAhead()) return;
    write(cache, (writer) =>
      writer.run(
        "insert into meta (key, value) values ('cacheId', ?) on conflict (key) do update set value = excluded.value",
        newId(clock, random),
      ),
    );
  }

  /**
   * Whether the index has read further than there is. A power cut may take the last transactions of the cache and leave
   * those of the index; the numbers that are given next are in it already, for other messages.
   */
  function isAhead(): boolean {
    const path = join(folder, 'search.db');
    if (!existsSync(path)) return false;
    const given = (table: string) =>
      cache.reader.value<number>('select seq from sqlite_sequence where name = ?', table) ?? 0;
    try {
      const index = openFile(path, key, 'normal', () => undefined);
      try {
        return (
          readIndexNumber(index.reader, 'upTo') > given('message') ||
          readIndexNumber(index.reader, 'changesUpTo') > given('search_change')
        );
      } finally {
        index.close();
      }
    } catch {
      // Damaged, or begun a moment ago: whoever builds it will see.
      return false;
    }
  }

  /** A word comes from outside any call: what goes wrong here must not end the thread. */
  function hear(word: FromSearch): void {
    if (isStopped) return;
    try {
      take(word);
    } catch (error) {
      log(`a word of the search index could not be taken in: ${sqliteCode(error) ?? 'unknown error'}`);
    }
  }

  function take(word: FromSearch): void {
    switch (word.t) {
      case 'ready':
        open();
        return;
      case 'indexed':
        open();
        prune(word.changesUpTo);
        if (word.isDone) announceNow();
        else announceSoon();
        return;
      case 'damaged':
        log('search.db is damaged: it is built anew');
        close();
        return indexing.order({ t: 'released' });
      case 'failed':
        log(`there is no search index now: ${word.reason}`);
        return close();
    }
  }

  function open(): void {
    readers ??= openIndexReaders(folder, key);
  }

  function close(): void {
    readers?.close();
    readers = null;
  }

  /** What the index has taken in need not be remembered. */
  function prune(changesUpTo: number): void {
    if (cache.reader.value('select 1 from search_change where n <= ? limit 1', changesUpTo) === undefined) return;
    write(cache, (writer) => writer.run('delete from search_change where n <= ?', changesUpTo));
  }

  function announceSoon(): void {
    cancelAnnounce ??= schedule.after(ANNOUNCE_EVERY_MS, announceNow);
  }
  function announceNow(): void {
    cancelAnnounce?.();
    cancelAnnounce = null;
    announce(['search']);
  }

  const files: Omit<SearchFiles, 'search'> = {
    cache: cache.reader,
    pause: () => new Promise((resolve) => void schedule.after(0, resolve)),
  };

  return {
    changed() {
      announceSoon();
      cancelTell ??= schedule.after(TELL_AFTER_MS, () => {
        cancelTell = null;
        indexing.order({ t: 'changed' });
      });
    },
    async read(job) {
      const used = readers;
      if (used === null) return await job({ ...files, search: null });
      let snapshot: Snapshot | null = null;
      try {
        snapshot = used.take();
        return await job({ ...files, search: snapshot.reader });
      } catch (error) {
        // Set aside while it was read: what it had not said yet is read from the cache.
        if (readers !== used && !isStopped) return await job({ ...files, search: null });
        // The cache would say the same again: then the caller hears of it.
        if (!isDamage(error)) throw error;
        close();
        indexing.order({ t: 'damaged' });
        return await job({ ...files, search: null });
      } finally {
        snapshot?.release();
      }
    },
    bytes: () => statSync(join(folder, 'search.db'), { throwIfNoEntry: false })?.size ?? 0,
    stop() {
      isStopped = true;
      cancelTell?.();
      cancelAnnounce?.();
      close();
      return indexing.stop();
    },
  };
}
