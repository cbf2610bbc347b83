/**
 * What this device keeps of the history that it may hold: puts together the eviction of what is old, the fetching of what
 * is missing, and the boundary of a first reading. Decides by the policy; the work is done by the parts.
 */
import { KEEP_MS } from '../../../shared/domain/retention.ts';
import type { Page } from '../../../shared/sync-protocol.ts';
import type { DbFile } from '../db/connection.ts';
import type { Schedule } from '../schedule.ts';
import { fetchHistory, type FetchHistoryOptions } from './fetch-history.ts';
import { fillHistory } from './fill-history.ts';
import { keepWithin } from './keep-within.ts';
import type { ScopeState } from './scopes.ts';

/** What a device keeps. */
export type RetentionPolicy = {
  /** Bytes that the copy and its index may have. Asked each time: it is a setting. */
  capBytes(): number;
  /** Bytes of the search index; 0 while there is none. */
  searchBytes(): number;
};

export type RetainOptions = {
  cache: DbFile;
  outbox: DbFile;
  /** False when the outbox cannot be read: then nothing is let go, for what waits there cannot be seen. */
  isOutboxWritable: boolean;
  policy: RetentionPolicy;
  schedule: Schedule;
  serverNow(): number;
  scopes(): ScopeState[];
  /** Whether the line is open and every scope is level. */
  isLevel(): boolean;
  ask: FetchHistoryOptions['ask'];
  apply(conversationId: string, page: Page, upto: number | null): void;
  onEvicted(): void;
};

export type Retention = {
  /** See `HistoryFetcher`. */
  fetch(conversationId: string): Promise<void>;
  /**
   * Where the first reading of a scope shall end (server epoch ms), or null when all of it has room.
   * @param rows that the server has in it
   */
  boundaryOf(scope: ScopeState, rows: number): number | null;
  /** Everything is level, or something is wanted. */
  wake(): void;
  /** The line was cut. */
  cut(): void;
  stop(): void;
};

/** A message with its part of the index, in bytes: what a scope will need is not known better before it is read. */
const BYTES_PER_ROW = 1_000;

/** Begins to look after the copy. */
export function retain(options: RetainOptions): Retention {
  const { cache, outbox, policy, schedule, serverNow, scopes } = options;
  const isSettled = (): boolean =>
    options.isOutboxWritable && scopes().every((scope) => scope.claim === 'settled' && !scope.isResync);
  const history = fetchHistory({ cache: cache.reader, schedule, ask: options.ask, apply: options.apply });
  const keeper = keepWithin({ cache, outbox, policy, schedule, serverNow, isSettled, onEvicted: options.onEvicted });
  const filler = fillHistory({
    cache: cache.reader,
    outbox: outbox.reader,
    schedule,
    fetch: history.fetch,
    isReady: () => options.isLevel() && isSettled(),
    hasRoom: () => keeper.room() > 0,
  });

  return {
    fetch: history.fetch,
    boundaryOf(scope, rows) {
      // A pinned customer is read whole, and what is no history is small.
      if (!/^(queue|mine):/.test(scope.name)) return null;
      const promised = scopes()
        .filter((other) => other !== scope && other.state === 'walking')
        .reduce((sum, other) => sum + (other.remaining ?? 0), 0);
      if ((rows + promised) * BYTES_PER_ROW <= keeper.room()) return null;
      return Math.max(0, Math.floor(serverNow()) - KEEP_MS);
    },
    wake: filler.wake,
    cut: history.cut,
    stop() {
      keeper.stop();
      filler.stop();
    },
  };
}
