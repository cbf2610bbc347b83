/**
 * Sends what waits: one message of a conversation at a time, in order, each marked before and settled after. Woken by
 * the commit that queued a message; a durable job is the second road, for the crash in between.
 */
import { and, eq, inArray, lt } from 'drizzle-orm';
import type { FileStore } from '../attachments/file-store.ts';
import { type RunningChannel, type SendOutcome, timeForBytes } from '../channels/channel-adapter.ts';
import { hasLeft } from '../../shared/domain/message.ts';
import type { ChannelAccountId, ConversationId, MessageId } from '../../shared/domain/ids.ts';
import type { ConversationChanges } from '../conversations/conversation-changes.ts';
import { moveTo } from '../conversations/move-delivery.ts';
import { attachment, channelAccount, message, outbound } from '../db/schema.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import { type Source, write } from '../db/write.ts';
import { type Log, nameOfError } from '../log/log.ts';
import { nextSending, type OutboundRecord } from './next-sending.ts';
import { settleOutcome } from './settle-outcome.ts';

/** Longest time that one call to a provider may take, in ms, besides the time for its files. After it the outcome is unknown. */
const SEND_TIMEOUT_MS = 45_000;
/** On a database with several servers, a sending older than this belongs to a server that died. */
const ORPHAN_AFTER_MS = 2 * SEND_TIMEOUT_MS;

/** Base64 and line ends make four bytes of three, and a little more. */
const ON_THE_WIRE = 1.4;

function timeForFiles(files: readonly { size: number }[]): number {
  return timeForBytes(ON_THE_WIRE * files.reduce((sum, { size }) => sum + size, 0));
}

export type Dispatcher = {
  /** Sends what waits in a conversation, after whatever of it is under way. Never throws. */
  wake(conversationId: string): void;
  /** Looks through the database for what waits and what a crash left behind; at start and from the durable job. */
  sweep(): Promise<void>;
  /** Takes no more work and waits for the calls under way. */
  stop(): Promise<void>;
};

export type DispatchParts = {
  database: ServerDatabase;
  source: Source;
  changes: ConversationChanges;
  /** Where the bytes of files are. */
  files: FileStore;
  log: Log;
  /** The running channel of an account, or null while it is off. */
  channelOf(accountId: string): RunningChannel | null;
  /** Calls back after so many ms; gives the function that cancels. */
  later(afterMs: number, then: () => void): () => void;
};

/** @returns a dispatcher that does nothing until it is woken or swept */
export function createDispatcher(parts: DispatchParts): Dispatcher {
  const { database, source, changes, log } = parts;
  const underWay = new Map<string, Promise<void>>();
  const wakeUps = new Set<() => void>();
  let isStopped = false;
  const bornAt = source.clock.now();

  function wake(conversationId: string): void {
    if (isStopped) return;
    const before = underWay.get(conversationId) ?? Promise.resolve();
    const mine = before
      .then(() => sendAll(conversationId as ConversationId))
      .catch((error: unknown) => {
        log.error('dispatch.failed', { conversationId, ...nameOfError(error) });
      });
    underWay.set(conversationId, mine);
    void mine.then(() => {
      if (underWay.get(conversationId) === mine) underWay.delete(conversationId);
    });
  }

  async function sendAll(conversationId: ConversationId): Promise<void> {
    while (!isStopped) {
      if (!(await isReady(conversationId))) return;
      const { result: sending } = await write(database, source, (w) =>
        nextSending(w, changes, parts.files, conversationId),
      );
      if (!sending) return;
      const outcome = await send(sending.accountId, sending.outgoing);
      const { result: againAt } = await write(database, source, (w) =>
        settleOutcome(w, changes, sending.outbound, outcome),
      );
      log.info('dispatch.settled', {
        messageId: sending.outgoing.messageId,
        outcome: outcome.outcome,
        tries: sending.outbound.tries,
      });
      if (againAt !== null) wakeLater(conversationId, againAt - source.clock.now());
    }
  }

  /** Asked before anything is marked: a message whose channel is off waits as it is. */
  async function isReady(conversationId: ConversationId): Promise<boolean> {
    const [waiting] = await database.orm
      .select({ accountId: outbound.accountId, removedAt: channelAccount.removedAt })
      .from(outbound)
      .innerJoin(message, eq(message.id, outbound.messageId))
      .innerJoin(channelAccount, eq(channelAccount.id, outbound.accountId))
      .where(and(eq(message.conversationId, conversationId), eq(outbound.state, 'queued')))
      .limit(1);
    if (waiting === undefined) return false;
    // Of an account that was removed nothing will ever run: what waits for it is refused, and an agent sees it.
    return waiting.removedAt !== null || parts.channelOf(waiting.accountId)?.send != null;
  }

  async function isRemoved(accountId: string): Promise<boolean> {
    const [found] = await database.orm
      .select({ removedAt: channelAccount.removedAt })
      .from(channelAccount)
      .where(eq(channelAccount.id, accountId as ChannelAccountId));
    return found?.removedAt != null;
  }

  async function send(
    accountId: string,
    outgoing: Parameters<NonNullable<RunningChannel['send']>>[0],
  ): Promise<SendOutcome> {
    const channel = parts.channelOf(accountId);
    if (!channel?.send)
      return (await isRemoved(accountId))
        ? { outcome: 'refused', reason: 'account-removed' }
        : { outcome: 'retry', reason: 'channel-off', afterMs: 10_000 };
    let cancel = (): void => {};
    const timeout = new Promise<SendOutcome>((resolve) => {
      cancel = parts.later(SEND_TIMEOUT_MS + timeForFiles(outgoing.files), () => {
        const hadKey = channel.isSafeToRepeat({
          idempotencyKey: outgoing.idempotencyKey,
          usedReplyToken: outgoing.replyToken !== null,
        });
        resolve({ outcome: 'unknown', reason: 'provider-timeout', hadKey });
      });
    });
    try {
      return await Promise.race([channel.send(outgoing), timeout]);
    } catch (error) {
      // An adapter must answer with an outcome; when it throws, nobody knows how far it came.
      log.error('dispatch.adapter-threw', { accountId, ...nameOfError(error) });
      return { outcome: 'unknown', reason: 'adapter-failed', hadKey: false };
    } finally {
      cancel();
    }
  }

  function wakeLater(conversationId: string, afterMs: number): void {
    const cancel = parts.later(Math.max(0, afterMs) + 5, () => {
      wakeUps.delete(cancel);
      wake(conversationId);
    });
    wakeUps.add(cancel);
  }

  async function recover(orphan: OutboundRecord): Promise<void> {
    const channel = parts.channelOf(orphan.accountId);
    if (!channel) return;
    const isSafe = channel.isSafeToRepeat({
      idempotencyKey: orphan.idempotencyKey,
      usedReplyToken: orphan.usedReplyToken,
    });
    await write(database, source, async (w) => {
      const [now] = await w.tx.select().from(outbound).where(eq(outbound.messageId, orphan.messageId));
      const [of] = await w.tx
        .select()
        .from(message)
        .where(eq(message.id, orphan.messageId as MessageId));
      if (!of || now?.state !== 'sending' || now.updatedAt !== orphan.updatedAt) return;
      // A report came before the crash could be settled: it is there, and nothing is to be sent or asked.
      const isThere = of.deliveryState !== null && hasLeft(of.deliveryState);
      const state = isSafe ? 'queued' : 'needsReview';
      await w.tx
        .update(outbound)
        .set({ state: isThere ? 'done' : state, notBefore: null, lastError: 'crash-while-sending', updatedAt: w.now })
        .where(eq(outbound.messageId, orphan.messageId));
      if (!isThere) await moveTo(w, changes, of, state, isSafe ? null : 'crash-while-sending');
    });
    log.warn('dispatch.recovered', { messageId: orphan.messageId, safe: isSafe });
  }

  /** A `sending` from before this time has nobody who is still at it. On PGlite there is no other server than this one. */
  function orphanedBefore(): number {
    const now = source.clock.now();
    if (database.engine !== 'pglite') return now - ORPHAN_AFTER_MS;
    return underWay.size === 0 ? now + 1 : Math.max(bornAt, now - ORPHAN_AFTER_MS);
  }

  /** Another server may still be at its files. */
  async function isOrphan({ messageId, updatedAt }: OutboundRecord): Promise<boolean> {
    if (database.engine === 'pglite') return true;
    const files = await database.orm
      .select({ size: attachment.size })
      .from(attachment)
      .where(eq(attachment.messageId, messageId as MessageId));
    return updatedAt < orphanedBefore() - 2 * timeForFiles(files);
  }

  return {
    wake,
    async sweep() {
      const orphans = await database.orm
        .select()
        .from(outbound)
        .where(and(eq(outbound.state, 'sending'), lt(outbound.updatedAt, orphanedBefore())));
      for (const orphan of orphans) if (await isOrphan(orphan)) await recover(orphan);
      const waiting = await database.orm
        .selectDistinct({ conversationId: message.conversationId })
        .from(outbound)
        .innerJoin(message, eq(message.id, outbound.messageId))
        .where(inArray(outbound.state, ['queued']));
      for (const { conversationId } of waiting) wake(conversationId);
    },
    async stop() {
      isStopped = true;
      for (const cancel of wakeUps) cancel();
      await Promise.all(underWay.values());
    },
  };
}
