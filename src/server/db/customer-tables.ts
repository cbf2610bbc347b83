/**
 * Synced tables, second part: customers and their orders. In each first the columns of its row schema (`src/shared/domain/rows.ts`, same names), then
 * what only the server knows, under the line "server only". A column that is not in the row schema never travels.
 */
import { boolean, index, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type * as rows from '../../shared/domain/rows.ts';
import { id, int8 } from './columns.ts';
import { workspace } from './settings-tables.ts';

type Row<T, K extends keyof T> = T[K];

export const customer = pgTable(
  'customer',
  {
    id: id().primaryKey().$type<Row<rows.CustomerRow, 'id'>>(),
    sv: int8().notNull().default(0),
    workspaceId: id()
      .notNull()
      .references(() => workspace.id)
      .$type<Row<rows.CustomerRow, 'workspaceId'>>(),
    displayName: text().notNull(),
    kana: text().notNull().default(''),
    kind: text().notNull().default('person').$type<Row<rows.CustomerRow, 'kind'>>(),
    memberNumber: text(),
    rank: text(),
    since: int8(),
    preferredChannel: text().$type<Row<rows.CustomerRow, 'preferredChannel'>>(),
    preferredNote: text(),
    language: text().notNull().default('ja'),
    stage: text().notNull().default('notPurchased').$type<Row<rows.CustomerRow, 'stage'>>(),
    handlingState: text().notNull().default('normal').$type<Row<rows.CustomerRow, 'handlingState'>>(),
    addressMasked: text(),
    lastActivityAt: int8(),
    mergedIntoId: id().$type<Row<rows.CustomerRow, 'id'>>(),
    // server only
    /** To whom this one was joined itself; `mergedIntoId` is the root that follows from it. */
    mergedViaId: id().$type<Row<rows.CustomerRow, 'id'>>(),
  },
  (t) => [
    index('customer_workspace').on(t.workspaceId),
    index('customer_member').on(t.workspaceId, t.memberNumber),
    index('customer_merged').on(t.mergedIntoId),
    index('customer_kana').on(t.workspaceId, t.kana),
  ],
);

export const channelIdentity = pgTable(
  'channel_identity',
  {
    id: id().primaryKey(),
    sv: int8().notNull().default(0),
    customerId: id()
      .notNull()
      .references(() => customer.id)
      .$type<Row<rows.ChannelIdentityRow, 'customerId'>>(),
    channel: text().notNull().$type<Row<rows.ChannelIdentityRow, 'channel'>>(),
    maskedValue: text().notNull(),
    keyedHash: text().notNull(),
    isVerified: boolean().notNull().default(false),
    isBlocked: boolean().notNull().default(false),
    // server only
    workspaceId: id()
      .notNull()
      .references(() => workspace.id)
      .$type<Row<rows.WorkspaceRow, 'id'>>(),
    /** The full value in normal form: E.164, lower-case mail, LINE user id, visitor id. Where an answer is sent. */
    address: text().notNull(),
  },
  (t) => [
    uniqueIndex('channel_identity_address').on(t.workspaceId, t.channel, t.address),
    index('channel_identity_customer').on(t.customerId),
  ],
);

export const personalData = pgTable(
  'personal_data',
  {
    id: id().primaryKey(),
    sv: int8().notNull().default(0),
    customerId: id()
      .notNull()
      .references(() => customer.id)
      .$type<Row<rows.PersonalDataRow, 'customerId'>>(),
    kind: text().notNull().$type<Row<rows.PersonalDataRow, 'kind'>>(),
    value: text().notNull(),
  },
  (t) => [index('personal_data_customer').on(t.customerId), index('personal_data_value').on(t.kind, t.value)],
);

export const caution = pgTable(
  'caution',
  {
    id: id().primaryKey(),
    sv: int8().notNull().default(0),
    customerId: id()
      .notNull()
      .references(() => customer.id)
      .$type<Row<rows.CautionRow, 'customerId'>>(),
    kind: text().notNull().$type<Row<rows.CautionRow, 'kind'>>(),
    text: text().notNull(),
    authorName: text().notNull(),
    createdAt: int8().notNull(),
  },
  (t) => [index('caution_customer').on(t.customerId)],
);

export const handoverNote = pgTable(
  'handover_note',
  {
    id: id().primaryKey().$type<Row<rows.HandoverNoteRow, 'id'>>(),
    sv: int8().notNull().default(0),
    customerId: id()
      .notNull()
      .references(() => customer.id)
      .$type<Row<rows.HandoverNoteRow, 'customerId'>>(),
    text: text().notNull(),
    authorName: text().notNull(),
    createdAt: int8().notNull(),
    acknowledgedByName: text(),
    acknowledgedAt: int8(),
  },
  (t) => [index('handover_note_customer').on(t.customerId)],
);

export const consent = pgTable(
  'consent',
  {
    id: id().primaryKey(),
    sv: int8().notNull().default(0),
    customerId: id()
      .notNull()
      .references(() => customer.id)
      .$type<Row<rows.ConsentRow, 'customerId'>>(),
    purpose: text().notNull().$type<Row<rows.ConsentRow, 'purpose'>>(),
    state: text().notNull().$type<Row<rows.ConsentRow, 'state'>>(),
    source: text().notNull(),
    since: int8().notNull(),
  },
  (t) => [uniqueIndex('consent_purpose').on(t.customerId, t.purpose)],
);

export const duplicate = pgTable(
  'duplicate',
  {
    id: id().primaryKey(),
    sv: int8().notNull().default(0),
    customerId: id()
      .notNull()
      .references(() => customer.id)
      .$type<Row<rows.DuplicateRow, 'customerId'>>(),
    otherId: id()
      .notNull()
      .references(() => customer.id)
      .$type<Row<rows.DuplicateRow, 'otherId'>>(),
    reason: text().notNull().$type<Row<rows.DuplicateRow, 'reason'>>(),
    state: text().notNull().default('open').$type<Row<rows.DuplicateRow, 'state'>>(),
    decidedByName: text(),
    decidedAt: int8(),
  },
  (t) => [uniqueIndex('duplicate_pair').on(t.customerId, t.otherId), index('duplicate_other').on(t.otherId)],
);

export const order = pgTable(
  'order',
  {
    id: id().primaryKey().$type<Row<rows.OrderRow, 'id'>>(),
    sv: int8().notNull().default(0),
    customerId: id()
      .notNull()
      .references(() => customer.id)
      .$type<Row<rows.OrderRow, 'customerId'>>(),
    number: text().notNull(),
    orderedAt: int8().notNull(),
    salesChannel: text().notNull().$type<Row<rows.OrderRow, 'salesChannel'>>(),
    status: text().notNull().$type<Row<rows.OrderRow, 'status'>>(),
    amount: int8().notNull(),
    currency: text().notNull(),
    lines: jsonb().notNull().default([]).$type<Row<rows.OrderRow, 'lines'>>(),
  },
  (t) => [index('order_customer').on(t.customerId), index('order_number').on(t.number)],
);
