/**
 * CONTRACT code ⇄ `cache.db`: the disposable copy of what the server said, table by table as `domain/rows.ts` has it,
 * with a few columns of our own. How far the copy has come stands in `cache-schema.ts`. The SQL that makes the tables
 * stands in `migrations/cache`; a test holds both together. Nothing of the agent's own work is kept here: that is in
 * `outbox-schema.ts`.
 */
import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import {
  caution,
  channelIdentity,
  consent,
  customer,
  duplicate,
  handoverNote,
  order,
  personalData,
} from './customer-schema.ts';
import { extra, flag, json } from './synced-columns.ts';

export * from './customer-schema.ts';

export const workspace = sqliteTable('workspace', {
  id: text('id').primaryKey().notNull(),
  sv: integer('sv').notNull(),
  name: text('name').notNull(),
  colour: text('colour').notNull(),
  timeZone: text('time_zone').notNull(),
  locale: text('locale').notNull(),
  isDemo: flag('is_demo').notNull(),
  extra: extra(),
});

export const agent = sqliteTable('agent', {
  id: text('id').primaryKey().notNull(),
  sv: integer('sv').notNull(),
  displayName: text('display_name').notNull(),
  kana: text('kana').notNull(),
  role: text('role').notNull(),
  queueIds: json('queue_ids').notNull(),
  state: text('state').notNull(),
  extra: extra(),
});

export const queue = sqliteTable('queue', {
  id: text('id').primaryKey().notNull(),
  sv: integer('sv').notNull(),
  workspaceId: text('workspace_id').notNull(),
  name: text('name').notNull(),
  replyTargets: json('reply_targets').notNull(),
  extra: extra(),
});

export const channelAccount = sqliteTable('channel_account', {
  id: text('id').primaryKey().notNull(),
  sv: integer('sv').notNull(),
  workspaceId: text('workspace_id').notNull(),
  channel: text('channel').notNull(),
  name: text('name').notNull(),
  address: text('address').notNull(),
  isDemo: flag('is_demo').notNull(),
  state: text('state').notNull(),
  lastSuccessAt: integer('last_success_at'),
  lastErrorAt: integer('last_error_at'),
  lastError: text('last_error'),
  quotaLimit: integer('quota_limit'),
  quotaUsed: integer('quota_used'),
  extra: extra(),
});

export const wrapUpCode = sqliteTable('wrap_up_code', {
  id: text('id').primaryKey().notNull(),
  sv: integer('sv').notNull(),
  workspaceId: text('workspace_id').notNull(),
  labelJa: text('label_ja').notNull(),
  labelEn: text('label_en').notNull(),
  position: integer('position').notNull(),
  extra: extra(),
});

export const knowledge = sqliteTable('knowledge', {
  id: text('id').primaryKey().notNull(),
  sv: integer('sv').notNull(),
  workspaceId: text('workspace_id').notNull(),
  kind: text('kind').notNull(),
  title: text('title').notNull(),
  body: text('body').notNull(),
  tags: json('tags').notNull(),
  channels: json('channels').notNull(),
  state: text('state').notNull(),
  expiresAt: integer('expires_at'),
  changedAt: integer('changed_at').notNull(),
  changedByName: text('changed_by_name').notNull(),
  extra: extra(),
  /** Title, tags and body, folded. */
  findText: text('find_text').notNull(),
});

export const conversation = sqliteTable(
  'conversation',
  {
    id: text('id').primaryKey().notNull(),
    sv: integer('sv').notNull(),
    workspaceId: text('workspace_id').notNull(),
    channelAccountId: text('channel_account_id').notNull(),
    channel: text('channel').notNull(),
    customerId: text('customer_id').notNull(),
    queueId: text('queue_id').notNull(),
    assigneeId: text('assignee_id'),
    number: text('number').notNull(),
    subject: text('subject'),
    visibility: text('visibility').notNull(),
    status: text('status').notNull(),
    category: text('category'),
    tags: json('tags').notNull(),
    openedAt: integer('opened_at').notNull(),
    resolvedAt: integer('resolved_at'),
    lastSeq: integer('last_seq').notNull(),
    lastInSeq: integer('last_in_seq').notNull(),
    readSeq: integer('read_seq').notNull(),
    unreadCount: integer('unread_count').notNull(),
    lastInAt: integer('last_in_at'),
    lastOutAt: integer('last_out_at'),
    lastActivityAt: integer('last_activity_at').notNull(),
    preview: text('preview').notNull(),
    previewDirection: text('preview_direction').notNull(),
    dueAt: integer('due_at'),
    replyWindow: text('reply_window'),
    replyWindowClosesAt: integer('reply_window_closes_at'),
    extra: extra(),
    /** Subject and number, folded: what a search reads. */
    findText: text('find_text').notNull(),
    /** 0 mine, 1 nobody's, 2 a colleague's: this file belongs to one agent. */
    whose: integer('whose').notNull(),
    /** 0 due, 1 open without a due time, 2 waits for the customer, 3 ended: the coarse order of the inbox. */
    bucket: integer('bucket').generatedAlwaysAs(sql`see migration`, { mode: 'virtual' }),
    /** Order inside the bucket: due time, else the newest activity first. */
    orderKey: integer('order_key').generatedAlwaysAs(sql`see migration`, { mode: 'virtual' }),
    onDesk: integer('on_desk').generatedAlwaysAs(sql`see migration`, { mode: 'virtual' }),
  },
  (table) => [
    index('conversation_everyone').on(table.bucket, table.orderKey, table.id),
    index('conversation_whose').on(table.whose, table.bucket, table.orderKey, table.id),
    index('conversation_desk').on(table.onDesk, table.bucket, table.orderKey, table.id),
    index('conversation_customer').on(table.customerId, table.lastActivityAt),
    index('conversation_find').on(table.findText, table.id),
    index('conversation_unread').on(table.unreadCount),
  ],
);

export const message = sqliteTable(
  'message',
  {
    /** Local number in the order of arrival, never used twice: what the search index remembers a message by. */
    n: integer('n').primaryKey({ autoIncrement: true }),
    id: text('id').notNull(),
    sv: integer('sv').notNull(),
    conversationId: text('conversation_id').notNull(),
    customerId: text('customer_id').notNull(),
    channel: text('channel').notNull(),
    seq: integer('seq').notNull(),
    direction: text('direction').notNull(),
    visibility: text('visibility').notNull(),
    authorKind: text('author_kind').notNull(),
    authorId: text('author_id'),
    authorName: text('author_name').notNull(),
    text: text('text').notNull(),
    html: text('html'),
    detail: json('detail').notNull(),
    parentMessageId: text('parent_message_id'),
    sentAt: integer('sent_at').notNull(),
    receivedAt: integer('received_at').notNull(),
    deliveryState: text('delivery_state'),
    deliveryReason: text('delivery_reason'),
    deliveryAt: integer('delivery_at'),
    redactedAt: integer('redacted_at'),
    editedAt: integer('edited_at'),
    editedByName: text('edited_by_name'),
    extra: extra(),
  },
  (table) => [
    uniqueIndex('message_id').on(table.id),
    index('message_customer').on(table.customerId, table.receivedAt, table.seq, table.id),
    index('message_conversation').on(table.conversationId, table.receivedAt, table.seq, table.id),
  ],
);

export const attachment = sqliteTable(
  'attachment',
  {
    id: text('id').primaryKey().notNull(),
    sv: integer('sv').notNull(),
    messageId: text('message_id').notNull(),
    conversationId: text('conversation_id').notNull(),
    name: text('name').notNull(),
    declaredType: text('declared_type').notNull(),
    sniffedType: text('sniffed_type').notNull(),
    size: integer('size').notNull(),
    sha256: text('sha256').notNull(),
    inlineCid: text('inline_cid'),
    isBlocked: flag('is_blocked').notNull(),
    blockedBecause: text('blocked_because'),
    extra: extra(),
  },
  (table) => [
    index('attachment_message').on(table.messageId),
    index('attachment_conversation').on(table.conversationId),
  ],
);

export const call = sqliteTable(
  'call',
  {
    id: text('id').primaryKey().notNull(),
    sv: integer('sv').notNull(),
    conversationId: text('conversation_id').notNull(),
    customerId: text('customer_id').notNull(),
    direction: text('direction').notNull(),
    fromMasked: text('from_masked'),
    fromReason: text('from_reason'),
    queueId: text('queue_id').notNull(),
    agentId: text('agent_id'),
    state: text('state').notNull(),
    offeredAt: integer('offered_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    answeredAt: integer('answered_at'),
    endedAt: integer('ended_at'),
    heldMs: integer('held_ms').notNull(),
    heldSince: integer('held_since'),
    cause: text('cause'),
    wrapUpCodeId: text('wrap_up_code_id'),
    wrapUpNote: text('wrap_up_note').notNull(),
    wrapUpStartedAt: integer('wrap_up_started_at'),
    wrapUpEndedAt: integer('wrap_up_ended_at'),
    extra: extra(),
    /** Number and wrap-up note, folded: what a search reads. */
    findText: text('find_text').notNull(),
  },
  (table) => [
    index('call_customer').on(table.customerId, table.offeredAt, table.id),
    index('call_conversation').on(table.conversationId, table.offeredAt, table.id),
    index('call_ringing').on(table.expiresAt),
    index('call_find').on(table.findText, table.id),
    index('call_mine').on(table.agentId, table.offeredAt),
  ],
);

export const callNote = sqliteTable(
  'call_note',
  {
    id: text('id').primaryKey().notNull(),
    sv: integer('sv').notNull(),
    callId: text('call_id').notNull(),
    conversationId: text('conversation_id').notNull(),
    text: text('text').notNull(),
    offsetMs: integer('offset_ms').notNull(),
    authorName: text('author_name').notNull(),
    createdAt: integer('created_at').notNull(),
    extra: extra(),
    /** The text, folded: what a search reads. */
    findText: text('find_text').notNull(),
  },
  (table) => [
    index('call_note_call').on(table.callId, table.createdAt),
    index('call_note_conversation').on(table.conversationId),
    index('call_note_find').on(table.findText, table.callId),
  ],
);

/** The synced tables by kind: the list that the row codec, the pages and the removal of rows work from. */
export const draft = sqliteTable(
  'draft',
  {
    id: text('id').primaryKey().notNull(),
    sv: integer('sv').notNull(),
    agentId: text('agent_id').notNull(),
    conversationId: text('conversation_id').notNull(),
    what: text('what').notNull(),
    text: text('text').notNull(),
    mail: json('mail'),
    revision: integer('revision').notNull(),
    deviceName: text('device_name').notNull(),
    copiedAt: integer('copied_at').notNull(),
    supersededAt: integer('superseded_at'),
    takenOverByName: text('taken_over_by_name'),
    takenOverAt: integer('taken_over_at'),
    extra: extra(),
  },
  (table) => [index('draft_conversation').on(table.conversationId)],
);

export const syncedTables = {
  workspace,
  agent,
  queue,
  channelAccount,
  wrapUpCode,
  knowledge,
  customer,
  channelIdentity,
  personalData,
  caution,
  handoverNote,
  consent,
  duplicate,
  order,
  conversation,
  message,
  attachment,
  call,
  callNote,
  draft,
} as const;
