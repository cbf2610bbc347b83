/**
 * CONTRACT code ⇄ `search.db`: the index over messages. It can be thrown away at any time and is built again from
 * `cache.db`. The full-text table `find` (FTS5, contentless) stands in the migration only: drizzle has no word for it.
 */
import { integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** `cacheId` of the copy that was read, `upTo` (last message number), `changesUpTo` (last `search_change`). */
export const meta = sqliteTable('meta', { key: text('key').primaryKey().notNull(), value: text('value').notNull() });

/** Document numbers grow with the time of receipt, so that "newest first" is the order of the index itself. */
export const document = sqliteTable(
  'document',
  { rowid: integer('rowid').primaryKey(), messageN: integer('message_n').notNull() },
  (table) => [uniqueIndex('document_message').on(table.messageN)],
);

/** Every word of Latin letters and digits that the index knows: a part of a word is looked up here first. */
export const word = sqliteTable('word', { text: text('text').primaryKey().notNull() });
