/**
 * CONTRACT code ⇄ `cache.db`, part of `schema.ts`: customers and what hangs on them.
 */
import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { extra, flag, json } from './synced-columns.ts';

export const customer = sqliteTable(
  'customer',
  {
    id: text('id').primaryKey().notNull(),
    sv: integer('sv').notNull(),
    workspaceId: text('workspace_id').notNull(),
    displayName: text('display_name').notNull(),
    kana: text('kana').notNull(),
    kind: text('kind').notNull(),
    memberNumber: text('member_number'),
    rank: text('rank'),
    since: integer('since'),
    preferredChannel: text('preferred_channel'),
    preferredNote: text('preferred_note'),
    language: text('language').notNull(),
    stage: text('stage').notNull(),
    handlingState: text('handling_state').notNull(),
    addressMasked: text('address_masked'),
    lastActivityAt: integer('last_activity_at'),
    mergedIntoId: text('merged_into_id'),
    extra: extra(),
    /** Name, kana, member number and town, folded: what a search reads. */
    findText: text('find_text').notNull(),
  },
  (table) => [
    index('customer_find').on(table.findText, table.id),
    index('customer_merged').on(table.mergedIntoId, table.id).where(sql`merged_into_id is not null`),
  ],
);

export const channelIdentity = sqliteTable(
  'channel_identity',
  {
    id: text('id').primaryKey().notNull(),
    sv: integer('sv').notNull(),
    customerId: text('customer_id').notNull(),
    channel: text('channel').notNull(),
    maskedValue: text('masked_value').notNull(),
    keyedHash: text('keyed_hash').notNull(),
    isVerified: flag('is_verified').notNull(),
    isBlocked: flag('is_blocked').notNull(),
    extra: extra(),
    /** The shown value, folded: what a search reads. */
    findText: text('find_text').notNull(),
  },
  (table) => [
    index('channel_identity_customer').on(table.customerId),
    index('channel_identity_masked').on(table.maskedValue),
    index('channel_identity_find').on(table.findText, table.customerId),
  ],
);

export const personalData = sqliteTable(
  'personal_data',
  {
    id: text('id').primaryKey().notNull(),
    sv: integer('sv').notNull(),
    customerId: text('customer_id').notNull(),
    kind: text('kind').notNull(),
    value: text('value').notNull(),
    extra: extra(),
    /** The value as an exact search compares it: digits of a telephone number, folded text of the rest. */
    findValue: text('find_value').notNull(),
  },
  (table) => [
    index('personal_data_customer').on(table.customerId),
    index('personal_data_find').on(table.findValue, table.customerId),
  ],
);

export const caution = sqliteTable(
  'caution',
  {
    id: text('id').primaryKey().notNull(),
    sv: integer('sv').notNull(),
    customerId: text('customer_id').notNull(),
    kind: text('kind').notNull(),
    text: text('text').notNull(),
    authorName: text('author_name').notNull(),
    createdAt: integer('created_at').notNull(),
    extra: extra(),
    /** The text, folded: what a search reads. */
    findText: text('find_text').notNull(),
  },
  (table) => [
    index('caution_customer').on(table.customerId, table.createdAt),
    index('caution_find').on(table.findText, table.customerId),
  ],
);

export const handoverNote = sqliteTable(
  'handover_note',
  {
    id: text('id').primaryKey().notNull(),
    sv: integer('sv').notNull(),
    customerId: text('customer_id').notNull(),
    text: text('text').notNull(),
    authorName: text('author_name').notNull(),
    createdAt: integer('created_at').notNull(),
    acknowledgedByName: text('acknowledged_by_name'),
    acknowledgedAt: integer('acknowledged_at'),
    extra: extra(),
    /** The text, folded: what a search reads. */
    findText: text('find_text').notNull(),
  },
  (table) => [
    index('handover_note_customer').on(table.customerId, table.createdAt),
    index('handover_note_find').on(table.findText, table.customerId),
  ],
);

export const duplicate = sqliteTable(
  'duplicate',
  {
    id: text('id').primaryKey().notNull(),
    sv: integer('sv').notNull(),
    customerId: text('customer_id').notNull(),
    otherId: text('other_id').notNull(),
    reason: text('reason').notNull(),
    state: text('state').notNull(),
    decidedByName: text('decided_by_name'),
    decidedAt: integer('decided_at'),
    extra: extra(),
  },
  (table) => [index('duplicate_customer').on(table.customerId), index('duplicate_other').on(table.otherId)],
);

export const consent = sqliteTable(
  'consent',
  {
    id: text('id').primaryKey().notNull(),
    sv: integer('sv').notNull(),
    customerId: text('customer_id').notNull(),
    purpose: text('purpose').notNull(),
    state: text('state').notNull(),
    source: text('source').notNull(),
    since: integer('since').notNull(),
    extra: extra(),
  },
  (table) => [index('consent_customer').on(table.customerId)],
);

export const order = sqliteTable(
  'order_row',
  {
    id: text('id').primaryKey().notNull(),
    sv: integer('sv').notNull(),
    customerId: text('customer_id').notNull(),
    number: text('number').notNull(),
    orderedAt: integer('ordered_at').notNull(),
    salesChannel: text('sales_channel').notNull(),
    status: text('status').notNull(),
    amount: integer('amount').notNull(),
    currency: text('currency').notNull(),
    lines: json('lines').notNull(),
    extra: extra(),
    /** Number and what was bought, folded: what a search reads. */
    findText: text('find_text').notNull(),
  },
  (table) => [
    index('order_customer').on(table.customerId, table.orderedAt),
    index('order_find').on(table.findText, table.id),
  ],
);
