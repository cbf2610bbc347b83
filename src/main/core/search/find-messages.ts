/** Finds the newest messages that hold all terms, by the index and by reading what the index has not reached. */
import type { Desk } from '../desk.ts';
import { scanMessages } from './scan-messages.ts';

export type FoundMessages = {
  /** Local numbers of the newest hits, newest first. */
  ns: number[];
  /** All hits. */
  count: number;
  /** Messages that were read because the index has not reached them. */
  unindexed: number;
};
export type MessageFinder = (terms: readonly string[], channel: string | null, limit: number) => Promise<FoundMessages>;

/** A finder without an index. */
export function findByReading(desk: Pick<Desk, 'cache'>, pause: () => Promise<void>): MessageFinder {
  return async (terms, channel, limit) => {
    const cache = desk.cache.reader;
    const hits = await scanMessages(cache, terms, channel, { where: '1', values: [] }, pause);
    hits.sort((a, b) => b.receivedAt - a.receivedAt || b.n - a.n);
    return {
      ns: hits.slice(0, limit).map(({ n }) => n),
      count: hits.length,
      unindexed: cache.value<number>('select count(*) from message') ?? 0,
    };
  };
}
