/** Templates, approved answers and articles: what a centre writes down for its agents. */
import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type * as rows from '../../shared/domain/rows.ts';
import { id, int8 } from './columns.ts';
import { workspace } from './settings-tables.ts';

type Row<T, K extends keyof T> = T[K];

export const knowledge = pgTable(
  'knowledge',
  {
    id: id().primaryKey().$type<Row<rows.KnowledgeRow, 'id'>>(),
    sv: int8().notNull().default(0),
    workspaceId: id()
      .notNull()
      .references(() => workspace.id)
      .$type<Row<rows.KnowledgeRow, 'workspaceId'>>(),
    kind: text().notNull().$type<Row<rows.KnowledgeRow, 'kind'>>(),
    title: text().notNull(),
    body: text().notNull(),
    tags: jsonb().notNull().default([]).$type<Row<rows.KnowledgeRow, 'tags'>>(),
    channels: jsonb().notNull().default([]).$type<Row<rows.KnowledgeRow, 'channels'>>(),
    state: text().notNull().$type<Row<rows.KnowledgeRow, 'state'>>(),
    expiresAt: int8(),
    changedAt: int8().notNull(),
    changedByName: text().notNull(),
  },
  (t) => [index('knowledge_workspace').on(t.workspaceId)],
);
