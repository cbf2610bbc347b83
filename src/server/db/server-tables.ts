/** The tables that never leave the server: the organisation, who may sign in, the feed, verdicts, what goes out, the audit. */
import {
  boolean,
  index,
  integer,
  jsonb,
  pgSequence,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { SyncedKind } from '../../shared/domain/synced-kinds.ts';
import type { Verdict } from '../../shared/sync-protocol.ts';
import { bytes, id, int8 } from './columns.ts';
import type { AgentRow } from '../../shared/domain/rows.ts';
import { agent, channelAccount } from './settings-tables.ts';
import { message } from './work-tables.ts';

type Role = AgentRow['role'];

/** One row. Whoever writes locks it first, so that `sv` has no gaps and writers never wait for each other in a circle. */
export const organisation = pgTable('organisation', {
  id: id().primaryKey(),
  name: text().notNull(),
  timeZone: text().notNull(),
  locale: text().notNull(),
  /** Changes when this database was restored or moved: cursors of another epoch mean nothing. */
  epoch: text().notNull(),
  sv: int8().notNull().default(0),
  /** Tombstones at or below this are forgotten. */
  horizon: int8().notNull().default(0),
  /** For so many hours after its last word with the server a device may be opened without a line. */
  offlineHours: integer().notNull().default(168),
  /** A console that nobody has touched for so many minutes locks its screen; 0 = never. */
  idleLockMinutes: integer().notNull().default(15),
  /** Roles that sign in with a second factor only. */
  secondFactorRoles: jsonb().notNull().$type<Role[]>().default([]),
  /** Secret of the keyed hashes of channel identities, 32 bytes. */
  identityKey: bytes().notNull(),
  /** A known word sealed under the master key, so that another key is noticed at the start; null before the first. */
  keyProof: text(),
  /** What changed up to here was compared with all other customers. */
  duplicatesSv: int8().notNull().default(0),
});

/** The digits of `C-88190`. */
export const conversationNumber = pgSequence('conversation_number_seq', { startWith: 10_001 });

export const credential = pgTable(
  'credential',
  {
    agentId: id()
      .primaryKey()
      .references(() => agent.id),
    /** Folded to NFKC and lower case before it is stored or looked for. */
    login: text().notNull(),
    passwordHash: text().notNull(),
    /** Null: still the one that the account was made with. */
    passwordChangedAt: int8(),
  },
  (t) => [uniqueIndex('credential_login').on(t.login)],
);

/** One installation of the console for one agent. */
export const device = pgTable(
  'device',
  {
    clientId: id().primaryKey(),
    agentId: id()
      .notNull()
      .references(() => agent.id),
    name: text().notNull(),
    platform: text().notNull(),
    appVersion: text().notNull(),
    /** The installation's own word; null until its first hello. Another word = a cloned disk. */
    lease: text(),
    /** Highest `mid` that has a verdict. */
    lastMid: int8().notNull().default(0),
    lastSeenAt: int8().notNull(),
    /** From then on nobody gets in from here, its secrets are dropped, and the console wipes itself when it hears of it. */
    revokedAt: int8(),
    /** When the console said that it had. */
    wipedAt: int8(),
    /** Orders that were on it then and had not been sent; null when it could not count them. */
    unsentAtWipe: integer(),
  },
  (t) => [index('device_agent').on(t.agentId)],
);

/** The server's half of the key of one agent's files on one device; see `session/device-keys.ts`. */
export const deviceKey = pgTable(
  'device_key',
  {
    /** Made by the console, and the same for ever while its files live, whatever the device is called. */
    keyId: id().primaryKey(),
    agentId: id()
      .notNull()
      .references(() => agent.id),
    /** The device that asked last. */
    clientId: id()
      .notNull()
      .references(() => device.clientId),
    /** Sealed under the master key; null once it was dropped. */
    sealedSecret: text(),
    createdAt: int8().notNull(),
    givenAt: int8().notNull(),
    revokedAt: int8(),
  },
  (t) => [index('device_key_agent').on(t.agentId), index('device_key_client').on(t.clientId)],
);

/** One signing in; its tokens are a family that ends together. */
export const session = pgTable(
  'session',
  {
    id: id().primaryKey(),
    agentId: id()
      .notNull()
      .references(() => agent.id),
    clientId: id()
      .notNull()
      .references(() => device.clientId),
    createdAt: int8().notNull(),
    /** The agent's role asks for a second factor that is not set up yet: until then this session may do nothing else. */
    isRestricted: boolean().notNull().default(false),
    endedAt: int8(),
    /** `signed-out`, `refresh-token-reused`, `replaced`, `agent-disabled`, `device-revoked`, `password-changed`. */
    endedBecause: text(),
  },
  (t) => [index('session_agent').on(t.agentId), index('session_client').on(t.clientId)],
);

export const sessionToken = pgTable(
  'session_token',
  {
    /** SHA-256 of the token in hexadecimal; the token itself is nowhere. */
    hash: text().primaryKey(),
    sessionId: id()
      .notNull()
      .references(() => session.id, { onDelete: 'cascade' }),
    kind: text().notNull().$type<'access' | 'refresh'>(),
    expiresAt: int8().notNull(),
    /** First use. A refresh token works once; when it comes again, somebody has a copy and the family ends. */
    usedAt: int8(),
  },
  (t) => [index('session_token_session').on(t.sessionId), index('session_token_expires').on(t.expiresAt)],
);

/** What was decided about each submitted command: the same answer for ever. */
export const commandVerdict = pgTable(
  'command_verdict',
  {
    clientId: id()
      .notNull()
      .references(() => device.clientId),
    mid: int8().notNull(),
    commandId: id().notNull(),
    agentId: id()
      .notNull()
      .references(() => agent.id),
    verdict: jsonb().notNull().$type<Verdict>(),
    at: int8().notNull(),
  },
  (t) => [primaryKey({ columns: [t.clientId, t.mid] }), index('command_verdict_command').on(t.agentId, t.commandId)],
);

/** Which row stands in which scope, and since which `sv`. State, not history: one entry for a row and a scope. */
export const feedEntry = pgTable(
  'feed_entry',
  {
    scope: text().notNull(),
    kind: text().notNull().$type<SyncedKind>(),
    rowId: id().notNull(),
    sv: int8().notNull(),
    gone: boolean().notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.scope, t.kind, t.rowId] }),
    uniqueIndex('feed_entry_sv').on(t.scope, t.sv),
    index('feed_entry_row').on(t.rowId),
  ],
);

/** Where `sv` stood at a time, noted once a day: tells which tombstones are older than their 30 days. */
export const svMark = pgTable('sv_mark', { at: int8().primaryKey(), sv: int8().notNull() });

/** A customer whose whole timeline an agent keeps: opened, or rung by. */
export const pin = pgTable(
  'pin',
  {
    agentId: id()
      .notNull()
      .references(() => agent.id),
    scope: text().notNull(),
    pinnedAt: int8().notNull(),
  },
  (t) => [primaryKey({ columns: [t.agentId, t.scope] })],
);

/** What a provider sent, byte for byte, under its own id: received once, however often it comes. */
export const rawEvent = pgTable(
  'raw_event',
  {
    accountId: id()
      .notNull()
      .references(() => channelAccount.id),
    eventId: text().notNull(),
    body: bytes().notNull(),
    receivedAt: int8().notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.eventId] }), index('raw_event_received').on(t.receivedAt)],
);

export const outboundStates = ['queued', 'sending', 'done', 'failed', 'refused', 'needsReview', 'discarded'] as const;

/** A message on its way to a provider. `sending` is committed before the provider hears of it. */
export const outbound = pgTable(
  'outbound',
  {
    messageId: id()
      .primaryKey()
      .references(() => message.id),
    accountId: id()
      .notNull()
      .references(() => channelAccount.id),
    state: text().notNull().$type<(typeof outboundStates)[number]>(),
    /** Counts decisions of people: 1 at first, one more with each `sendAgain`. */
    attempt: integer().notNull().default(1),
    /** Tries of this attempt so far. */
    tries: integer().notNull().default(0),
    idempotencyKey: id().notNull(),
    usedReplyToken: boolean().notNull().default(false),
    externalId: text(),
    /** Not to be tried before this time, or null. */
    notBefore: int8(),
    /** Name of a reason, never a provider's sentence with customer text in it. */
    lastError: text(),
    createdAt: int8().notNull(),
    updatedAt: int8().notNull(),
  },
  (t) => [index('outbound_state').on(t.state, t.accountId)],
);

/** Where the bytes of a file are; files with the same bytes share them. */
export const blob = pgTable('blob', {
  sha256: text().primaryKey(),
  size: int8().notNull(),
  /** Relative to the server's folder for files. */
  path: text().notNull(),
  storedAt: int8().notNull(),
});

export const uploadStates = ['receiving', 'stored', 'refused', 'used'] as const;

/** A file of an agent on its way here, or here and not in a message yet. Its id is made on the device. */
export const upload = pgTable(
  'upload',
  {
    id: id().primaryKey(),
    /** Nobody else may go on with it or put it into a message. */
    agentId: id()
      .notNull()
      .references(() => agent.id),
    name: text().notNull(),
    declaredType: text().notNull(),
    size: int8().notNull(),
    /** Of the whole file, as the device says; proven when the last part has come. */
    sha256: text().notNull(),
    /** Bytes from the start that are safely here. */
    received: int8().notNull(),
    state: text().notNull().$type<(typeof uploadStates)[number]>(),
    /** By content, and where the bytes are in the store; null until they are all here. */
    sniffedType: text(),
    path: text(),
    touchedAt: int8().notNull(),
  },
  (t) => [index('upload_agent').on(t.agentId, t.state), index('upload_touched').on(t.touchedAt)],
);

/** Who did what to whom, when. Never holds message text, secrets or full personal data. */
export const auditEvent = pgTable(
  'audit_event',
  {
    id: id().primaryKey(),
    at: int8().notNull(),
    agentId: id(),
    fromAddress: text(),
    what: text().notNull(),
    target: text(),
    reason: text(),
    before: jsonb().$type<unknown>(),
    after: jsonb().$type<unknown>(),
    /** Null where it concerns no single workspace, or was written before this was noted. */
    workspaceId: id(),
    /** Of the thing that was changed; null where nothing is counted. */
    version: integer(),
  },
  (t) => [index('audit_event_at').on(t.at), index('audit_event_target').on(t.target)],
);
