/**
 * Runs the indexer whenever there is work, mends a damaged index by building it anew, and says how far it is. Knows no
 * thread: the search thread and tests give it their timers and their ears.
 */
import { join } from 'node:path';
import type { Clock } from '../../../shared/domain/clock.ts';
import { type DbFile, isDamage, openFile, sqliteCode } from '../db/connection.ts';
import { shrinkSlice } from '../db/file-size.ts';
import { openDb, setFileAside } from '../db/open-db.ts';
import type { Schedule } from '../schedule.ts';
import { type IndexCleaner, makeIndexCleaner } from './clean-index.ts';
import { type Indexer, makeIndexer } from './indexer.ts';
import type { FromSearch, SearchStart, ToSearch } from './search-frames.ts';

/** Between two slices, in ms, so that orders are heard and the machine breathes. */
const PAUSE_MS = 1;
/** Before another try after something else than damage went wrong, such as a full disk, in ms. */
const RETRY_MS = 30_000;

export type RunningIndexer = { hear(order: ToSearch): void; stop(): void };

/** Starts at once; the first thing said is `ready` or `failed`. */
export function runIndexer(
  { folder, key }: SearchStart,
  clock: Clock,
  schedule: Schedule,
  say: (word: FromSearch) => void,
): RunningIndexer {
  let open: { cache: DbFile; search: DbFile; indexer: Indexer; cleaner: IndexCleaner } | null = null;
  let cancel: (() => void) | null = null;
  let cancelCleaning: (() => void) | null = null;
  let isStopped = false;
  /** Damage met since the last slice that went well. */
  let damages = 0;

  function begin(): void {
    try {
      const cache = openFile(join(folder, 'cache.db'), key, 'normal', () => undefined);
      try {
        const { file: search } = openDb('search', { folder, key, clock, announce: () => undefined });
        const indexer = makeIndexer(cache.reader, search, clock);
        open = { cache, search, indexer, cleaner: makeIndexCleaner(search, clock, indexer.forget) };
      } catch (error) {
        cache.close();
        throw error;
      }
      say({ t: 'ready' });
      plan(0);
    } catch (error) {
      fail(error);
    }
  }

  function close(): void {
    cancel?.();
    cancel = null;
    cancelCleaning?.();
    cancelCleaning = null;
    open?.cache.close();
    open?.search.close();
    open = null;
  }

  function plan(ms: number): void {
    if (isStopped) return;
    cancel ??= schedule.after(ms, () => {
      cancel = null;
      work();
    });
  }

  function work(): void {
    if (!open) return;
    try {
      const progress = open.indexer.slice();
      damages = 0;
      say({ t: 'indexed', ...progress });
      if (!progress.isDone || shrinkSlice(open.search)) plan(PAUSE_MS);
      else planCleaning();
    } catch (error) {
      onFailure(error);
    }
  }

  /** Only while there is nothing to index; what comes meanwhile goes first. */
  function planCleaning(): void {
    const ms = open?.cleaner.dueIn() ?? null;
    if (ms === null || isStopped) return;
    cancelCleaning ??= schedule.after(Math.max(PAUSE_MS, ms), () => {
      cancelCleaning = null;
      if (cancel === null) clean();
    });
  }

  function clean(): void {
    if (!open) return;
    try {
      open.cleaner.slice();
      planCleaning();
    } catch (error) {
      onFailure(error);
    }
  }

  function onFailure(error: unknown): void {
    damages += 1;
    // Met again at once in a new index, it is the cache that is damaged: the core finds that by its own reading.
    if (isDamage(error) && damages < 3) {
      close();
      say({ t: 'damaged' });
    } else fail(error);
  }

  function fail(error: unknown): void {
    close();
    say({ t: 'failed', reason: sqliteCode(error) ?? (error instanceof Error ? error.name : 'unknown error') });
    if (!isStopped)
      cancel = schedule.after(RETRY_MS, () => {
        cancel = null;
        begin();
      });
  }

  begin();
  return {
    hear(order) {
      switch (order.t) {
        case 'changed':
          return plan(PAUSE_MS);
        case 'damaged':
          close();
          return say({ t: 'damaged' });
        case 'released':
          // Whichever of the two files it was: the cache is mended by the core, which then starts this anew.
          setFileAside(join(folder, 'search.db'), 'damaged', clock);
          return begin();
        case 'stop':
          isStopped = true;
          return close();
      }
    },
    stop() {
      isStopped = true;
      close();
    },
  };
}
