/** The tables of the administration: versions, changes that were carried out, teams, the first start. Never leave the server. */
import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { TeamId } from '../../shared/administration/people-calls.ts';
import { id, int8 } from './columns.ts';
import { agent, workspace } from './settings-tables.ts';

/** The version of everything that administrators change; what it was stands in the audit. */
export const settingVersion = pgTable(
  'setting_version',
  {
    kind: text().notNull(),
    targetId: text().notNull(),
    version: integer().notNull(),
    changedAt: int8().notNull(),
    /** Null: the command line or the first set-up. */
    changedById: id(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.targetId] })],
);

/** What was answered to a change, for a console that did not hear it. Kept for a day. */
export const administrationChange = pgTable(
  'administration_change',
  {
    id: id().primaryKey(),
    agentId: id()
      .notNull()
      .references(() => agent.id),
    call: text().notNull(),
    /** Under the master key: it may hold a link that lets somebody in. */
    sealedOutput: text().notNull(),
    at: int8().notNull(),
  },
  (t) => [index('administration_change_at').on(t.at)],
);

/** A name under which people are found; who is in it stands with the person. */
export const team = pgTable('team', {
  id: id().primaryKey().$type<TeamId>(),
  workspaceId: id()
    .notNull()
    .references(() => workspace.id),
  name: text().notNull(),
});

/** The link by which an empty database is set up; see `set-up/set-up.ts`. */
export const setUpLink = pgTable('set_up_link', {
  /** SHA-256 in hexadecimal; the word itself stands in the link alone. */
  hash: text().primaryKey(),
  createdAt: int8().notNull(),
  expiresAt: int8().notNull(),
  usedAt: int8(),
});
