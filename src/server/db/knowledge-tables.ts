/** Templates, approved answers and articles: what a centre writes down for its agents. */
import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { KnowledgeRow } from '../../shared/domain/knowledge-row.ts';
import { id, int8 } from './columns.ts';
import { workspace } from './settings-tables.ts';

type Row<T, K extends keyof T> = T[K];

export const knowledge = pgTable(
  'knowledge',
  {
    id: id().primaryKey().$type<Row<KnowledgeRow, 'id'>>(),
    sv: int8().notNull().default(0),
    workspaceId: id()
      .notNull()
      .references(() => workspace.id)
      .$type<Row<KnowledgeRow, 'workspaceId'>>(),
    kind: text().notNull().$type<Row<KnowledgeRow, 'kind'>>(),
    title: text().notNull(),
    body: text().notNull(),
    tags: jsonb().notNull().default([]).$type<Row<KnowledgeRow, 'tags'>>(),
    channels: jsonb().notNull().default([]).$type<Row<KnowledgeRow, 'channels'>>(),
    state: text().notNull().$type<Row<KnowledgeRow, 'state'>>(),
    expiresAt: int8(),
    changedAt: int8().notNull(),
    changedByName: text().notNull(),
  },
  (t) => [index('knowledge_workspace').on(t.workspaceId)],
);
