/** Tells listeners in this node which scopes have grown after a commit. Carries no rows: a lost or doubled call does no harm. */
import type { Scope } from '../../shared/domain/scope.ts';

/** The scopes that a commit touched and the organisation's `sv` after it. `scopes` null: too many to name, look at all. */
export type FeedGrowth = { sv: number; scopes: readonly Scope[] | null };

export type FeedHub = {
  publish(growth: FeedGrowth): void;
  /** Returns the function that ends listening. A listener must not throw and must not wait. */
  listen(listener: (growth: FeedGrowth) => void): () => void;
};

/** Makes a hub that calls its listeners at once, in the order in which they came. */
export function createFeedHub(): FeedHub {
  const listeners = new Set<(growth: FeedGrowth) => void>();
  return {
    publish: (growth) => {
      for (const listener of [...listeners]) listener(growth);
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
