/**
 * CONTRACT code ⇄ `search.db`: the index over messages. It can be thrown away at any time and is built again from
 * `cache.db`. The full-text tables `find` and `find_pair` (FTS5, contentless) stand in the migration only: drizzle has
 * no word for them.
 */
import { integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** What the index knows about itself: see `search/index-meta.ts`. */
export const meta = sqliteTable('meta', { key: text('key').primaryKey().notNull(), value: text('value').notNull() });

/**
 * Document numbers grow with the time of receipt, so that "newest first" is the order of the index itself. What is
 * written small here is written once for each message.
 */
export const document = sqliteTable(
  'document',
  {
    rowid: integer('rowid').primaryKey(),
    messageN: integer('message_n').notNull(),
    receivedAt: integer('received_at').notNull(),
    channel: text('channel').notNull(),
    isNote: integer('is_note').notNull(),
    /** `name.n` of the agent who wrote it; 0 when none did. */
    agentN: integer('agent_n').notNull(),
    conversationN: integer('conversation_n').notNull(),
  },
  (table) => [uniqueIndex('document_message').on(table.messageN)],
);

/** Short numbers for the ids of agents and conversations. */
export const name = sqliteTable(
  'name',
  { n: integer('n').primaryKey().notNull(), id: text('id').notNull() },
  (table) => [uniqueIndex('name_id').on(table.id)],
);

/** Every word of Latin letters and digits that the index knows: a part of a word is looked up here first. */
export const word = sqliteTable('word', { text: text('text').primaryKey().notNull() });
