/** Webhooks of a workspace, and the log of what was sent to them, which is also the queue of what is to be sent. Never leave the server. */
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { deliveryStates, WebhookEvent } from '../../shared/administration/webhook-calls.ts';
import type { WorkspaceId } from '../../shared/domain/ids.ts';
import { id, int8 } from './columns.ts';
import { workspace } from './settings-tables.ts';

export const webhook = pgTable('webhook', {
  id: id().primaryKey(),
  workspaceId: id()
    .notNull()
    .references(() => workspace.id)
    .$type<WorkspaceId>(),
  name: text().notNull(),
  url: text().notNull(),
  events: jsonb().notNull().$type<WebhookEvent[]>(),
  isPaused: boolean().notNull().default(false),
  /** Of its signatures, under the master key; was shown once. */
  sealedSecret: text().notNull(),
  /** What changed up to here was looked through for events. */
  seenSv: int8().notNull(),
  createdAt: int8().notNull(),
});

export const webhookDelivery = pgTable(
  'webhook_delivery',
  {
    id: id().primaryKey(),
    webhookId: id()
      .notNull()
      .references(() => webhook.id, { onDelete: 'cascade' }),
    /** Names what happened: the same thing is told once, however often its row changes. */
    eventKey: text().notNull(),
    event: text().notNull().$type<WebhookEvent>(),
    /** As it is signed and sent: ids and times, no words of anybody. */
    body: text().notNull(),
    state: text().notNull().$type<(typeof deliveryStates)[number]>(),
    tries: integer().notNull().default(0),
    notBefore: int8().notNull(),
    lastStatus: integer(),
    /** Name of a fault, never what the other side wrote. */
    lastError: text(),
    createdAt: int8().notNull(),
    updatedAt: int8().notNull(),
  },
  (t) => [
    uniqueIndex('webhook_delivery_event').on(t.webhookId, t.eventKey),
    index('webhook_delivery_due').on(t.state, t.notBefore),
  ],
);
