/** The tables of the HTTP API: who may call it, and what was answered to a request that may come again. Never leave the server. */
import { index, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { ApiScope } from '../../shared/administration/api-token-calls.ts';
import type { WorkspaceId } from '../../shared/domain/ids.ts';
import { id, int8 } from './columns.ts';
import { workspace } from './settings-tables.ts';

export const apiToken = pgTable(
  'api_token',
  {
    id: id().primaryKey(),
    workspaceId: id()
      .notNull()
      .references(() => workspace.id)
      .$type<WorkspaceId>(),
    name: text().notNull(),
    scopes: jsonb().notNull().$type<ApiScope[]>(),
    /** SHA-256 in hexadecimal; the token itself was shown once and is nowhere. */
    hash: text().notNull(),
    madeByName: text().notNull(),
    createdAt: int8().notNull(),
    /** To the minute. */
    lastUsedAt: int8(),
    revokedAt: int8(),
  },
  (t) => [uniqueIndex('api_token_hash').on(t.hash)],
);

/** Kept for a day. */
export const apiAnswer = pgTable(
  'api_answer',
  {
    /** SHA-256 of the token's id and the key that came with the request. */
    id: text().primaryKey(),
    requestHash: text().notNull(),
    /** Under the master key: it may hold addresses of customers. */
    sealedAnswer: text().notNull(),
    at: int8().notNull(),
  },
  (t) => [index('api_answer_at').on(t.at)],
);
