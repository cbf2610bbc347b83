/** The tables of the administration: how often each thing was changed, and which changes were carried out. Never leave the server. */
import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { id, int8 } from './columns.ts';
import { agent } from './settings-tables.ts';

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
