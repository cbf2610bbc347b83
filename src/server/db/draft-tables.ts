/**
 * What agents are writing: the synced copy of each draft, and what drafts were before. Its author's devices hold the
 * copies; a lead reads them by asking.
 */
import { index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type * as rows from '../../shared/domain/rows.ts';
import { id, int8 } from './columns.ts';
import { agent } from './settings-tables.ts';
import { conversation } from './work-tables.ts';

type Row<K extends keyof rows.DraftRow> = rows.DraftRow[K];

export const draft = pgTable(
  'draft',
  {
    id: id().primaryKey(),
    sv: int8().notNull().default(0),
    agentId: id()
      .notNull()
      .references(() => agent.id)
      .$type<Row<'agentId'>>(),
    conversationId: id()
      .notNull()
      .references(() => conversation.id)
      .$type<Row<'conversationId'>>(),
    what: text().notNull().$type<Row<'what'>>(),
    text: text().notNull(),
    mail: jsonb().$type<Row<'mail'>>(),
    revision: integer().notNull(),
    deviceName: text().notNull(),
    copiedAt: int8().notNull(),
    supersededAt: int8(),
    takenOverByName: text(),
    takenOverAt: int8(),
    // server only
    takenOverById: id().$type<Row<'agentId'>>(),
  },
  (t) => [index('draft_agent').on(t.agentId), index('draft_conversation').on(t.conversationId)],
);

/** Kept for 30 days after it was the draft. */
export const draftVersion = pgTable(
  'draft_version',
  {
    id: id().primaryKey(),
    draftId: id().notNull(),
    agentId: id().notNull().$type<Row<'agentId'>>(),
    conversationId: id().notNull().$type<Row<'conversationId'>>(),
    what: text().notNull().$type<Row<'what'>>(),
    text: text().notNull(),
    savedAt: int8().notNull(),
  },
  (t) => [
    index('draft_version_of').on(t.agentId, t.conversationId, t.savedAt),
    index('draft_version_draft').on(t.draftId, t.savedAt),
    index('draft_version_saved').on(t.savedAt),
  ],
);
