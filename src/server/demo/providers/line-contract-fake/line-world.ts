/** What the stand-in remembers: people and their screens, tokens, keys, contents, the quota. Speaks to nobody. */
import type { Clock, Random } from '../../../../shared/domain/clock.ts';
import type { Fault } from './line-contract-fake.ts';
import type { WebhookAnswer } from './send-webhook.ts';

/** A message on a person's screen. */
export type Delivered = { id: string; text: string; by: 'reply' | 'push'; at: number };
export type FakeUser = { userId: string; displayName: string; isBlocking: boolean; screen: Delivered[] };
/** An event that was sent, and what the webhook answered; null while there is nowhere to send it. */
export type SentFrom = { event: Record<string, unknown>; messageId: string | null; answer: WebhookAnswer | null };

export type LineWorld = {
  clock: Clock;
  channelId: string;
  channelSecret: string;
  channelAccessToken: string;
  botUserId: string;
  /** Where webhooks go, and whether they are switched on. */
  webhook: { url: string | null; isActive: boolean };
  quotaLimit: number | null;
  used: number;
  replyTokens: Map<string, { userId: string; expiresAt: number }>;
  retryKeys: Map<string, { requestId: string; sentMessages: { id: string; quoteToken: string }[]; at: number }>;
  contents: Map<string, { bytes: Uint8Array; type: string; notYet: number }>;
  faults: Fault[];
  calls: { method: string; path: string; retryKey: string | null }[];
  addUser(displayName: string, userId?: string): FakeUser;
  /** Throws for somebody who was never added. */
  user(userId: string): FakeUser;
  findUser(userId: string): FakeUser | undefined;
  deliver(to: FakeUser, texts: string[], by: Delivered['by']): { id: string; quoteToken: string }[];
  onDelivered(listener: (to: FakeUser, message: Delivered) => void): () => void;
  newEventId(): string;
  newMessageId(): string;
  newReplyToken(userId: string): string;
  newWord(length: number): string;
};

/** A reply token lives for a minute: reference, "Send reply message". */
const REPLY_TOKEN_LASTS_MS = 60_000;
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const letters = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789';

/** Opens an empty world. */
export function openLineWorld(options: {
  clock: Clock;
  random: Random;
  channelId?: string;
  channelSecret: string;
  channelAccessToken: string;
  botUserId: string;
  quotaLimit?: number | null;
}): LineWorld {
  const { clock, random } = options;
  const users = new Map<string, FakeUser>();
  const listeners = new Set<(to: FakeUser, message: Delivered) => void>();
  let messageNumber = 460_000_000_000_000_000n + BigInt(Math.floor(random.next() * 1e9)) * 1_000_000n;
  const pick = (from: string): string => from[Math.floor(random.next() * from.length)] ?? '0';
  const word = (length: number, from = letters): string => Array.from({ length }, () => pick(from)).join('');

  const world: LineWorld = {
    clock,
    channelId: options.channelId ?? '2000000001',
    channelSecret: options.channelSecret,
    channelAccessToken: options.channelAccessToken,
    webhook: { url: null, isActive: true },
    botUserId: options.botUserId,
    quotaLimit: options.quotaLimit === undefined ? 200 : options.quotaLimit,
    used: 0,
    replyTokens: new Map(),
    retryKeys: new Map(),
    contents: new Map(),
    faults: [],
    calls: [],
    addUser(displayName, userId = `U${word(32, '0123456789abcdef')}`) {
      const user: FakeUser = { userId, displayName, isBlocking: false, screen: [] };
      users.set(userId, user);
      return user;
    },
    user(userId) {
      const user = users.get(userId);
      if (user === undefined) throw new Error(`there is no user ${userId} in this world; call addUser first`);
      return user;
    },
    findUser: (userId) => users.get(userId),
    deliver(to, texts, by) {
      return texts.map((text) => {
        const message: Delivered = { id: world.newMessageId(), text, by, at: clock.now() };
        // A person who blocks the account gets nothing, and the sender is not told: the call is answered 200 all the same.
        if (!to.isBlocking) {
          to.screen.push(message);
          for (const listener of listeners) listener(to, message);
        }
        return { id: message.id, quoteToken: word(20) };
      });
    },
    onDelivered(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    newEventId() {
      let time = clock.now();
      const stamp = Array.from({ length: 10 }, () => {
        const letter = crockford[time % 32] ?? '0';
        time = Math.floor(time / 32);
        return letter;
      });
      return stamp.reverse().join('') + word(16, crockford);
    },
    newMessageId: () => String((messageNumber += 1n)),
    newReplyToken(userId) {
      const token = word(32);
      world.replyTokens.set(token, { userId, expiresAt: clock.now() + REPLY_TOKEN_LASTS_MS });
      return token;
    },
    newWord: (length) => word(length),
  };
  return world;
}
