/** Counts how often a visitor, an address or a console may do something. Pure but for its own memory; takes the time from a clock. */
import type { Clock } from './clock.ts';

/** `burst` at once, then `perSecond` in the long run. */
export type BucketRule = { burst: number; perSecond: number };
export type Taken = { ok: true } | { ok: false; retryAfterMs: number };
export type Buckets = { take(key: string): Taken };

/** Keys remembered at once. A flood of new keys then costs the oldest ones their memory, never the server its own. */
const MOST_KEYS = 20_000;

/** Makes one bucket for each key that asks. A key that has been still long enough to be full again is forgotten. */
export function openBuckets(rule: BucketRule, clock: Clock): Buckets {
  const buckets = new Map<string, { tokens: number; at: number }>();
  const fullAgainMs = (rule.burst / rule.perSecond) * 1000;

  function forget(now: number): void {
    for (const [key, bucket] of buckets) {
      // In order of last use: the first one that is young ends the search.
      if (buckets.size < MOST_KEYS && now - bucket.at < fullAgainMs) return;
      buckets.delete(key);
    }
  }

  return {
    take(key) {
      const now = clock.now();
      const bucket = buckets.get(key) ?? { tokens: rule.burst, at: now };
      // A clock that is set back must not punish anybody: time only ever adds.
      const tokens = Math.min(rule.burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * rule.perSecond);
      const isEnough = tokens >= 1;
      buckets.delete(key);
      buckets.set(key, { tokens: isEnough ? tokens - 1 : tokens, at: now });
      if (buckets.size >= MOST_KEYS || buckets.size % 64 === 0) forget(now);
      return isEnough ? { ok: true } : { ok: false, retryAfterMs: Math.ceil(((1 - tokens) / rule.perSecond) * 1000) };
    },
  };
}
