/**
 * A ChannelContext in memory, for a channel's own tests: keeps what the channel said and answers as the server would
 * (an id is counted once, an answer joins its conversation). Never decides more than that; the real rules have their own tests.
 */
import type { FastifyInstance } from 'fastify';
import type { Server as SocketServer } from 'socket.io';
import type {
  AccountHealth,
  ChannelAccount,
  ChannelContext,
  ConversationChange,
  DeliveryReport,
  InboundCallEvent,
  InboundMessage,
  VisitorMessage,
} from '../../src/server/channels/channel-adapter.ts';
import { type Clock, newId, type Random, seededRandom } from '../../src/shared/domain/clock.ts';

export type FakeLogLine = { level: 'info' | 'warn' | 'error'; event: string; fields: Record<string, unknown> };

export type FakeChannelContext = {
  context: ChannelContext;
  messages: InboundMessage[];
  callEvents: InboundCallEvent[];
  raws: Map<string, Uint8Array>;
  deliveries: DeliveryReport[];
  health: AccountHealth[];
  quotas: { limit: number | null; used: number }[];
  redacted: string[];
  blocked: { address: string; isBlocked: boolean }[];
  seen: { conversationId: string; upToSeq: number; state: 'delivered' | 'read' }[];
  typing: { conversationId: string; isTyping: boolean }[];
  log: FakeLogLine[];
  /** What `listForVisitor` answers, by thread. */
  visitorMessages: Map<string, VisitorMessage[]>;
  /** What `loadState` gives; `saveState` replaces it. */
  state: unknown;
  /** Makes `receiveMessage` throw until set back to null, as a database that is down would. */
  storageError: Error | null;
  /** How far an agent has read, and which conversations have ended, by thread. */
  readSeqs: Map<string, number>;
  ended: Set<string>;
  /** An agent's answer: stored, then told, as the server does it. The caller hands it to `send` as the dispatcher would. */
  answer(threadId: string, text: string, files?: VisitorMessage['files']): VisitorMessage;
  /** Tells the channel of a change, as an agent's action would. */
  change(change: ConversationChange): void;
  /** Makes an outgoing message known under its provider's id. */
  noteOutgoing(externalId: string, messageId: string, conversationId: string): void;
  conversationOf(threadId: string): string | null;
};

const defaultAccount: ChannelAccount = {
  id: '0190a000-0000-7000-8000-000000000001',
  workspaceId: '0190a000-0000-7000-8000-000000000002',
  queueId: '0190a000-0000-7000-8000-000000000003',
  channel: 'webChat',
  name: 'test',
  address: 'test',
  isDemo: false,
  settings: {},
};

/**
 * Makes a context that remembers.
 * @param account what differs from a plain account (`channel`, `settings` …)
 */
export function fakeChannelContext(
  account: Partial<ChannelAccount> = {},
  given: {
    clock?: Clock;
    random?: Random;
    http?: FastifyInstance;
    sockets?: SocketServer;
    files?: Map<string, { name: string; type: string; bytes: Uint8Array }>;
  } = {},
): FakeChannelContext {
  const clock = given.clock ?? { now: () => Date.now() };
  const random = given.random ?? seededRandom(1);
  const listeners = new Set<(change: ConversationChange) => void>();
  const known = new Map<string, { messageId: string; conversationId: string; direction: 'in' | 'out' }>();
  const conversations = new Map<string, string>();
  const seqs = new Map<string, number>();
  const callEventIds = new Set<string>();

  const line =
    (level: FakeLogLine['level']) =>
    (event: string, fields: Record<string, unknown> = {}): void => {
      fake.log.push({ level, event, fields });
    };

  const fake: FakeChannelContext = {
    messages: [],
    callEvents: [],
    raws: new Map(),
    deliveries: [],
    health: [],
    quotas: [],
    redacted: [],
    blocked: [],
    seen: [],
    typing: [],
    log: [],
    visitorMessages: new Map(),
    state: null,
    storageError: null,
    readSeqs: new Map(),
    ended: new Set(),
    answer(threadId, text, files = []) {
      const conversationId = conversations.get(threadId);
      if (conversationId === undefined) throw new Error(`nobody has written in the thread ${threadId}`);
      const seq = (seqs.get(conversationId) ?? 0) + 1;
      seqs.set(conversationId, seq);
      const message: VisitorMessage = {
        messageId: newId(clock, random),
        seq,
        direction: 'out',
        authorName: '鈴木 葵',
        text,
        sentAt: clock.now(),
        deliveryState: 'queued',
        clientMessageId: null,
        files,
      };
      fake.visitorMessages.set(threadId, [...(fake.visitorMessages.get(threadId) ?? []), message]);
      fake.change({ what: 'message', threadId, conversationId, seq });
      return message;
    },
    change(change) {
      for (const listener of listeners) listener(change);
    },
    noteOutgoing(externalId, messageId, conversationId) {
      known.set(externalId, { messageId, conversationId, direction: 'out' });
    },
    conversationOf: (threadId) => conversations.get(threadId) ?? null,
    context: {
      account: { ...defaultAccount, ...account },
      clock,
      random,
      log: { info: line('info'), warn: line('warn'), error: line('error') },
      get http(): FastifyInstance {
        if (given.http === undefined) throw new Error('this fake context was made without an http server');
        return given.http;
      },
      get sockets(): SocketServer {
        if (given.sockets === undefined) throw new Error('this fake context was made without sockets');
        return given.sockets;
      },
      async keepRaw(eventId, body) {
        if (fake.raws.has(eventId)) return false;
        fake.raws.set(eventId, body);
        return true;
      },
      async receiveMessage(message) {
        if (fake.storageError !== null) throw fake.storageError;
        const before = known.get(message.externalId);
        if (before !== undefined) {
          return { isNew: false, ...before, seq: seqs.get(before.conversationId) ?? 1 };
        }
        const answered = message.answersExternalIds.map((id) => known.get(id)).find((found) => found !== undefined);
        const conversationId = answered?.conversationId ?? conversations.get(message.threadId) ?? newId(clock, random);
        conversations.set(message.threadId, conversationId);
        const seq = (seqs.get(conversationId) ?? 0) + 1;
        seqs.set(conversationId, seq);
        const messageId = newId(clock, random);
        known.set(message.externalId, { messageId, conversationId, direction: 'in' });
        fake.messages.push(message);
        const shown: VisitorMessage = {
          messageId,
          seq,
          direction: 'in',
          authorName: message.author.displayName ?? '',
          text: message.text,
          sentAt: message.sentAt,
          deliveryState: null,
          clientMessageId: message.externalId,
          files: message.files.map((file) => ({
            attachmentId: newId(clock, random),
            name: file.name,
            type: file.declaredType,
            size: file.bytes.length,
          })),
        };
        fake.visitorMessages.set(message.threadId, [...(fake.visitorMessages.get(message.threadId) ?? []), shown]);
        return { isNew: true, conversationId, messageId, seq };
      },
      async receiveCallEvent(event) {
        if (callEventIds.has(event.eventId)) return { isNew: false };
        callEventIds.add(event.eventId);
        fake.callEvents.push(event);
        return { isNew: true };
      },
      async reportDelivery(report) {
        fake.deliveries.push(report);
      },
      async redactMessage(externalId) {
        fake.redacted.push(externalId);
      },
      async markBlocked(address, isBlocked) {
        fake.blocked.push({ address, isBlocked });
      },
      async markSeenByCustomer(conversationId, upToSeq, state) {
        fake.seen.push({ conversationId, upToSeq, state });
      },
      signalTyping(conversationId, isTyping) {
        fake.typing.push({ conversationId, isTyping });
      },
      onConversation(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      async listForVisitor(threadId, afterSeq) {
        const conversationId = conversations.get(threadId);
        if (fake.storageError !== null) throw fake.storageError;
        if (conversationId === undefined) return null;
        const messages = (fake.visitorMessages.get(threadId) ?? []).filter((message) => message.seq > afterSeq);
        return {
          conversationId,
          messages,
          readSeq: fake.readSeqs.get(threadId) ?? 0,
          isOpen: !fake.ended.has(threadId),
        };
      },
      async readFile(_threadId, attachmentId) {
        return given.files?.get(attachmentId) ?? null;
      },
      async loadState() {
        return structuredClone(fake.state);
      },
      async saveState(state) {
        fake.state = structuredClone(state);
      },
      async reportQuota(quota) {
        fake.quotas.push(quota);
      },
      async reportHealth(health) {
        fake.health.push(health);
      },
      async findByExternalIds(externalIds) {
        return externalIds.flatMap((externalId) => {
          const found = known.get(externalId);
          return found === undefined ? [] : [{ externalId, ...found }];
        });
      },
    },
  };
  return fake;
}
