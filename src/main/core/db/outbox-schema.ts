/**
 * CONTRACT code ⇄ `outbox.db`: the agent's own work that nobody else has yet. Precious: synchronous=FULL, never
 * deleted, set aside when it cannot be read. The SQL stands in `migrations/outbox`; a test holds both together.
 */
import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** `clientId`, `nextMid`: who this outbox is to the server, and the number of the next command; `epoch` of its verdicts. */
export const meta = sqliteTable('meta', { key: text('key').primaryKey().notNull(), value: text('value').notNull() });

export const outbox = sqliteTable(
  'outbox',
  {
    /** The agent's order of orders. `sendAnyway` puts the new command in the place of the old one. */
    n: integer('n').primaryKey({ autoIncrement: true }),
    commandId: text('command_id').notNull(),
    kind: text('kind').notNull(),
    body: text('body', { mode: 'json' }).notNull(),
    composedAt: integer('composed_at').notNull(),
    conversationId: text('conversation_id'),
    customerId: text('customer_id'),
    /** Id of the row that the command will make: a message or a call note. */
    rowId: text('row_id'),
    /** Given at the first sending, dense; given anew when this outbox takes another client id. */
    mid: integer('mid'),
    /** 1 once it has been on its way and no verdict says that it was not applied: it cannot be taken back. */
    wasSent: integer('was_sent', { mode: 'boolean' }).notNull(),
    /** `queued` `sending` `applied` `needsReview` `refused` `blocked`. */
    state: text('state').notNull(),
    reason: text('reason'),
    /** Of the verdict: the item is done when the cursors of these scopes have reached it. */
    verdictSv: integer('verdict_sv'),
    verdictScopes: text('verdict_scopes', { mode: 'json' }),
    /** Until then its author can take it back; epoch ms of this device. */
    holdUntil: integer('hold_until'),
  },
  (table) => [
    uniqueIndex('outbox_command').on(table.commandId),
    uniqueIndex('outbox_mid').on(table.mid),
    index('outbox_state').on(table.state, table.n),
    index('outbox_conversation').on(table.conversationId, table.n),
    index('outbox_customer').on(table.customerId, table.n),
    index('outbox_row').on(table.rowId),
  ],
);

export const draft = sqliteTable(
  'draft',
  {
    conversationId: text('conversation_id').notNull(),
    /** `reply` or `note`. */
    what: text('what').notNull(),
    /** Names this draft from its first letter to its end, on the server too. */
    draftId: text('draft_id').notNull(),
    /** Grows with every change; `copiedRevision` is the last one that the server has, null when it has none. */
    revision: integer('revision').notNull(),
    copiedRevision: integer('copied_revision'),
    text: text('text').notNull(),
    mail: text('mail', { mode: 'json' }),
    savedAt: integer('saved_at').notNull(),
    /** Whose conversation it was, to be shown when the conversation has left this device. */
    customerName: text('customer_name'),
    conversationNumber: text('conversation_number'),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.what] }),
    uniqueIndex('draft_by_id').on(table.draftId),
  ],
);

/**
 * Drafts that ended here (`ended`), and drafts of other devices that were gone on with here up to a revision
 * (`superseded`): the server is told, and told again when it shows one of them still. Kept for 30 days.
 */
export const draftDone = sqliteTable(
  'draft_done',
  {
    draftId: text('draft_id').primaryKey().notNull(),
    revision: integer('revision').notNull(),
    why: text('why').notNull(),
    toldAt: integer('told_at'),
    at: integer('at').notNull(),
  },
  (table) => [index('draft_done_at').on(table.at)],
);

/** What a draft was before it became something else; kept for 30 days. */
export const draftVersion = sqliteTable(
  'draft_version',
  {
    n: integer('n').primaryKey({ autoIncrement: true }),
    conversationId: text('conversation_id').notNull(),
    what: text('what').notNull(),
    text: text('text').notNull(),
    savedAt: integer('saved_at').notNull(),
  },
  (table) => [
    index('draft_version_conversation').on(table.conversationId, table.what, table.savedAt),
    index('draft_version_saved').on(table.savedAt),
  ],
);

/** A file that the agent sends: with the draft of its conversation while it has no message. */
export const outgoingFile = sqliteTable(
  'outgoing_file',
  {
    n: integer('n').primaryKey({ autoIncrement: true }),
    /** Made here; the server knows the file by it. */
    id: text('id').notNull(),
    conversationId: text('conversation_id').notNull(),
    /** The message that an order in this outbox will make. */
    messageId: text('message_id'),
    name: text('name').notNull(),
    type: text('type').notNull(),
    size: integer('size').notNull(),
    sha256: text('sha256').notNull(),
    /** 1 once the server has all of it. */
    isUp: integer('is_up', { mode: 'boolean' }).notNull(),
    /** Bytes that the server has said it has. */
    received: integer('received').notNull().default(0),
  },
  (table) => [
    uniqueIndex('outgoing_file_id').on(table.id),
    index('outgoing_file_conversation').on(table.conversationId, table.n),
    index('outgoing_file_message').on(table.messageId),
  ],
);

export const outgoingPart = sqliteTable(
  'outgoing_part',
  {
    n: integer('n').primaryKey({ autoIncrement: true }),
    fileId: text('file_id').notNull(),
    /** Place of its first byte in the file. */
    at: integer('at').notNull(),
    bytes: blob('bytes', { mode: 'buffer' }).notNull(),
  },
  (table) => [uniqueIndex('outgoing_part_file').on(table.fileId, table.at)],
);

export const wrapUpDraft = sqliteTable('wrap_up_draft', {
  callId: text('call_id').primaryKey().notNull(),
  note: text('note').notNull(),
  wrapUpCodeId: text('wrap_up_code_id'),
  savedAt: integer('saved_at').notNull(),
});
