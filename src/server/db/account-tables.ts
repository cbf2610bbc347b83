/** The tables of people's accounts: their second factor, and the links that let them in once. They never leave the server. */
import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { id, int8 } from './columns.ts';
import { agent } from './settings-tables.ts';

/** A time-based one-time password (RFC 6238) of one agent. */
export const secondFactor = pgTable('second_factor', {
  agentId: id()
    .primaryKey()
    .references(() => agent.id),
  /** The shared secret, sealed under the master key. */
  sealedSecret: text().notNull(),
  createdAt: int8().notNull(),
  /** Null until the agent has shown a code of it: until then it asks nobody for anything. */
  confirmedAt: int8(),
  /** Number of the 30 s step of the last code that was taken: no code is taken twice. */
  lastStep: int8().notNull().default(0),
});

/** A code for the day on which the phone is lost. */
export const recoveryCode = pgTable(
  'recovery_code',
  {
    /** SHA-256 in hexadecimal of a random word of 80 bits; the word itself is nowhere. */
    hash: text().primaryKey(),
    agentId: id()
      .notNull()
      .references(() => agent.id),
    usedAt: int8(),
  },
  (t) => [index('recovery_code_agent').on(t.agentId)],
);

export const linkPurposes = ['resetPassword'] as const;

/** A link that lets one person do one thing once. */
export const oneTimeLink = pgTable(
  'one_time_link',
  {
    /** SHA-256 in hexadecimal; the word itself stands in the link alone. */
    hash: text().primaryKey(),
    purpose: text().notNull().$type<(typeof linkPurposes)[number]>(),
    agentId: id()
      .notNull()
      .references(() => agent.id),
    madeBy: id().notNull(),
    createdAt: int8().notNull(),
    expiresAt: int8().notNull(),
    usedAt: int8(),
  },
  (t) => [index('one_time_link_agent').on(t.agentId)],
);
