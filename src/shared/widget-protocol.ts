/**
 * CONTRACT chat widget ⇄ server. What crosses the socket (socket.io, namespace `/widget`, connectionStateRecovery off)
 * and HTTP beside it; both sides parse what they receive. It never carries anything a visitor may not see: no note, no
 * other visitor, no agent's id.
 *
 * A visitor is a secret of 32 random bytes, made in the browser when the visitor starts a chat. The server knows the
 * visitor by its hash, so there is nothing to look up and nothing to steal. Messages come down by one road only: the
 * list after the last `seq` that this browser has. An acknowledgement says that a message was stored, never what it says.
 *
 * History, one line per version.
 *   1: handshake, say, typing, seen; availability, messages, read, typing, status; files and the offline form by HTTP.
 */
import { z } from 'zod';

export const WIDGET_PROTOCOL_VERSION = 1;
export const WIDGET_NAMESPACE = '/widget';

/** Longest text of one message, in UTF-16 units. */
export const MAX_TEXT_LENGTH = 4_000;
/** Largest file in bytes. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;
/** A typing mark that is not renewed is over after this, in ms. */
export const TYPING_LASTS_MS = 8_000;

const time = z.number().int();
const seq = z.number().int().nonnegative();

export const accountKeySchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, "-" and "_", at most 64');
/** 32 random bytes in base64url. */
export const visitorTokenSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/, '32 random bytes in base64url');
/** Made by the browser for each message, kept over retries: a second arrival changes nothing. */
export const clientMessageIdSchema = z.uuid();

const textSchema = z
  .string()
  .max(MAX_TEXT_LENGTH)
  .refine((text) => text.trim() !== '', 'must not be empty');
export const visitorNameSchema = z.string().trim().min(1).max(80);
export const visitorMailSchema = z.email().max(254);

export const languageSchema = z.enum(['ja', 'en']);
export type WidgetLanguage = z.output<typeof languageSchema>;

/** How far this browser has come in a conversation. Another conversation on the server: read that one from its start. */
export const widgetCursorSchema = z.strictObject({ conversationId: z.uuid(), seq });
export type WidgetCursor = z.output<typeof widgetCursorSchema>;

/** `auth` of the socket. */
export const widgetHandshakeSchema = z.strictObject({
  protocol: z.number().int(),
  account: accountKeySchema,
  token: visitorTokenSchema,
  name: visitorNameSchema,
  mail: visitorMailSchema.nullable(),
  language: languageSchema,
  after: widgetCursorSchema.nullable(),
});
export type WidgetHandshake = z.output<typeof widgetHandshakeSchema>;

/** Why a connection is refused: `message` of socket.io's connect_error. Only `too-many` and `not-running` are worth another try. */
export const refusals = [
  'bad-input',
  'protocol-too-old',
  'unknown-account',
  'foreign-origin',
  'too-many',
  'not-running',
] as const;
export const refusalSchema = z.enum(refusals);
export type WidgetRefusal = z.output<typeof refusalSchema>;

export const saySchema = z.strictObject({ clientMessageId: clientMessageIdSchema, text: textSchema });
/** `too-fast` and `failed` may be tried again with the same id; the others may not. */
export const notSaidReasons = ['bad-input', 'too-long', 'too-fast', 'failed'] as const;
export const sayReplySchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), conversationId: z.uuid(), messageId: z.uuid() }),
  z.object({ ok: z.literal(false), why: z.enum(notSaidReasons), retryAfterMs: z.number().int().nullable() }),
]);
export type SayReply = z.output<typeof sayReplySchema>;

export const visitorTypingSchema = z.strictObject({ on: z.boolean() });
/** This browser has (`delivered`), or the visitor has read, our messages up to `upToSeq`. */
export const visitorSeenSchema = z.strictObject({
  conversationId: z.uuid(),
  upToSeq: seq,
  state: z.enum(['delivered', 'read']),
});

export const widgetFileSchema = z.object({
  attachmentId: z.uuid(),
  name: z.string(),
  type: z.string(),
  size: z.number().int(),
});
export const widgetMessageSchema = z.object({
  messageId: z.uuid(),
  seq,
  /** `in` is the visitor's own, as the server counts. */
  direction: z.enum(['in', 'out']),
  authorName: z.string(),
  text: z.string(),
  sentAt: time,
  clientMessageId: z.string().nullable(),
  files: z.array(widgetFileSchema),
});
export type WidgetFile = z.output<typeof widgetFileSchema>;
export type WidgetMessage = z.output<typeof widgetMessageSchema>;

/** Everything after the last `seq` sent to this socket, in order. `readSeq`: an agent has read the visitor up to here. */
export const messagesSchema = z.object({
  conversationId: z.uuid(),
  messages: z.array(widgetMessageSchema),
  readSeq: seq,
  isOpen: z.boolean(),
});
export type MessagesFrame = z.output<typeof messagesSchema>;
export const readSchema = z.object({ conversationId: z.uuid(), upToSeq: seq });
export const agentTypingSchema = z.object({ name: z.string(), on: z.boolean() });
export const statusSchema = z.object({ conversationId: z.uuid(), isOpen: z.boolean() });
/** Whether somebody answers now, by the account's hours. */
export const availabilitySchema = z.object({ isOpen: z.boolean(), serverTime: time });

/** Events from the visitor's browser. */
export type WidgetUpEvents = {
  say: (say: z.output<typeof saySchema>, reply: (answer: SayReply) => void) => void;
  typing: (typing: z.output<typeof visitorTypingSchema>) => void;
  seen: (seen: z.output<typeof visitorSeenSchema>) => void;
};
/** Events from the server. */
export type WidgetDownEvents = {
  availability: (availability: z.output<typeof availabilitySchema>) => void;
  messages: (frame: MessagesFrame) => void;
  read: (read: z.output<typeof readSchema>) => void;
  typing: (typing: z.output<typeof agentTypingSchema>) => void;
  status: (status: z.output<typeof statusSchema>) => void;
};

/** `GET /widget/accounts/:accountKey/settings`: what the widget needs before a visitor has said anything. */
export const widgetSettingsSchema = z.object({
  name: z.string(),
  colour: z.string().regex(/^#[0-9a-fA-F]{6}$/),
  greeting: z.object({ ja: z.string(), en: z.string() }),
  isOpen: z.boolean(),
  isDemo: z.boolean(),
});
export type WidgetSettings = z.output<typeof widgetSettingsSchema>;

/** `POST /widget/accounts/:accountKey/offline`: becomes a conversation that is answered by mail. */
export const offlineFormSchema = z.strictObject({
  clientMessageId: clientMessageIdSchema,
  name: visitorNameSchema,
  mail: visitorMailSchema,
  text: textSchema,
  language: languageSchema,
});
export type OfflineForm = z.output<typeof offlineFormSchema>;

/**
 * `POST /widget/accounts/:accountKey/files`: the bytes are the body, everything else stands in these headers.
 * Names are percent-encoded, since a header holds ASCII only.
 */
export const uploadHeadersSchema = z.object({
  authorization: z.string().regex(/^Bearer [A-Za-z0-9_-]{43}$/),
  'x-client-message-id': clientMessageIdSchema,
  'x-file-name': z.string().min(1).max(2_000),
  'x-visitor-name': z.string().min(1).max(1_000),
});
/** What a refused HTTP call answers; an accepted one answers `{ ok: true }`. */
export const widgetHttpErrorSchema = z.object({
  error: z.object({ why: z.string(), detail: z.string(), retryAfterMs: z.number().int().optional() }),
});
