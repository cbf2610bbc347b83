/**
 * Keeps the local copy within its bytes: lets old conversations go when it has grown too large, and gives emptied pages
 * back to the disk. Works in slices of a few milliseconds, and only while no scope is being read, for what a walk has
 * passed must not be taken away behind it.
 */
import type { DbFile } from '../db/connection.ts';
import { shrinkSlice, sizeOf } from '../db/file-size.ts';
import { KEEP_MS } from '../../../shared/domain/retention.ts';
import type { Schedule } from '../schedule.ts';
import { beginPass, type EvictionPass, evictSlice, forgetPass } from './evict.ts';
import type { RetentionPolicy } from './retain.ts';

export type KeepWithinOptions = {
  cache: DbFile;
  outbox: DbFile;
  policy: RetentionPolicy;
  schedule: Schedule;
  serverNow(): number;
  /** Whether every scope is read to its end, and what waits in the outbox can be seen. */
  isSettled(): boolean;
  /** Messages went. */
  onEvicted(): void;
};

export type Keeper = {
  /** Bytes that are still free under the cap, less a reserve, before more is fetched than must be here. */
  room(): number;
  stop(): void;
};

const CHECK_EVERY_MS = 30_000;
/** Between two slices, so that questions are answered meanwhile. */
const PAUSE_MS = 4;
/** Eviction ends at this part of the cap, so that it does not begin again with the next message. */
const LOW_MARK = 0.9;
/** What need not be here is fetched up to this part of the cap. */
const FILL_MARK = 0.8;
/** The index takes at most this part of the copy (measured: 0.54). What it has beyond that it is about to lose. */
const MOST_INDEX = 0.6;
/** After a pass that found too little to let go, in ms. */
const REST_MS = 3_600_000;

/** Begins to look after a copy. */
export function keepWithin(options: KeepWithinOptions): Keeper {
  const { cache, policy, schedule, serverNow } = options;
  let pass: { at: EvictionPass; until: number; isWhole: boolean } | null = null;
  let rest = { until: -Infinity, cap: 0 };
  let cancel: () => void = schedule.after(CHECK_EVERY_MS, step);

  function total(used: number): number {
    return used + Math.min(policy.searchBytes(), used * MOST_INDEX);
  }

  function step(): void {
    const isBusy = options.isSettled() && (evict() || shrinkSlice(cache));
    cancel = schedule.after(isBusy ? PAUSE_MS : CHECK_EVERY_MS, step);
  }

  /** One slice of eviction; false when there is nothing to do. */
  function evict(): boolean {
    const { used } = sizeOf(cache);
    pass ??= begin(used);
    if (!pass) return false;
    evictSlice(options, pass.at, serverNow() - KEEP_MS);
    if (pass.at.stage === 'done' || (pass.at.current === null && sizeOf(cache).used <= pass.until)) end(pass);
    return true;
  }

  function begin(used: number): typeof pass {
    const all = total(used);
    const cap = policy.capBytes();
    if (all <= cap || (serverNow() < rest.until && cap >= rest.cap)) return null;
    const at = beginPass(cache.reader);
    return { at, until: used * ((cap * LOW_MARK) / all), isWhole: at.after.id === '' };
  }

  function end({ at, until, isWhole }: NonNullable<typeof pass>): void {
    pass = null;
    options.onEvicted();
    if (at.stage !== 'done') return;
    forgetPass(cache);
    if (isWhole && sizeOf(cache).used > until) rest = { until: serverNow() + REST_MS, cap: policy.capBytes() };
  }

  return {
    room: () => policy.capBytes() * FILL_MARK - total(sizeOf(cache).used),
    stop: () => cancel(),
  };
}
