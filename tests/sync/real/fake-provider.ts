/**
 * The world outside the database: providers to which replies go, which take them, lose the answer, are slow, refuse or are
 * down. Accounts named in `keyless` offer no key; all others take an order with the same key once.
 */
import { createHash } from 'node:crypto';
import type { OutgoingMessage, RunningChannel, SendOutcome } from '../../../src/server/channels/channel-adapter.ts';
import type { Random } from '../../../src/shared/domain/clock.ts';
import type { SimTime } from './sim-time.ts';

/** One order that a provider has taken, and how often it reached a customer. */
export type Delivered = {
  readonly messageId: string;
  readonly attempt: number;
  readonly hasKey: boolean;
  /** SHA-256 of the files that went with it, in their order. */
  readonly files: readonly string[];
  times: number;
};

export type FakeProvider = {
  channelOf(accountId: string): RunningChannel | null;
  /** Orders that reached customers, by key. */
  readonly delivered: ReadonlyMap<string, Delivered>;
  readonly keyless: Set<string>;
  /** Whether anything goes wrong there. */
  isMoody: boolean;
};

/** Longer than the server waits for an answer, in ms. */
const NEVER_MS = 60_000;

/** Providers of one world. They go on when the server dies. */
export function createProvider(time: SimTime, random: Random): FakeProvider {
  const delivered = new Map<string, Delivered>();
  const keyless = new Set<string>();
  const schedule = time.scheduleOf('provider');
  const wait = (ms: number) => new Promise<void>((resolve) => schedule.after(ms, resolve));

  function take(order: OutgoingMessage, hasKey: boolean, files: readonly string[]): void {
    const before = delivered.get(order.idempotencyKey);
    if (before === undefined) {
      const { messageId, attempt } = order;
      delivered.set(order.idempotencyKey, { messageId, attempt, hasKey, files, times: 1 });
    } else if (!hasKey) before.times++;
  }

  async function send(order: OutgoingMessage, hasKey: boolean): Promise<SendOutcome> {
    const luck = provider.isMoody ? random.next() : 1;
    const files: string[] = [];
    for (const file of order.files)
      files.push(
        createHash('sha256')
          .update(await file.read())
          .digest('hex'),
      );
    await wait(5 + random.next() * 200);
    if (luck < 0.06) return { outcome: 'retry', reason: 'provider-busy', afterMs: 500 };
    if (luck < 0.09) return { outcome: 'refused', reason: 'provider-refused' };
    // Nobody on our side knows whether these have gone out.
    if (luck < 0.12) return { outcome: 'unknown', reason: 'provider-gone', hadKey: hasKey };
    take(order, hasKey, files);
    if (luck < 0.18) return { outcome: 'unknown', reason: 'provider-gone', hadKey: hasKey };
    if (luck < 0.21) await wait(NEVER_MS);
    return { outcome: 'sent', externalId: `sent ${order.idempotencyKey}`, state: luck < 0.5 ? 'accepted' : 'sent' };
  }

  const provider: FakeProvider = {
    delivered,
    keyless,
    isMoody: true,
    channelOf: (accountId) => ({
      send: (order) => send(order, !keyless.has(accountId)),
      isSafeToRepeat: () => !keyless.has(accountId),
      stop: async () => undefined,
    }),
  };
  return provider;
}
