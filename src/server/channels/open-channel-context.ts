/**
 * Gives a channel what it may do on the server, for one account: receive, report, read what a visitor may see. The only
 * bridge between a channel and the server's features; holds no rule of its own.
 */
import { and, eq, inArray, ne } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import type { Server as SocketServer } from 'socket.io';
import type { ConversationId } from '../../shared/domain/ids.ts';
import { conversationIdSchema } from '../../shared/domain/ids.ts';
import { readAttachment, storeFiles } from '../attachments/attachments.ts';
import type { FileStore } from '../attachments/file-store.ts';
import type { Scan } from '../attachments/scan-file.ts';
import { receiveCallEvent } from '../calls/receive-call-event.ts';
import type { ConversationChanges } from '../conversations/conversation-changes.ts';
import { listForVisitor } from '../conversations/list-for-visitor.ts';
import { markSeenByCustomer, redactMessage, reportDelivery } from '../conversations/move-delivery.ts';
import { type AccountRecord, findByThread, receiveMessage } from '../conversations/receive-message.ts';
import { markBlocked } from '../customers/mark-blocked.ts';
import { channelAccount, message, rawEvent } from '../db/schema.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import { type Source, write } from '../db/write.ts';
import type { AccountHealth, ChannelContext, ChannelLog } from './channel-adapter.ts';

export type ContextParts = {
  database: ServerDatabase;
  source: Source;
  changes: ConversationChanges;
  files: FileStore;
  /** Looks for viruses in what comes in; null = nobody does. */
  scan: Scan | null;
  http: FastifyInstance;
  sockets: SocketServer;
  log: ChannelLog;
  /** Shows consoles that the customer of a conversation types. */
  signalToConsoles(conversationId: ConversationId, isTyping: boolean): void;
};

/** How often an unchanged "all is well" is written down, in ms: each one is a row change that travels to every console. */
const SUCCESS_EVERY_MS = 30_000;

/**
 * @param row the account as the database has it
 * @param settings its settings with the secrets opened
 * @param isCurrent false once the account was stopped or started anew: then this run has nothing to say of its health
 */
export function openChannelContext(
  parts: ContextParts,
  row: AccountRecord,
  settings: unknown,
  isCurrent: () => boolean,
): ChannelContext {
  const { database, source, changes } = parts;
  const accountId = row.id;
  let health: { state: string; error: string | null; at: number } | null = null;

  /** An account that was switched off meanwhile stays as it is: a late word of its last run must not switch it on. */
  async function setAccount(fields: Partial<AccountRecord>): Promise<void> {
    await write(database, source, async (w) => {
      const set = await w.tx
        .update(channelAccount)
        .set(fields)
        .where(and(eq(channelAccount.id, accountId), ne(channelAccount.state, 'off')))
        .returning({ id: channelAccount.id });
      if (set.length > 0) w.append('channelAccount', [accountId]);
    });
  }

  async function reportHealth(next: AccountHealth): Promise<void> {
    if (!isCurrent()) return;
    const now = source.clock.now();
    const error = next.state === 'failing' ? next.error : null;
    if (health && health.state === next.state && health.error === error && now - health.at < SUCCESS_EVERY_MS) return;
    health = { state: next.state, error, at: now };
    await setAccount({
      state: next.state,
      ...(next.state === 'running' ? { lastSuccessAt: now } : {}),
      ...(error === null ? {} : { lastErrorAt: now, lastError: error.slice(0, 500) }),
    });
  }

  return {
    account: {
      id: accountId,
      workspaceId: row.workspaceId,
      queueId: row.queueId,
      channel: row.channel === 'other' ? 'webChat' : row.channel,
      name: row.name,
      address: row.address,
      isDemo: row.isDemo,
      settings,
    },
    clock: source.clock,
    random: source.random,
    log: parts.log,
    http: parts.http,
    sockets: parts.sockets,
    async keepRaw(eventId, body) {
      const { result } = await write(database, source, (w) =>
        w.tx
          .insert(rawEvent)
          .values({ accountId, eventId, body: Buffer.from(body), receivedAt: w.now })
          .onConflictDoNothing()
          .returning({ eventId: rawEvent.eventId }),
      );
      return result.length > 0;
    },
    async receiveMessage(inbound) {
      const files = await storeFiles(parts.files, inbound.files, parts.scan);
      return (await write(database, source, (w) => receiveMessage(w, changes, row, inbound, files))).result;
    },
    async receiveCallEvent(event) {
      return (await write(database, source, (w) => receiveCallEvent(w, row, event))).result;
    },
    async reportDelivery(report) {
      await write(database, source, (w) => reportDelivery(w, changes, row, report));
    },
    async redactMessage(externalId) {
      await write(database, source, (w) => redactMessage(w, row, externalId));
    },
    async markBlocked(address, isBlocked) {
      await write(database, source, (w) => markBlocked(w, row, address, isBlocked));
    },
    async markSeenByCustomer(conversationId, upToSeq, state) {
      const id = conversationIdSchema.parse(conversationId);
      await write(database, source, (w) => markSeenByCustomer(w, changes, id, upToSeq, state));
    },
    signalTyping: (conversationId, isTyping) =>
      parts.signalToConsoles(conversationIdSchema.parse(conversationId), isTyping),
    onConversation: (listener) => changes.listen(accountId, listener),
    listForVisitor: (threadId, afterSeq) => listForVisitor(database.orm, accountId, threadId, afterSeq),
    async readFile(threadId, attachmentId) {
      const of = await findByThread(database.orm, accountId, threadId);
      return of
        ? await readAttachment(database.orm, parts.files, of.id, attachmentId as Parameters<typeof readAttachment>[3])
        : null;
    },
    async loadState() {
      const [found] = await database.orm
        .select({ state: channelAccount.ownState })
        .from(channelAccount)
        .where(eq(channelAccount.id, accountId));
      return found?.state ?? null;
    },
    async saveState(state) {
      // Not through `append`: this is the channel's own affair and travels nowhere.
      await write(database, source, (w) =>
        w.tx.update(channelAccount).set({ ownState: state }).where(eq(channelAccount.id, accountId)),
      );
    },
    reportQuota: (quota) => setAccount({ quotaLimit: quota.limit, quotaUsed: quota.used }),
    reportHealth,
    async findByExternalIds(externalIds) {
      if (externalIds.length === 0) return [];
      const rows = await database.orm
        .select({
          externalId: message.externalId,
          messageId: message.id,
          conversationId: message.conversationId,
          direction: message.direction,
        })
        .from(message)
        .where(and(eq(message.channelAccountId, accountId), inArray(message.externalId, externalIds.slice(0, 200))));
      return rows.flatMap((found) =>
        found.externalId !== null && (found.direction === 'in' || found.direction === 'out')
          ? [
              {
                externalId: found.externalId,
                messageId: found.messageId,
                conversationId: found.conversationId,
                direction: found.direction,
              },
            ]
          : [],
      );
    },
  };
}
