/**
 * CONTRACT code ⇄ `cache.db`: what the device knows about its copy, beside the synced tables of `schema.ts`: scopes and
 * cursors, which scope holds which row, and what is still to be removed or indexed.
 */
import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

const flag = (name: string) => integer(name, { mode: 'boolean' });

/** `epoch`, `epochNumber`, `lastLevelAt`, `cacheId`, `knownKinds`, `evictedTo`. */
export const meta = sqliteTable('meta', { key: text('key').primaryKey().notNull(), value: text('value').notNull() });

/** What this device holds and how far it has come. `sv` is the cursor, null until the first walk is complete. */
export const scope = sqliteTable(
  'scope',
  {
    n: integer('n').primaryKey({ autoIncrement: true }),
    name: text('name').notNull(),
    state: text('state').notNull(),
    sv: integer('sv'),
    /** Where a walk stands: begun at `ceiling`, to go on below `below`. */
    ceiling: integer('ceiling'),
    below: integer('below'),
    walked: integer('walked').notNull(),
    remaining: integer('remaining'),
    /** 1 while a walk looks for what is not there any more: rows it did not see are removed at its end. */
    isResync: flag('is_resync').notNull(),
    /** Boundary of the walk in server epoch ms: older messages and calls were left out. Null: everything was read. */
    since: integer('since'),
    /** `new`, `filled`, `settled`: see `ScopeState`. */
    claim: text('claim').notNull(),
  },
  (table) => [uniqueIndex('scope_name').on(table.name)],
);

/** By which scopes a root row stands on this device. A row goes when its last scope lets go. */
export const held = sqliteTable(
  'held',
  { scopeN: integer('scope_n').notNull(), rowId: text('row_id').notNull(), kind: text('kind').notNull() },
  (table) => [primaryKey({ columns: [table.scopeN, table.rowId] }), index('held_row').on(table.rowId)],
);

/** What a resync walk has met so far. */
export const seen = sqliteTable(
  'seen',
  { scopeN: integer('scope_n').notNull(), rowId: text('row_id').notNull() },
  (table) => [primaryKey({ columns: [table.scopeN, table.rowId] })],
);

/** Rows that no scope holds any more. They go a moment later, slice by slice: a row that only moved comes back before. */
export const doomed = sqliteTable('doomed', {
  rowId: text('row_id').primaryKey().notNull(),
  kind: text('kind').notNull(),
});

/** Conversations that may lack what was received at or before `upto`; see `sync/absence.ts`. Those that are whole are not here. */
export const absence = sqliteTable(
  'absence',
  {
    conversationId: text('conversation_id').primaryKey().notNull(),
    customerId: text('customer_id').notNull(),
    upto: integer('upto').notNull(),
    /** Where the timeline shows it. */
    shownAt: integer('shown_at').notNull(),
    /** 1: to be fetched without being asked for, because the conversation is worked on. */
    isWanted: flag('is_wanted').notNull(),
  },
  (table) => [
    index('absence_customer').on(table.customerId, table.shownAt, table.conversationId),
    index('absence_upto').on(table.upto),
    index('absence_wanted').on(table.upto),
  ],
);

/** Conversations whose history was fetched for somebody who looked: the last ones to be let go again. */
export const broughtBack = sqliteTable(
  'brought_back',
  { conversationId: text('conversation_id').primaryKey().notNull(), usedAt: integer('used_at').notNull() },
  (table) => [index('brought_back_used').on(table.usedAt)],
);

/** Messages whose text changed or went after they were numbered: the index must read them again. */
export const searchChange = sqliteTable('search_change', {
  n: integer('n').primaryKey({ autoIncrement: true }),
  messageN: integer('message_n').notNull(),
});

/** Conversations by owner and bucket, kept by triggers so that the inbox never counts what it does not show. */
export const inboxCount = sqliteTable(
  'inbox_count',
  {
    whose: integer('whose').notNull(),
    bucket: integer('bucket').notNull(),
    conversations: integer('conversations').notNull(),
  },
  (table) => [primaryKey({ columns: [table.whose, table.bucket] })],
);

/** Files that were fetched once, so that they open without a line. */
export const attachmentCopy = sqliteTable(
  'attachment_copy',
  {
    id: text('id').primaryKey().notNull(),
    size: integer('size').notNull(),
    usedAt: integer('used_at').notNull(),
    bytes: blob('bytes').notNull(),
  },
  (table) => [index('attachment_copy_used').on(table.usedAt)],
);

/** Rows of kinds that this version does not know, as the server sent them, by the scope that brought them. */
export const asideRow = sqliteTable(
  'aside_row',
  {
    scopeN: integer('scope_n').notNull(),
    kind: text('kind').notNull(),
    id: text('id').notNull(),
    sv: integer('sv').notNull(),
    /** So that it goes with its conversation, if it is a child of one. */
    conversationId: text('conversation_id'),
    columns: text('columns').notNull(),
    row: text('row').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.scopeN, table.kind, table.id] }),
    index('aside_row_conversation').on(table.conversationId),
  ],
);
