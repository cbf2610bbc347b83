/**
 * Speaks the widget's protocol for one visitor: keeps the socket, sends what was written in order and once, takes the
 * server's list in. Knows no page, so the frame, the tests and simulated visitors use the same one. Stores nothing itself.
 */
import { io, type Socket } from 'socket.io-client';
import type { z } from 'zod';
import { type Clock, newId, type Random } from '../shared/domain/clock.ts';
import {
  agentTypingSchema,
  availabilitySchema,
  messagesSchema,
  readSchema,
  refusalSchema,
  type SayReply,
  sayReplySchema,
  statusSchema,
  TYPING_LASTS_MS,
  WIDGET_NAMESPACE,
  WIDGET_PROTOCOL_VERSION,
  type WidgetCursor,
  type WidgetDownEvents,
  type WidgetHandshake,
  type WidgetLanguage,
  type WidgetRefusal,
  type WidgetUpEvents,
} from '../shared/widget-protocol.ts';
import {
  addOwn,
  applyMessages,
  applyRead,
  type ChatLog,
  countUnread,
  cursorOf,
  dropOwn,
  emptyLog,
  lastAnswerSeq,
  markOwn,
} from './chat-log.ts';
import { openSayQueue, type WaitingText } from './say-in-order.ts';
import { openSeenMarks } from './say-seen.ts';
import { openTypingMark } from './say-typing.ts';
import { openWidgetHttp } from './widget-http.ts';

export type Visitor = { token: string; name: string; mail: string | null };
/** What another page of the same site must know of this visitor. */
export type Kept = { waiting: readonly WaitingText[]; readUpTo: WidgetCursor | null };

export type ChatState = {
  log: ChatLog;
  connection: 'connecting' | 'online' | 'offline';
  /** Since when there is no line, by the clock given; null while there is one. */
  offlineSince: number | null;
  /** Whether somebody answers now; null until the server has said. */
  isOpen: boolean | null;
  /** Name of an agent who types. */
  typing: string | null;
  unread: number;
  /** The server wants the visitor to write more slowly; what waits goes by itself. */
  isSlowed: boolean;
  /** The server does not let this visitor in, and asking again would not help. */
  refused: WidgetRefusal | null;
};

export type WidgetClientOptions = {
  /** Origin of the server, such as `https://chat.example`. */
  serverUrl: string;
  account: string;
  language: WidgetLanguage;
  visitor: Visitor;
  clock: Clock;
  random: Random;
  /** What an earlier page left unsent, and how far the visitor had read. */
  resume?: Kept;
  /** Called when something changed that another page must know. */
  keep?: (kept: Kept) => void;
};

export type WidgetClient = {
  state(): ChatState;
  onChange(listener: (state: ChatState) => void): () => void;
  /** Orders a text. @returns its id, the key of its line */
  say(text: string): string;
  /** Sends a file; the line shows what became of it. */
  sendFile(file: { name: string; type: string; bytes: Uint8Array<ArrayBuffer> }): string;
  /** Tries a failed line again under the same id. */
  tryAgain(key: string): void;
  /** Takes a failed line away. */
  discard(key: string): void;
  /** The visitor types; call it at every key. */
  noteTyping(): void;
  /** The answers are on screen. */
  markRead(): void;
  readFile(attachmentId: string): Promise<Blob>;
  close(): void;
};

/** How long an answer to a text may take before the text is sent again, in ms. */
const SAY_TIMEOUT_MS = 10_000;
/** Waits between two tries after the server said no for now, in ms. */
const ASK_AGAIN_MS = 3_000;

/** Opens the visitor's line and keeps it open until `close`. */
export function openWidgetClient(options: WidgetClientOptions): WidgetClient {
  const { clock, random, visitor } = options;
  const http = openWidgetHttp(options.serverUrl, options.account);
  const listeners = new Set<(state: ChatState) => void>();
  const files = new Map<string, { name: string; bytes: Uint8Array<ArrayBuffer> }>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let readUpTo = options.resume?.readUpTo ?? null;
  let isClosed = false;
  let agentStops: ReturnType<typeof setTimeout> | undefined;
  let state: ChatState = {
    log: emptyLog,
    connection: 'connecting',
    offlineSince: clock.now(),
    isOpen: null,
    typing: null,
    unread: 0,
    isSlowed: false,
    refused: null,
  };
  for (const text of options.resume?.waiting ?? []) state = { ...state, log: addOwn(state.log, ownLine(text)) };

  const handshake = (): WidgetHandshake => ({
    protocol: WIDGET_PROTOCOL_VERSION,
    account: options.account,
    token: visitor.token,
    name: visitor.name,
    mail: visitor.mail,
    language: options.language,
    after: cursorOf(state.log),
  });
  const socket: Socket<WidgetDownEvents, WidgetUpEvents> = io(new URL(WIDGET_NAMESPACE, options.serverUrl).href, {
    // Asked again at every connection, so that the list goes on where this window stands.
    auth: (give) => give(handshake()),
    // The server speaks nothing else; where a proxy lets no socket through, the form that is answered by mail goes by HTTP.
    transports: ['websocket'],
    reconnectionDelay: 300,
    reconnectionDelayMax: 5_000,
    forceNew: true,
  });

  function ownLine(text: WaitingText): Parameters<typeof addOwn>[1] {
    return { ...text, authorName: visitor.name, file: null };
  }
  function set(change: Partial<ChatState>): void {
    if (isClosed) return;
    const log = change.log ?? state.log;
    const seen = readUpTo !== null && readUpTo.conversationId === log.conversationId ? readUpTo.seq : 0;
    state = { ...state, ...change, unread: countUnread(log, seen) };
    for (const listener of listeners) listener(state);
  }
  function keep(): void {
    options.keep?.({ waiting: queue.waiting(), readUpTo });
  }
  function later(afterMs: number, then: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!isClosed) then();
    }, afterMs);
    timers.add(timer);
  }
  /** Takes an event in; one of an unknown shape is a newer server's and is left aside. */
  function take<S extends z.ZodType>(schema: S, then: (value: z.output<S>) => void): (value: unknown) => void {
    return (value) => {
      const parsed = schema.safeParse(value);
      if (parsed.success) then(parsed.data);
    };
  }

  /** Null when nobody knows whether the server has it: it goes again under the same id. */
  async function ask(text: WaitingText): Promise<SayReply | null> {
    try {
      const answer: unknown = await socket
        .timeout(SAY_TIMEOUT_MS)
        .emitWithAck('say', { clientMessageId: text.clientMessageId, text: text.text });
      return sayReplySchema.safeParse(answer).data ?? null;
    } catch {
      return null;
    }
  }

  const queue = openSayQueue({
    resume: options.resume?.waiting ?? [],
    isConnected: () => socket.connected,
    ask,
    keep,
    onStored: (key) => set({ log: markOwn(state.log, key, 'sent'), isSlowed: false }),
    onRefused: (key, why) => set({ log: markOwn(state.log, key, 'failed', why), isSlowed: false }),
    onSlowed: () => set({ isSlowed: true }),
  });

  const seen = openSeenMarks((mark) => void socket.emit('seen', mark));
  const typing = openTypingMark(clock, (on) => {
    if (socket.connected) socket.emit('typing', { on });
  });
  function saySeen(): void {
    if (socket.connected) seen.say(state.log, readUpTo);
  }
  function goOffline(): void {
    set({ connection: 'offline', offlineSince: state.offlineSince ?? clock.now(), typing: null });
  }
  async function upload(key: string): Promise<void> {
    const file = files.get(key);
    if (file === undefined) return;
    const outcome = await http.sendFile({
      ...file,
      token: visitor.token,
      visitorName: visitor.name,
      clientMessageId: key,
    });
    if (isClosed) return;
    if (outcome.ok) files.delete(key);
    set({ log: outcome.ok ? markOwn(state.log, key, 'sent') : markOwn(state.log, key, 'failed', outcome.why) });
  }

  socket.on('connect', () => {
    seen.reset();
    set({ connection: 'online', offlineSince: null, refused: null });
    queue.drain();
  });
  socket.on('disconnect', (reason) => {
    goOffline();
    // The server hung up on purpose (it restarts the account): socket.io would leave it at that.
    if (reason === 'io server disconnect') later(300 + random.next() * 700, () => socket.connect());
  });
  socket.on('connect_error', (error) => {
    goOffline();
    const refused = refusalSchema.safeParse(error.message).data ?? null;
    if (refused === null || socket.active) return;
    if (refused === 'too-many' || refused === 'not-running') later(ASK_AGAIN_MS, () => socket.connect());
    else set({ refused });
  });
  socket.on(
    'availability',
    take(availabilitySchema, ({ isOpen }) => set({ isOpen })),
  );
  socket.on(
    'messages',
    take(messagesSchema, (frame) => {
      const hasAnswer = frame.messages.some((message) => message.direction === 'out');
      set({ log: applyMessages(state.log, frame), ...(hasAnswer ? { typing: null } : {}) });
      // The list may bring a text whose answer got lost: it is stored and must not wait any more.
      queue.confirm(new Set(frame.messages.map((message) => message.clientMessageId)));
      saySeen();
    }),
  );
  socket.on(
    'read',
    take(readSchema, (read) => set({ log: applyRead(state.log, read.conversationId, read.upToSeq) })),
  );
  socket.on(
    'typing',
    take(agentTypingSchema, ({ name, on }) => {
      clearTimeout(agentStops);
      if (on) agentStops = setTimeout(() => set({ typing: null }), TYPING_LASTS_MS);
      set({ typing: on ? name : null });
    }),
  );
  socket.on(
    'status',
    take(statusSchema, ({ conversationId, isOpen }) => {
      if (conversationId === state.log.conversationId) set({ log: { ...state.log, isOpen } });
    }),
  );

  return {
    state: () => state,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    say(text) {
      const own: WaitingText = { clientMessageId: newId(clock, random), text, sentAt: clock.now() };
      typing.end();
      set({ log: addOwn(state.log, ownLine(own)) });
      queue.add(own);
      return own.clientMessageId;
    },
    sendFile({ name, type, bytes }) {
      const key = newId(clock, random);
      files.set(key, { name, bytes });
      const shown = { attachmentId: key, name, type, size: bytes.byteLength };
      set({
        log: addOwn(state.log, {
          clientMessageId: key,
          authorName: visitor.name,
          text: '',
          sentAt: clock.now(),
          file: shown,
        }),
      });
      void upload(key);
      return key;
    },
    tryAgain(key) {
      const line = state.log.lines.find((one) => one.key === key);
      if (line?.mark !== 'failed') return;
      set({ log: markOwn(state.log, key, 'sending') });
      if (files.has(key)) void upload(key);
      else queue.add({ clientMessageId: key, text: line.text, sentAt: line.sentAt });
    },
    discard(key) {
      files.delete(key);
      set({ log: dropOwn(state.log, key) });
    },
    noteTyping: () => typing.note(),
    markRead() {
      const { conversationId } = state.log;
      const seq = lastAnswerSeq(state.log);
      if (conversationId === null || (readUpTo?.conversationId === conversationId && readUpTo.seq >= seq)) return;
      readUpTo = { conversationId, seq };
      keep();
      set({});
      saySeen();
    },
    readFile: (attachmentId) => http.readFile(visitor.token, attachmentId),
    close() {
      isClosed = true;
      queue.stop();
      typing.end();
      for (const timer of [...timers, agentStops]) clearTimeout(timer);
      socket.disconnect();
    },
  };
}
