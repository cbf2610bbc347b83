/**
 * CONTRACT code ⇄ `device.db`: what belongs to this installation and not to one agent's desk. The SQL stands in
 * `migrations/device`; a test holds both together. No customer's text is kept here.
 */
import { sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** One JSON value by name: `device` (language, theme …), `session`, `clockSkew`, `lastLogin`. */
export const setting = sqliteTable('setting', {
  key: text('key').primaryKey().notNull(),
  value: text('value').notNull(),
});

/** Which client id an account has on this device, so that the next sign-in continues the same outbox. */
export const client = sqliteTable('client', {
  login: text('login').primaryKey().notNull(),
  agentId: text('agent_id'),
  clientId: text('client_id').notNull(),
});
