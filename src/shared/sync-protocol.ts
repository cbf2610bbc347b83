/**
 * CONTRACT core ⇄ server. Everything that crosses the socket, as zod schemas; both sides parse what they receive.
 * socket.io is only the pipe (namespace `/console`, websocket transport only, connectionStateRecovery off).
 *
 * History, one line per version. A server speaks this version and the one before; an older console goes read-only.
 *   1: hello, pull, walk, submit, ask; frame, level, lag, scopes, signal, goodbye.
 *   2: signing in gives the secret of the device, and a device that was revoked is told to wipe itself;
 *      a walk may leave out what is older than `since`; `history` reads the rest of one conversation;
 *      `rereadMail` has a mail read again by another charset; a mail's head may name where answers go;
 *      orders for a queue, tags, a note's text, a customer's fields and consent; a note says who wrote it anew;
 *      a reply may carry files, whose bytes go before it by `/api/uploads`; a file that is held back says why;
 *      drafts are copied (`keepDrafts`), read by a lead and taken over;
 *      what a centre has written down for its agents (`knowledge`) stands in its settings;
 *      an account changes and resets its password and has a second factor (`account-protocol.ts`); tokens bring the policy;
 *      customers are merged and taken apart (`mergedIntoId`), and those who may be the same person are suggested (`duplicate`);
 *      a console that floods the server is told so; numbers and lists have an upper end.
 */
import { z } from 'zod';
import { commandSchema, verdictReasons } from './domain/command.ts';
import { fileNameSchema, fileSizeSchema, fileTypeSchema } from './domain/file.ts';
import { clientIdSchema, conversationIdSchema, uploadIdSchema } from './domain/ids.ts';
import { mailCharsetSchema } from './domain/mail-charset.ts';
import { HIGHEST_SV } from './domain/rows.ts';
import { scopeSchema } from './domain/scope.ts';
import { draftAskSchemas } from './draft-asks.ts';

/** The version that this code speaks, and the oldest that its server still serves. */
export const PROTOCOL_VERSION = 2;
export const OLDEST_PROTOCOL_VERSION = 1;
/** Of all schemas that cross, rows included: `tests/sync/contract-hash.test.ts` says what to do when it moves. */
export const CONTRACT_HASH = 'ad54f8afa156eaa8';

/** Rows in one page at most; and bytes of JSON after which a page ends early. */
export const ROWS_PER_PAGE = 1_000;
export const BYTES_PER_PAGE = 1024 * 1024;
/** Scopes of one device at most: its queues, and the customers that it keeps. */
export const MOST_SCOPES = 1_000;
/** Above this many bytes of JSON a page travels as zstd (level 1). 220 bytes a row against 545, see `performance.md` §2.3. */
export const COMPRESS_ABOVE_BYTES = 8 * 1024;
/** Changes of one scope are gathered for this long before a frame is sent: 22 times less CPU at 200 clients. */
export const FRAME_EVERY_MS = 20;
/** How often the server says where every scope stands, so that a silent half-open stream is noticed. */
export const LEVEL_EVERY_MS = 10_000;

const svSchema = z.number().int().nonnegative().max(HIGHEST_SV);

/** A number for each scope. */
const cursorsSchema = z
  .record(z.string().max(60), svSchema)
  .refine((cursors) => Object.keys(cursors).length <= MOST_SCOPES, 'more scopes than a device can hold');

/** Rows of one kind as arrays in the order of `columns`. A kind or column that the reader does not know is kept aside. */
export const tablePageSchema = z.object({
  kind: z.string().max(60),
  columns: z.array(z.string().max(60)).max(200),
  rows: z.array(z.array(z.unknown())).max(ROWS_PER_PAGE),
});
export const pageSchema = z.object({
  tables: z.array(tablePageSchema).max(60),
  gone: z.array(z.object({ kind: z.string().max(60), id: z.uuid(), sv: svSchema })).max(ROWS_PER_PAGE),
});
export type Page = z.output<typeof pageSchema>;

/** A page on the wire: JSON text, or zstd-compressed JSON text in UTF-8. */
export const packedPageSchema = z.union([
  z.object({ json: z.string() }),
  z.object({ zstd: z.custom<Uint8Array>((value) => value instanceof Uint8Array) }),
]);
export type PackedPage = z.output<typeof packedPageSchema>;

/** What socket.io carries as `auth` when it connects. Refused with the message `signed-out`. */
export const handshakeSchema = z.object({ token: z.string().min(1).max(200) });

/**
 * What a hello of any version has. A server reads this first, so that a console that it does not understand is told
 * which of the two is too old, and not that its input is bad.
 */
export const greetingSchema = z.looseObject({ protocol: z.number().int() });

export const helloSchema = z.strictObject({
  protocol: z.number().int(),
  clientId: clientIdSchema,
  /**
   * A random word of this run of the core, never written to disk: while one run of a client id is connected, another word
   * is a cloned disk and gets `cloned-client`. The same word replaces the old connection.
   */
  lease: z.string().min(16).max(64),
  appVersion: z.string().max(40),
  /** Epoch of the cursors, null on a first start. */
  epoch: z.string().max(64).nullable(),
  nextMid: z.number().int().positive(),
});
export type Hello = z.output<typeof helloSchema>;

export const welcomeSchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    /** The version that both speak on this line. */
    protocol: z.number().int(),
    epoch: z.string().min(1).max(64),
    /** Highest `mid` of this client that the server has a verdict for. */
    lastMid: z.number().int().nonnegative(),
    /** The organisation's `sv` now. */
    sv: svSchema,
    /** Tombstones below this are forgotten: an older cursor must walk its scope again. */
    horizon: svSchema,
    /** What this device may hold, most urgent first, with the last `sv` in each. */
    scopes: z.array(z.object({ scope: scopeSchema, latest: svSchema })).max(MOST_SCOPES),
    agentId: z.uuid(),
    /** Server time in epoch ms, to show due times on a PC whose clock is wrong. */
    serverTime: z.number().int(),
  }),
  z.object({
    ok: z.literal(false),
    why: z.enum(['protocol-too-old', 'protocol-too-new', 'cloned-client', 'signed-out', 'busy', 'bad-input']),
    retryAfterMs: z.number().int().nullable(),
  }),
]);
export type Welcome = z.output<typeof welcomeSchema>;

/** Rows of one scope that changed after a cursor, oldest change first. */
export const pullSchema = z.strictObject({ scope: scopeSchema, after: svSchema });
/**
 * Rows of one scope as they stand, newest change first, from `ceiling` down. `below` null starts a walk. With `since`
 * (epoch ms of the server) messages and calls that are older, and what hangs on them, are left out: a device that cannot
 * hold ten years need not download them first. Roots always come.
 */
export const walkSchema = z.strictObject({
  scope: scopeSchema,
  ceiling: svSchema.nullable(),
  below: svSchema.nullable(),
  since: z.number().int().nonnegative().optional(),
});
/** What a device has let go or never had of one conversation: its children received at or before `upto` (epoch ms), newest first. */
export const historySchema = z.strictObject({
  conversationId: conversationIdSchema,
  upto: z.number().int().nonnegative(),
});

export const pullReplySchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    page: packedPageSchema,
    /** The cursor after this page. When `more` is false it is the organisation's `sv` at the time of the read. */
    to: svSchema,
    more: z.boolean(),
    /** Rows of the scope still to come after this page, for the progress line. */
    left: z.number().int().nonnegative(),
  }),
  z.object({
    ok: z.literal(false),
    why: z.enum(['not-allowed', 'resync', 'busy', 'bad-input', 'failed']),
    retryAfterMs: z.number().int().nullable(),
  }),
]);
export type PullReply = z.output<typeof pullReplySchema>;

export const walkReplySchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    page: packedPageSchema,
    /** The `sv` at which the walk began; the cursor of the scope when the walk is complete. */
    ceiling: svSchema,
    /** Where the next walk goes on, or null when this was the last page. */
    below: svSchema.nullable(),
    left: z.number().int().nonnegative(),
  }),
  z.object({
    ok: z.literal(false),
    why: z.enum(['not-allowed', 'busy', 'bad-input', 'failed']),
    retryAfterMs: z.number().int().nullable(),
  }),
]);
export type WalkReply = z.output<typeof walkReplySchema>;

export const historyReplySchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    /** Messages, files, calls and call notes, each with its own `sv`, as a walk would bring them. */
    page: packedPageSchema,
    /** What is still missing was received at or before this; null when nothing is. */
    upto: z.number().int().nullable(),
  }),
  z.object({
    ok: z.literal(false),
    /** `not-allowed`: the conversation stands in no scope of this agent, or does not exist. */
    why: z.enum(['not-allowed', 'busy', 'bad-input', 'failed']),
    retryAfterMs: z.number().int().nullable(),
  }),
]);
export type HistoryReply = z.output<typeof historyReplySchema>;

/** `mid` is dense per client and given at the first sending. */
export const submitSchema = z.strictObject({ mid: z.number().int().positive(), command: commandSchema });
export type Submit = z.output<typeof submitSchema>;

/** The answer to a command, the same for ever. A refusal is a verdict too and uses up its `mid`. */
export const verdictSchema = z.object({
  commandId: z.uuid(),
  outcome: z.enum(['applied', 'needsReview', 'refused']),
  reason: z.enum(verdictReasons).nullable(),
  /** `sv` of the effect (the organisation's `sv` when there was none) and the scopes that it touched. */
  sv: svSchema,
  scopes: z.array(scopeSchema),
});
export type Verdict = z.output<typeof verdictSchema>;

export const submitReplySchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), verdict: verdictSchema }),
  z.object({
    ok: z.literal(false),
    /**
     * `gap`: the server wants `lastMid + 1`; say hello again. `cloned-client`: another machine has used this `mid` for
     * another command; take a new client id and number again. `bad-input`: not a command of this version; it used no `mid`.
     */
    why: z.enum(['gap', 'cloned-client', 'bad-input', 'busy', 'failed']),
    lastMid: z.number().int().nonnegative(),
    detail: z.string().max(500),
  }),
]);
export type SubmitReply = z.output<typeof submitReplySchema>;

/** Live calls that the core passes on. Input and output are those of `console-api.ts`, parsed on both sides. */
export const askSchema = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('pinCustomer'), customerId: z.uuid() }),
  z.strictObject({ method: z.literal('rereadMail'), messageId: z.uuid(), charset: mailCharsetSchema }),
  ...draftAskSchemas,
  z.strictObject({ method: z.literal('revealPersonalData'), customerId: z.uuid(), reason: z.string().min(1).max(500) }),
]);
export type Ask = z.output<typeof askSchema>;
export const askReplySchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), output: z.unknown() }),
  z.object({
    ok: z.literal(false),
    why: z.enum(['not-allowed', 'not-found', 'bad-input', 'failed']),
    detail: z.string(),
  }),
]);
export type AskReply = z.output<typeof askReplySchema>;

/** Something that is true for a few seconds and stored nowhere: typing, viewing. Both ways, may be lost. */
export const signalSchema = z.strictObject({
  conversationId: conversationIdSchema,
  what: z.enum(['typing', 'viewing']),
  on: z.boolean(),
  /** Filled in by the server on the way to others. */
  who: z.enum(['customer', 'agent']).optional(),
  name: z.string().max(100).optional(),
  agentId: z.uuid().optional(),
});
export type Signal = z.output<typeof signalSchema>;

/** Changes of one scope since `from`. `from > cursor`: something was lost, pull. `to <= cursor`: seen, drop. */
export const liveFrameSchema = z.object({ scope: scopeSchema, from: svSchema, to: svSchema, page: packedPageSchema });
export type LiveFrame = z.output<typeof liveFrameSchema>;
/** Where every scope of this client stands. */
export const levelSchema = z.object({
  to: svSchema,
  latest: cursorsSchema,
  serverTime: z.number().int(),
});
export type Level = z.output<typeof levelSchema>;
/** The server has stopped sending frames to a slow client; pull up to `to` when there is time. */
export const lagSchema = z.object({ scope: scopeSchema, to: svSchema });
export const scopesChangedSchema = z.object({
  add: z.array(scopeSchema).max(MOST_SCOPES),
  drop: z.array(scopeSchema).max(MOST_SCOPES),
});
export type ScopesChanged = z.output<typeof scopesChangedSchema>;
export const goodbyeSchema = z.object({
  why: z.enum(['signed-out', 'restarting', 'replaced', 'too-slow', 'flooding']),
});

/** How far this client has come, said at least every 64 frames or second while frames arrive. */
export const acknowledgeSchema = z.strictObject({ cursors: cursorsSchema });

/** Events from the core, each answered by socket.io's acknowledgement where a reply type is named. */
export type UpEvents = {
  hello: (hello: Hello, reply: (welcome: Welcome) => void) => void;
  pull: (pull: z.output<typeof pullSchema>, reply: (answer: PullReply) => void) => void;
  walk: (walk: z.output<typeof walkSchema>, reply: (answer: WalkReply) => void) => void;
  history: (history: z.output<typeof historySchema>, reply: (answer: HistoryReply) => void) => void;
  submit: (submit: Submit, reply: (answer: SubmitReply) => void) => void;
  ask: (ask: Ask, reply: (answer: AskReply) => void) => void;
  acknowledge: (acknowledge: z.output<typeof acknowledgeSchema>) => void;
  signal: (signal: Signal) => void;
};
/** Events from the server. */
export type DownEvents = {
  frame: (frame: LiveFrame) => void;
  level: (level: Level) => void;
  lag: (lag: z.output<typeof lagSchema>) => void;
  scopes: (scopes: ScopesChanged) => void;
  signal: (signal: Signal) => void;
  goodbye: (goodbye: z.output<typeof goodbyeSchema>) => void;
};

/** HTTP beside the socket: signing in and files. Paths are relative to the server's origin. */
export const signInSchema = z.strictObject({
  login: z.string().trim().min(1).max(254),
  password: z.string().min(1).max(1_000),
  /** Of the second factor, or a recovery code: when the server has answered `code-needed`. */
  code: z.string().min(1).max(40).optional(),
  device: z.strictObject({
    clientId: clientIdSchema,
    name: z.string().max(200),
    platform: z.string().max(60),
    appVersion: z.string().max(40),
  }),
});
export const signedInSchema = z.object({
  agent: z.object({
    id: z.uuid(),
    displayName: z.string(),
    role: z.enum(['agent', 'teamLead', 'admin']),
    workspaceId: z.uuid(),
  }),
  accessToken: z.string(),
  /** Epoch ms of the server. */
  accessExpiresAt: z.number().int(),
  refreshToken: z.string(),
  serverTime: z.number().int(),
  /** What the organisation asks of this device; comes with every renewal. A server of the version before does not say it. */
  policy: z
    .object({
      /** Without a touch for so long the screen locks; 0 = never. */
      idleLockMinutes: z.number().int().nonnegative(),
      offlineForHours: z.number().int().nonnegative(),
      /** Until then the session may do nothing else. */
      mustSetUpSecondFactor: z.boolean(),
    })
    .optional(),
});
export type SignedIn = z.output<typeof signedInSchema>;
/** `POST /api/session` (signIn) · `POST /api/session/refresh` · `DELETE /api/session` · `GET /api/demo-accounts` · `GET /api/attachments/:id`. */
export const refreshSchema = z.strictObject({ clientId: clientIdSchema, refreshToken: z.string().max(200) });
/**
 * The server's half of the key of an agent's files on a device: `POST /api/device-keys`, signed in. The console makes the
 * key and its id; the server makes the secret when the key is new, and gives the same one ever after, until it is dropped
 * (410). It never learns the key.
 */
export const deviceKeySchema = z.strictObject({ keyId: z.uuid(), isNew: z.boolean() });
export const deviceKeyReplySchema = z.object({
  /** 32 bytes, base64url. */
  secret: z.string().regex(/^[\w-]{43}$/),
  /** For so many hours after the last word of the server the device may be opened without a line. */
  offlineForHours: z.number().int().nonnegative(),
});
/** The receipt of a console that destroyed what it held: `POST /api/device-wipes`. `unsent` orders were lost with it. */
export const deviceWipeSchema = z.strictObject({
  clientId: clientIdSchema,
  refreshToken: z.string().max(200),
  unsent: z.int32().nonnegative().nullable(),
});
/** A file that an agent sends, before its first part: `POST /api/uploads`. Asked again, it tells how much has come. */
export const uploadSchema = z.strictObject({
  id: uploadIdSchema,
  name: fileNameSchema,
  type: fileTypeSchema,
  size: fileSizeSchema,
  /** Of the whole file, in hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
/** Answer to that and to each part (`PATCH /api/uploads/:id`, header `upload-offset`): bytes from the start that are safe. */
export const uploadReplySchema = z.object({ received: z.number().int().nonnegative() });
export const demoAccountsSchema = z.object({
  accounts: z.array(z.object({ login: z.string(), password: z.string(), name: z.string(), role: z.string() })),
});
/** Body of every refused HTTP call: `{ error: { why, detail, field?, faults? } }`; `detail` names the remedy, never customer text. */
export const httpErrorSchema = z.object({
  error: z.object({
    why: z.string(),
    detail: z.string(),
    field: z.string().optional(),
    /** Every rule that a new password breaks; `domain/password.ts`. */
    faults: z.array(z.string()).optional(),
  }),
});
