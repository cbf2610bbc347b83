/**
 * CONTRACT server ⇄ provider. What a channel must give and what it gets; every channel folder implements this and
 * knows nothing else of the server. A channel never decides what a message means: it turns the provider's words into
 * ours and ours into the provider's.
 */
import type { FastifyInstance } from 'fastify';
import type { Server as SocketServer } from 'socket.io';
import type { Clock, Random } from '../../shared/domain/clock.ts';
import type { Channel } from '../../shared/domain/channel.ts';
import type { CallEventType } from '../../shared/domain/call.ts';
import type { MailCharset } from '../../shared/domain/mail-charset.ts';
import type { DeliveryState } from '../../shared/domain/message.ts';
import type { MessageDetail } from '../../shared/domain/rows.ts';
import type { Finding } from '../../shared/administration/channel-findings.ts';
import type { ChannelForm } from '../../shared/administration/channel-forms.ts';

/** Bytes that came with a message; stored by the server, deduplicated by their SHA-256. */
export type InboundFile = {
  name: string;
  declaredType: string;
  bytes: Uint8Array;
  /** Content-ID without angle brackets, when the HTML shows it inline. */
  inlineCid: string | null;
};

/** A person as one channel knows them. `address` in normal form: E.164, lower-case mail, LINE user id, visitor id. */
export type InboundAuthor = {
  address: string;
  displayName: string | null;
  isVerified: boolean;
  /** A mail address the person typed in (pre-chat form), proven by nobody: shown to the agent, never used to find a customer. */
  claimedMail?: string | null;
};

/** One message in our words. `externalId` is unique per account: a second one with the same id changes nothing. */
export type InboundMessage = {
  externalId: string;
  /** The provider's thread: a visitor's session, a LINE user, the root Message-ID. Finds or opens the conversation. */
  threadId: string;
  author: InboundAuthor;
  text: string;
  /** Sanitised HTML, or null. */
  html: string | null;
  detail: MessageDetail;
  subject: string | null;
  /** Provider's time in epoch ms; the server adds its own. */
  sentAt: number;
  files: InboundFile[];
  /** Ids of messages that this one answers, best first (In-Reply-To, References from the right). */
  answersExternalIds: string[];
  /** LINE's free reply token and when it dies; kept with the conversation, used once. */
  replyToken: { value: string; expiresAt: number } | null;
  visibility: 'public' | 'private';
  /** Customer asked for an answer by this mail address (offline form): the conversation opens on the mail account. */
  answerByMail: string | null;
  /** A machine wrote it (absence note, list, newsletter): shown, but never answered automatically. */
  isAutomatic?: boolean;
};

/** What receiving did. `isNew` false: seen before, nothing was changed. */
export type Received = { isNew: boolean; conversationId: string; messageId: string; seq: number };

/** A telephone event in our words; `seq` per call, `at` in epoch ms. */
export type InboundCallEvent = {
  eventId: string;
  seq: number;
  type: CallEventType;
  callId: string;
  linkedId: string | null;
  at: number;
  direction: 'in' | 'out';
  /** E.164 or null with a reason; never "". */
  from: string | null;
  fromReason: string | null;
  to: string | null;
  did: string | null;
  queue: string | null;
  agentLogin: string | null;
  cause: string | null;
  ringForMs: number | null;
};

/** A file of an outgoing message. `read` gives the bytes from the store and throws when they are not there. */
export type OutgoingFile = { name: string; type: string; size: number; read(): Promise<Uint8Array> };

/** A provider that takes files more slowly than 1 Mbit/s is given up on. */
const SLOWEST_BYTES_PER_MS = 125;

/** Time that so many bytes may take on their way to a provider, in ms, beside what a message without files may take. */
export function timeForBytes(bytes: number): number {
  return Math.ceil(bytes / SLOWEST_BYTES_PER_MS);
}

/** What goes out. The same `messageId` may come again after an unclear outcome; `attempt` counts decisions of people. */
export type OutgoingMessage = {
  messageId: string;
  attempt: number;
  /** Stable over repeats of one attempt: the provider's retry key (a UUID), the local part of the Message-ID. */
  idempotencyKey: string;
  conversationId: string;
  threadId: string;
  to: { address: string; displayName: string | null };
  /** May be empty where there are files. */
  text: string;
  files: OutgoingFile[];
  mail: { to: string[]; cc: string[]; subject: string; inReplyTo: string | null; references: string[] } | null;
  /** A token that may be used once, when it is still alive. */
  replyToken: string | null;
  authorName: string;
};

/**
 * What became of a sending.
 * `unknown`: the provider may or may not have it; the dispatcher sends again only if the road had a key (`hadKey`).
 */
export type SendOutcome =
  | { outcome: 'sent'; externalId: string | null; state: DeliveryState }
  | { outcome: 'refused'; reason: string }
  | { outcome: 'retry'; reason: string; afterMs: number }
  | { outcome: 'unknown'; reason: string; hadKey: boolean };

/** A report about an outgoing message, by our id or by the provider's. Late and repeated ones change nothing. */
export type DeliveryReport = {
  messageId: string | null;
  externalId: string | null;
  state: DeliveryState;
  reason: string | null;
  at: number;
};

export type AccountHealth = { state: 'starting' | 'running' | 'off' } | { state: 'failing'; error: string };

/** One configured account, with its secrets already opened. Settings are parsed by the adapter's own schema. */
export type ChannelAccount = {
  id: string;
  workspaceId: string;
  queueId: string;
  channel: Channel;
  name: string;
  address: string;
  isDemo: boolean;
  settings: unknown;
};

/** Structured log without customer text: names, counts, ids. */
export type ChannelLog = {
  info(event: string, fields?: Record<string, string | number | boolean | null>): void;
  warn(event: string, fields?: Record<string, string | number | boolean | null>): void;
  error(event: string, fields?: Record<string, string | number | boolean | null>): void;
};

/** A message of a conversation as a visitor may see it: never a note, never an internal line. */
export type VisitorMessage = {
  messageId: string;
  seq: number;
  direction: 'in' | 'out';
  authorName: string;
  text: string;
  sentAt: number;
  deliveryState: DeliveryState | null;
  /** `externalId` of an incoming message as the channel gave it. */
  clientMessageId: string | null;
  files: { attachmentId: string; name: string; type: string; size: number }[];
};

/** What the server gives to a channel. Every function writes in one transaction of its own and may be repeated. */
export type ChannelContext = {
  account: ChannelAccount;
  clock: Clock;
  random: Random;
  log: ChannelLog;
  http: FastifyInstance;
  sockets: SocketServer;
  /**
   * Keeps the provider's raw event under its unique id before anything else; false = it was there already. Go on all the
   * same: what follows is safe to repeat, and a crash may have come between the raw event and the message.
   */
  keepRaw(eventId: string, body: Uint8Array): Promise<boolean>;
  receiveMessage(message: InboundMessage): Promise<Received>;
  receiveCallEvent(event: InboundCallEvent): Promise<{ isNew: boolean }>;
  reportDelivery(report: DeliveryReport): Promise<void>;
  /** The author took a message back: hides its text everywhere, keeps a stub for the audit. */
  redactMessage(externalId: string): Promise<void>;
  /** The customer has blocked our account, or lets us in again: a mark on the identity and a line in the timeline. An unknown address changes nothing. */
  markBlocked(address: string, isBlocked: boolean): Promise<void>;
  /** The customer has seen our messages up to `seq` (web chat). */
  markSeenByCustomer(conversationId: string, upToSeq: number, state: 'delivered' | 'read'): Promise<void>;
  /** The customer is typing, or has stopped. Not stored. */
  signalTyping(conversationId: string, isTyping: boolean): void;
  /** Tells when agents type in, or have read up to a `seq` of, conversations of this account. Returns the function that stops. */
  onConversation(listener: (change: ConversationChange) => void): () => void;
  /**
   * What a visitor may see of a thread after `afterSeq`, in order; null when the thread has no conversation yet. Outgoing
   * ones stand here from the moment they are stored, whatever their state: the visitor's cursor would pass a later one by.
   */
  listForVisitor(
    threadId: string,
    afterSeq: number,
  ): Promise<{ conversationId: string; messages: VisitorMessage[]; readSeq: number; isOpen: boolean } | null>;
  /** The bytes of a file of a thread, or null when that thread does not have it. */
  readFile(threadId: string, attachmentId: string): Promise<{ name: string; type: string; bytes: Uint8Array } | null>;
  /** A small state of the channel's own (UIDVALIDITY and last UID, …), saved with the account. */
  loadState(): Promise<unknown>;
  saveState(state: unknown): Promise<void>;
  /** Counts of the monthly quota, shown to agents. */
  reportQuota(quota: { limit: number | null; used: number }): Promise<void>;
  reportHealth(health: AccountHealth): Promise<void>;
  /** Finds which of these message ids of this account are ours or known: for DSNs and threading. */
  findByExternalIds(
    externalIds: string[],
  ): Promise<{ externalId: string; messageId: string; conversationId: string; direction: 'in' | 'out' }[]>;
};

/** Something changed in a conversation of this account that the customer's side wants to know. */
export type ConversationChange =
  | { what: 'message'; threadId: string; conversationId: string; seq: number }
  | { what: 'delivery'; threadId: string; conversationId: string; messageId: string; state: DeliveryState }
  | { what: 'read'; threadId: string; conversationId: string; upToSeq: number }
  | { what: 'typing'; threadId: string; conversationId: string; name: string; on: boolean }
  | { what: 'status'; threadId: string; conversationId: string; isOpen: boolean };

/** A channel that runs for one account. */
export type RunningChannel = {
  /** Null for channels that cannot send (phone). Never throws for a provider's refusal: that is an outcome. */
  send: ((message: OutgoingMessage) => Promise<SendOutcome>) | null;
  /**
   * Called at start for messages that a crash left in `sending`: may the dispatcher send them again with the same key?
   * `replyToken` tells whether that sending used a token (which has no key).
   */
  isSafeToRepeat(sending: { idempotencyKey: string; usedReplyToken: boolean }): boolean;
  /** Reads a raw event once more, its text by this charset; null when it cannot be read. Only where texts have charsets. */
  readAgain?(
    raw: Uint8Array,
    charset: MailCharset,
  ): Promise<{ subject: string; text: string; html: string | null } | null>;
  /** Waits for what is under way, then ends. */
  stop(): Promise<void>;
};

/** Settings that a form has given, or the path of the secret that is missing in it. */
export type TakenForm = { ok: true; settings: unknown; madeSecret: string | null } | { ok: false; missing: string };

/** Where settings are tried out. */
export type Trial = {
  /** Null for an account that is not saved yet: nobody can call it. */
  accountKey: string | null;
  isRunning: boolean;
  /** This server itself, to be called without a network. */
  http: FastifyInstance;
  clock: Clock;
};

/** How an administrator sets an account of this channel up. Gives no secret away. */
export type SetUp = {
  /** Stored settings as the form shows them, and the paths of the secrets that are stored. @throws for settings that do not fit */
  show(settings: unknown): { form: ChannelForm; stored: string[] };
  /**
   * Settings from a form. A secret that is null stays as it is stored, but not when it would go to another server than
   * before: who may change an account may not read its password by that.
   * @param stored settings of before, undefined for a new account
   */
  take(form: ChannelForm, stored: unknown, random: Random): TakenForm;
  /** Tries them for real. Changes nothing at the provider, and never throws for what it finds. */
  test(settings: unknown, trial: Trial): Promise<Finding[]>;
  /** For a channel whose secret is made here; absent for all others. */
  changeSecret?: {
    make(stored: unknown, random: Random): { settings: unknown; madeSecret: string };
    endOld(stored: unknown): unknown;
  };
  /** Where the provider sends to, from the root of this server; null for a channel that fetches. */
  webhookPath(accountKey: string): string | null;
};

export type ChannelAdapter = {
  channel: Channel;
  /** Null for a channel of which no account is made here. */
  setUp: SetUp | null;
  /** Routes that all accounts of this channel share (webhooks, the widget's page), registered once before listening. */
  registerRoutes?(
    http: FastifyInstance,
    sockets: SocketServer,
    find: (accountKey: string) => ChannelContext | null,
  ): void;
  /** Starts an account. Bad settings throw with the field's name; a provider that is down does not throw, it reports health. */
  start(context: ChannelContext): Promise<RunningChannel>;
};
