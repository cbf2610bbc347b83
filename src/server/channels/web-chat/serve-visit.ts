/**
 * Serves one open window of a visitor: brings everything after its cursor down, takes what it says up. Messages go down
 * by one road only, the list after the cursor; a nudge says that there is something to read, never what. So a lost or
 * doubled nudge, a reconnect and a restart of the server are all the same case.
 */
import {
  type MessagesFrame,
  type SayReply,
  saySchema,
  TYPING_LASTS_MS,
  visitorSeenSchema,
  visitorTypingSchema,
  type WidgetCursor,
} from '../../../shared/widget-protocol.ts';
import { unreachable } from '../../../shared/domain/unreachable.ts';
import type { ConversationChange } from '../channel-adapter.ts';
import { isOpenAt } from './is-open-at.ts';
import { clientMessageIdOf, receiveFromVisitor } from './receive-from-visitor.ts';
import { visitsOf, type WebChatAccount, type WidgetSocket } from './web-chat-account.ts';

/** One window. */
export type Visit = {
  /** There may be something to read. */
  nudge(): void;
  /** Something happened that is no message. */
  tell(change: ConversationChange): void;
  sayAvailability(): void;
  disconnect(): void;
};

/** A list with so many messages may go on: the server gives 500 rows at most, some of which a visitor does not see. */
const FULL_LIST = 100;
/** First wait after a list could not be read, doubled up to the second number, in ms. */
const RETRY_FIRST_MS = 250;
const RETRY_MOST_MS = 5_000;

/** Starts to serve a socket that was let in. It ends by itself when the socket does. */
export function serveVisit(account: WebChatAccount, socket: WidgetSocket): Visit {
  const { context, buckets } = account;
  const { visitorId, address, handshake } = socket.data.visitor;
  let cursor: WidgetCursor | null = handshake.after;
  let knownConversation: string | null = null;
  /** What was marked from this window already: a mark is written once, however often it is said. */
  let marked: { conversationId: string | null; delivered: number; read: number } = {
    conversationId: null,
    delivered: 0,
    read: 0,
  };
  let isReading = false;
  let nudges = 0;
  let isTyping = false;
  let typingSaidAt = 0;
  let typingEnds: NodeJS.Timeout | undefined;
  let retry: NodeJS.Timeout | undefined;
  let retryMs = RETRY_FIRST_MS;

  async function readOnce(): Promise<void> {
    const before = cursor;
    let list = await context.listForVisitor(visitorId, before?.seq ?? 0);
    if (list !== null && before !== null && list.conversationId !== before.conversationId) {
      // The cursor counts in another conversation: this one has to be read from its start.
      list = await context.listForVisitor(visitorId, 0);
    }
    if (list === null || !socket.connected) return;
    const isFirst = knownConversation !== list.conversationId;
    knownConversation = list.conversationId;
    const frame: MessagesFrame = {
      conversationId: list.conversationId,
      messages: list.messages.map((message) => ({
        messageId: message.messageId,
        seq: message.seq,
        direction: message.direction,
        authorName: message.authorName,
        text: message.text,
        sentAt: message.sentAt,
        clientMessageId: clientMessageIdOf(message.clientMessageId),
        files: message.files,
      })),
      readSeq: list.readSeq,
      isOpen: list.isOpen,
    };
    const from = before?.conversationId === list.conversationId ? before.seq : 0;
    cursor = { conversationId: list.conversationId, seq: Math.max(from, list.messages.at(-1)?.seq ?? 0) };
    // Even an empty list is said once: the read mark and the state may have changed while the line was down.
    if (isFirst || frame.messages.length > 0) socket.emit('messages', frame);
    // The server gives a long thread in pieces.
    if (frame.messages.length >= FULL_LIST) nudges += 1;
  }

  async function read(): Promise<void> {
    nudges += 1;
    if (isReading) return;
    isReading = true;
    try {
      // A nudge that comes while the list is read may mean a row that this reading did not see: read again.
      for (let read = 0; read !== nudges; ) {
        const upTo = nudges;
        await readOnce();
        read = upTo;
      }
      retryMs = RETRY_FIRST_MS;
    } catch (error) {
      context.log.warn('web-chat.list-failed', { reason: nameOf(error) });
      clearTimeout(retry);
      retry = setTimeout(() => visit.nudge(), retryMs);
      retryMs = Math.min(RETRY_MOST_MS, retryMs * 2);
    } finally {
      isReading = false;
    }
  }

  function setTyping(on: boolean): void {
    clearTimeout(typingEnds);
    if (on) typingEnds = setTimeout(() => setTyping(false), TYPING_LASTS_MS);
    const now = context.clock.now();
    // Renewals go on at most once a second: a window that floods must not flood the agents.
    if (on ? isTyping && now - typingSaidAt < 1_000 : !isTyping) return;
    isTyping = on;
    typingSaidAt = now;
    if (knownConversation !== null) context.signalTyping(knownConversation, on);
  }

  async function say(body: unknown): Promise<SayReply> {
    for (const taken of [buckets.messagesPerVisitor.take(visitorId), buckets.messagesPerAddress.take(address)]) {
      if (!taken.ok) return { ok: false, why: 'too-fast', retryAfterMs: taken.retryAfterMs };
    }
    const parsed = saySchema.safeParse(body);
    if (!parsed.success) {
      const isTooLong = parsed.error.issues.some((issue) => issue.code === 'too_big' && issue.path[0] === 'text');
      return { ok: false, why: isTooLong ? 'too-long' : 'bad-input', retryAfterMs: null };
    }
    try {
      const { conversationId, messageId } = await receiveFromVisitor(account, {
        visitorId,
        name: handshake.name,
        mail: handshake.mail,
        clientMessageId: parsed.data.clientMessageId,
        text: parsed.data.text,
        file: null,
      });
      setTyping(false);
      for (const open of visitsOf(account, visitorId)) open.nudge();
      return { ok: true, conversationId, messageId };
    } catch (error) {
      context.log.error('web-chat.receive-failed', { reason: nameOf(error) });
      return { ok: false, why: 'failed', retryAfterMs: null };
    }
  }

  async function seen(body: unknown): Promise<void> {
    const parsed = visitorSeenSchema.safeParse(body);
    // Only the visitor's own conversation, and nothing that was not sent to this window.
    if (!parsed.success || parsed.data.conversationId !== knownConversation) return;
    const { state } = parsed.data;
    const upToSeq = Math.min(parsed.data.upToSeq, cursor?.seq ?? 0);
    const before = marked;
    if (before.conversationId === knownConversation && upToSeq <= before[state]) return;
    const base = before.conversationId === knownConversation ? before : { delivered: 0, read: 0 };
    marked = { delivered: base.delivered, read: base.read, conversationId: knownConversation, [state]: upToSeq };
    try {
      await context.markSeenByCustomer(knownConversation, upToSeq, state);
    } catch (error) {
      // The next mark says it again; it is only ever the highest that counts.
      marked = before;
      context.log.warn('web-chat.seen-failed', { reason: nameOf(error) });
    }
  }

  const visit: Visit = {
    nudge: () => void read(),
    tell(change) {
      switch (change.what) {
        case 'message':
          visit.nudge();
          return;
        case 'delivery':
          return;
        case 'read':
          socket.emit('read', { conversationId: change.conversationId, upToSeq: change.upToSeq });
          return;
        case 'typing':
          socket.emit('typing', { name: change.name, on: change.on });
          return;
        case 'status':
          socket.emit('status', { conversationId: change.conversationId, isOpen: change.isOpen });
          return;
        default:
          unreachable(change);
      }
    },
    sayAvailability() {
      const now = context.clock.now();
      socket.emit('availability', { isOpen: isOpenAt(account.settings, now), serverTime: now });
    },
    disconnect: () => void socket.disconnect(true),
  };

  // What comes over a socket has any shape and may lack the function that answers it: nothing here may throw.
  socket.on('say', (body: unknown, reply: unknown) => {
    void say(body).then((answer) => {
      if (typeof reply === 'function') (reply as (answer: SayReply) => void)(answer);
    });
  });
  socket.on('typing', (body: unknown) => {
    const parsed = visitorTypingSchema.safeParse(body);
    if (parsed.success) setTyping(parsed.data.on);
  });
  socket.on('seen', (body: unknown) => void seen(body));
  socket.on('disconnect', () => {
    clearTimeout(retry);
    setTyping(false);
    const open = account.visits.get(visitorId);
    open?.delete(visit);
    if (open?.size === 0) account.visits.delete(visitorId);
  });

  const open = account.visits.get(visitorId) ?? new Set();
  account.visits.set(visitorId, open.add(visit));
  visit.sayAvailability();
  visit.nudge();
  return visit;
}

/** The kind of an error for the log; its words might hold a visitor's text. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
