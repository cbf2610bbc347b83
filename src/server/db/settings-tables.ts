/**
 * Synced tables, first part: the settings of a workspace. In each first the columns of its row schema (`src/shared/domain/rows.ts`, same names), then
 * what only the server knows, under the line "server only". A column that is not in the row schema never travels.
 */
import { boolean, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { agentRights, TeamId } from '../../shared/administration/people-calls.ts';
import type * as rows from '../../shared/domain/rows.ts';
import type { ReplyTargets } from '../../shared/domain/sla.ts';
import { id, int8 } from './columns.ts';

type Row<T, K extends keyof T> = T[K];

export const workspace = pgTable('workspace', {
  id: id().primaryKey().$type<Row<rows.WorkspaceRow, 'id'>>(),
  sv: int8().notNull().default(0),
  name: text().notNull(),
  colour: text().notNull(),
  timeZone: text().notNull(),
  locale: text().notNull().$type<Row<rows.WorkspaceRow, 'locale'>>(),
  isDemo: boolean().notNull().default(false),
});

/** What an agent may read beyond the queues: the customer directory, full numbers and addresses, or one of these by asking with a reason. */
export type AgentRight = (typeof agentRights)[number];

export const agent = pgTable('agent', {
  id: id().primaryKey().$type<Row<rows.AgentRow, 'id'>>(),
  sv: int8().notNull().default(0),
  displayName: text().notNull(),
  kana: text().notNull().default(''),
  role: text().notNull().$type<Row<rows.AgentRow, 'role'>>(),
  queueIds: jsonb().notNull().default([]).$type<Row<rows.AgentRow, 'queueIds'>>(),
  state: text().notNull().default('active').$type<Row<rows.AgentRow, 'state'>>(),
  // server only
  workspaceId: id()
    .notNull()
    .references(() => workspace.id)
    .$type<Row<rows.WorkspaceRow, 'id'>>(),
  rights: jsonb().notNull().default(['directory', 'revealPersonalData']).$type<AgentRight[]>(),
  /** An administrator of the whole organisation: may change every workspace and make new ones. Means nothing in another role. */
  administersAll: boolean().notNull().default(false),
  teamIds: jsonb().notNull().default([]).$type<TeamId[]>(),
  skills: jsonb().notNull().default([]).$type<string[]>(),
});

export const queue = pgTable('queue', {
  id: id().primaryKey().$type<Row<rows.QueueRow, 'id'>>(),
  sv: int8().notNull().default(0),
  workspaceId: id()
    .notNull()
    .references(() => workspace.id)
    .$type<Row<rows.QueueRow, 'workspaceId'>>(),
  name: text().notNull(),
  replyTargets: jsonb().notNull().default({}).$type<ReplyTargets>(),
});

export const channelAccount = pgTable(
  'channel_account',
  {
    id: id().primaryKey().$type<Row<rows.ChannelAccountRow, 'id'>>(),
    sv: int8().notNull().default(0),
    workspaceId: id()
      .notNull()
      .references(() => workspace.id)
      .$type<Row<rows.ChannelAccountRow, 'workspaceId'>>(),
    channel: text().notNull().$type<Row<rows.ChannelAccountRow, 'channel'>>(),
    name: text().notNull(),
    address: text().notNull(),
    isDemo: boolean().notNull().default(false),
    state: text().notNull().default('off').$type<Row<rows.ChannelAccountRow, 'state'>>(),
    lastSuccessAt: int8(),
    lastErrorAt: int8(),
    lastError: text(),
    quotaLimit: integer(),
    quotaUsed: integer(),
    // server only
    /** Where new conversations of this account go. */
    queueId: id()
      .notNull()
      .references(() => queue.id)
      .$type<Row<rows.QueueRow, 'id'>>(),
    /** The name of the account in addresses that providers call: `/hooks/line/:accountKey`. */
    accountKey: text().notNull(),
    /** Settings and secrets of the adapter as JSON, sealed by `seal-settings.ts`; empty once the account was removed. */
    sealedSettings: text().notNull(),
    /** Removed by an administrator: it stays for the conversations that came through it, and never runs again. */
    removedAt: int8(),
    /** A small state of the channel's own: UIDVALIDITY and last UID, … */
    ownState: jsonb().$type<unknown>(),
  },
  (t) => [uniqueIndex('channel_account_key').on(t.accountKey)],
);

export const wrapUpCode = pgTable('wrap_up_code', {
  id: id().primaryKey().$type<Row<rows.WrapUpCodeRow, 'id'>>(),
  sv: int8().notNull().default(0),
  workspaceId: id()
    .notNull()
    .references(() => workspace.id)
    .$type<Row<rows.WrapUpCodeRow, 'workspaceId'>>(),
  labelJa: text().notNull(),
  labelEn: text().notNull(),
  position: integer().notNull(),
});
