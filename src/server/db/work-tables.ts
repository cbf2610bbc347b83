/**
 * Synced tables, third part: conversations, messages and calls. In each first the columns of its row schema (`src/shared/domain/rows.ts`, same names), then
 * what only the server knows, under the line "server only". A column that is not in the row schema never travels.
 */
import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type * as rows from '../../shared/domain/rows.ts';
import { id, int8 } from './columns.ts';
import { customer } from './customer-tables.ts';
import { agent, channelAccount, queue, workspace, wrapUpCode } from './settings-tables.ts';

type Row<T, K extends keyof T> = T[K];

export const conversation = pgTable(
  'conversation',
  {
    id: id().primaryKey().$type<Row<rows.ConversationRow, 'id'>>(),
    sv: int8().notNull().default(0),
    workspaceId: id()
      .notNull()
      .references(() => workspace.id)
      .$type<Row<rows.ConversationRow, 'workspaceId'>>(),
    channelAccountId: id()
      .notNull()
      .references(() => channelAccount.id)
      .$type<Row<rows.ConversationRow, 'channelAccountId'>>(),
    channel: text().notNull().$type<Row<rows.ConversationRow, 'channel'>>(),
    customerId: id()
      .notNull()
      .references(() => customer.id)
      .$type<Row<rows.ConversationRow, 'customerId'>>(),
    queueId: id()
      .notNull()
      .references(() => queue.id)
      .$type<Row<rows.ConversationRow, 'queueId'>>(),
    assigneeId: id()
      .references(() => agent.id)
      .$type<Row<rows.ConversationRow, 'assigneeId'>>(),
    number: text().notNull(),
    subject: text(),
    visibility: text().notNull().default('private').$type<Row<rows.ConversationRow, 'visibility'>>(),
    status: text().notNull().default('new').$type<Row<rows.ConversationRow, 'status'>>(),
    category: text(),
    tags: jsonb().notNull().default([]).$type<string[]>(),
    openedAt: int8().notNull(),
    resolvedAt: int8(),
    lastSeq: integer().notNull().default(0),
    lastInSeq: integer().notNull().default(0),
    readSeq: integer().notNull().default(0),
    unreadCount: integer().notNull().default(0),
    lastInAt: int8(),
    lastOutAt: int8(),
    lastActivityAt: int8().notNull(),
    preview: text().notNull().default(''),
    previewDirection: text().notNull().default('in').$type<Row<rows.ConversationRow, 'previewDirection'>>(),
    dueAt: int8(),
    replyWindow: text().$type<Row<rows.ConversationRow, 'replyWindow'>>(),
    replyWindowClosesAt: int8(),
    // server only
    /** The provider's thread: a visitor's session, a LINE user, the root Message-ID. */
    externalThreadId: text().notNull(),
    /** Server time of the first customer message without an answer; what `dueAt` is counted from. */
    firstUnansweredAt: int8(),
    /** LINE's free reply token: used once, then null. */
    replyToken: text(),
    replyTokenExpiresAt: int8(),
  },
  (t) => [
    uniqueIndex('conversation_number').on(t.number),
    index('conversation_thread').on(t.channelAccountId, t.externalThreadId),
    index('conversation_customer').on(t.customerId),
    index('conversation_queue').on(t.queueId, t.status, t.lastActivityAt),
    index('conversation_assignee').on(t.assigneeId),
  ],
);

export const message = pgTable(
  'message',
  {
    id: id().primaryKey().$type<Row<rows.MessageRow, 'id'>>(),
    sv: int8().notNull().default(0),
    conversationId: id()
      .notNull()
      .references(() => conversation.id)
      .$type<Row<rows.MessageRow, 'conversationId'>>(),
    customerId: id()
      .notNull()
      .references(() => customer.id)
      .$type<Row<rows.MessageRow, 'customerId'>>(),
    channel: text().notNull().$type<Row<rows.MessageRow, 'channel'>>(),
    seq: integer().notNull(),
    direction: text().notNull().$type<Row<rows.MessageRow, 'direction'>>(),
    visibility: text().notNull().default('private').$type<Row<rows.MessageRow, 'visibility'>>(),
    authorKind: text().notNull().$type<Row<rows.MessageRow, 'authorKind'>>(),
    authorId: id(),
    authorName: text().notNull(),
    text: text().notNull(),
    html: text(),
    detail: jsonb().notNull().default({ kind: 'text' }).$type<rows.MessageDetail>(),
    parentMessageId: id().$type<Row<rows.MessageRow, 'parentMessageId'>>(),
    sentAt: int8().notNull(),
    receivedAt: int8().notNull(),
    deliveryState: text().$type<Row<rows.MessageRow, 'deliveryState'>>(),
    deliveryReason: text(),
    deliveryAt: int8(),
    redactedAt: int8(),
    editedAt: int8(),
    editedByName: text(),
    // server only
    channelAccountId: id()
      .notNull()
      .references(() => channelAccount.id)
      .$type<Row<rows.ChannelAccountRow, 'id'>>(),
    /** The provider's id of this message, unique in its account: a second message with the same id changes nothing. */
    externalId: text(),
    /** The id that the visitor's own page gave to it, to find its bubble again. */
    clientMessageId: text(),
    /** The raw event that it was made of, if one was kept. */
    rawEventId: text(),
    /** For a mail: Message-IDs that it answers, nearest first, as they go into References. */
    answersExternalIds: jsonb().notNull().default([]).$type<string[]>(),
  },
  (t) => [
    uniqueIndex('message_seq').on(t.conversationId, t.seq),
    uniqueIndex('message_external').on(t.channelAccountId, t.externalId),
    index('message_customer').on(t.customerId),
  ],
);

export const attachment = pgTable(
  'attachment',
  {
    id: id().primaryKey().$type<Row<rows.AttachmentRow, 'id'>>(),
    sv: int8().notNull().default(0),
    messageId: id()
      .notNull()
      .references(() => message.id)
      .$type<Row<rows.AttachmentRow, 'messageId'>>(),
    conversationId: id()
      .notNull()
      .references(() => conversation.id)
      .$type<Row<rows.AttachmentRow, 'conversationId'>>(),
    name: text().notNull(),
    declaredType: text().notNull(),
    sniffedType: text().notNull(),
    size: int8().notNull(),
    sha256: text().notNull(),
    inlineCid: text(),
    isBlocked: boolean().notNull().default(false),
    blockedBecause: text(),
  },
  (t) => [
    index('attachment_message').on(t.messageId),
    index('attachment_conversation').on(t.conversationId),
    index('attachment_sha256').on(t.sha256),
    index('attachment_not_scanned').on(t.blockedBecause).where(sql`blocked_because = 'notScanned'`),
  ],
);

export const call = pgTable(
  'call',
  {
    id: id().primaryKey().$type<Row<rows.CallRow, 'id'>>(),
    sv: int8().notNull().default(0),
    conversationId: id()
      .notNull()
      .references(() => conversation.id)
      .$type<Row<rows.CallRow, 'conversationId'>>(),
    customerId: id()
      .notNull()
      .references(() => customer.id)
      .$type<Row<rows.CallRow, 'customerId'>>(),
    direction: text().notNull().$type<Row<rows.CallRow, 'direction'>>(),
    fromMasked: text(),
    fromReason: text(),
    queueId: id()
      .notNull()
      .references(() => queue.id)
      .$type<Row<rows.CallRow, 'queueId'>>(),
    agentId: id()
      .references(() => agent.id)
      .$type<Row<rows.CallRow, 'agentId'>>(),
    state: text().notNull().$type<Row<rows.CallRow, 'state'>>(),
    offeredAt: int8().notNull(),
    expiresAt: int8().notNull(),
    answeredAt: int8(),
    endedAt: int8(),
    heldMs: integer().notNull().default(0),
    heldSince: int8(),
    cause: text(),
    wrapUpCodeId: id()
      .references(() => wrapUpCode.id)
      .$type<Row<rows.CallRow, 'wrapUpCodeId'>>(),
    wrapUpNote: text().notNull().default(''),
    wrapUpStartedAt: int8(),
    wrapUpEndedAt: int8(),
    // server only
    channelAccountId: id()
      .notNull()
      .references(() => channelAccount.id)
      .$type<Row<rows.ChannelAccountRow, 'id'>>(),
    /** The telephone system's id of the call, unique in its account. */
    externalId: text().notNull(),
    linkedId: text(),
    /** Highest sequence number of an event that was applied: an older one changes nothing. */
    lastEventSeq: int8().notNull().default(0),
  },
  (t) => [
    uniqueIndex('call_external').on(t.channelAccountId, t.externalId),
    index('call_conversation').on(t.conversationId),
    index('call_state').on(t.state, t.expiresAt),
  ],
);

export const callNote = pgTable(
  'call_note',
  {
    id: id().primaryKey().$type<Row<rows.CallNoteRow, 'id'>>(),
    sv: int8().notNull().default(0),
    callId: id()
      .notNull()
      .references(() => call.id)
      .$type<Row<rows.CallNoteRow, 'callId'>>(),
    conversationId: id()
      .notNull()
      .references(() => conversation.id)
      .$type<Row<rows.CallNoteRow, 'conversationId'>>(),
    text: text().notNull(),
    offsetMs: integer().notNull(),
    authorName: text().notNull(),
    createdAt: int8().notNull(),
  },
  (t) => [index('call_note_call').on(t.callId), index('call_note_conversation').on(t.conversationId)],
);
