/**
 * CONTRACT window ⇄ core: every call that a window may make. Queries read the local files and name the topics that
 * make their answer stale; commands go to the outbox; live calls need the server now. Nothing else crosses.
 *
 * Topics: `session` `device` `connection` `outbox` `inbox` `calls` `settings` `search`, `conversation:<id>`,
 * `customer:<id>` (timeline and sheet), `signals:<conversationId>` (typing, viewing), `draft:<conversationId>`.
 */
import { z } from 'zod';
import { type ClientOf, command, type HandlersOf, live, query } from './contract.ts';
import { channelSchema } from './domain/channel.ts';
import { mailTargetSchema, verdictReasons } from './domain/command.ts';
import { conversationStatusSchema, urgencyGroups } from './domain/conversation.ts';
import {
  agentIdSchema,
  attachmentIdSchema,
  callIdSchema,
  commandIdSchema,
  conversationIdSchema,
  customerIdSchema,
  handoverNoteIdSchema,
  messageIdSchema,
  wrapUpCodeIdSchema,
} from './domain/ids.ts';
import {
  agentRowSchema,
  attachmentRowSchema,
  callNoteRowSchema,
  callRowSchema,
  cautionRowSchema,
  channelAccountRowSchema,
  conversationRowSchema,
  customerRowSchema,
  handoverNoteRowSchema,
  messageRowSchema,
  orderRowSchema,
  queueRowSchema,
  workspaceRowSchema,
  wrapUpCodeRowSchema,
} from './domain/rows.ts';

const time = z.number().int();
const count = z.number().int().nonnegative();
const nothing = z.strictObject({});
const done = z.object({ ok: z.literal(true) });
const accepted = z.object({ commandId: commandIdSchema });

// --- session and device -------------------------------------------------------------------------------------------

const sessionSchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('signedOut'),
    serverUrl: z.string(),
    /** Why the last session ended, when it was not the agent's wish. */
    why: z.enum(['expired', 'revoked']).nullable(),
    lastLogin: z.string().nullable(),
  }),
  z.object({
    state: z.literal('signedIn'),
    serverUrl: z.string(),
    agentId: agentIdSchema,
    displayName: z.string(),
    role: agentRowSchema.shape.role,
    /** Null until the settings have come for the first time. */
    workspace: workspaceRowSchema.nullable(),
    /** The session ran out while the desk stays readable: sign in again, nothing is lost. */
    needsSignIn: z.boolean(),
  }),
]);

const deviceSchema = z.object({
  language: z.enum(['ja', 'en']),
  theme: z.enum(['system', 'light', 'dark']),
  /** Per cent. */
  textSize: z.union([z.literal(100), z.literal(112), z.literal(125), z.literal(150)]),
  enterSends: z.boolean(),
});

// --- connection and outbox ----------------------------------------------------------------------------------------

const connectionSchema = z.object({
  state: z.enum(['online', 'connecting', 'catchingUp', 'offline', 'readOnly', 'signedOut']),
  /** Server time when this device last knew that it had everything; null on a first start. */
  lastLevelAt: time.nullable(),
  /** Device time of the next try, while offline. */
  retryAt: time.nullable(),
  /** Rows still to come, while catching up; null when not known. */
  left: count.nullable(),
  /** Part of the first download that is done, 0–1; null when no first download is running. */
  bootstrap: z.number().min(0).max(1).nullable(),
  /** Items of the outbox that wait for the line, and those that wait for a person. */
  waiting: count,
  attention: count,
  /** Device clock minus server clock in ms, when it is more than 120 s off; else null. */
  clockSkewMs: z.number().int().nullable(),
  /**
   * What happened to the local files when they were opened. `outboxSetAside`: damaged, kept beside the new one, what
   * waited in it is not sent. `outboxOfNewerVersion`: nothing can be sent until the console is updated.
   */
  notices: z.array(z.enum(['outboxSetAside', 'outboxOfNewerVersion', 'cacheRebuilt'])).optional(),
});

/** States of an outbox item on this device. `applied` waits only for its effect to come back. */
export const outboxStates = ['queued', 'sending', 'applied', 'needsReview', 'refused', 'blocked'] as const;

const outboxRowSchema = z.object({
  commandId: commandIdSchema,
  kind: z.string(),
  state: z.enum(outboxStates),
  reason: z.enum(verdictReasons).nullable(),
  composedAt: time,
  conversationId: conversationIdSchema.nullable(),
  customerId: customerIdSchema.nullable(),
  customerName: z.string().nullable(),
  channel: channelSchema.nullable(),
  /** First line of a reply or note, else empty. */
  text: z.string(),
});

// --- inbox --------------------------------------------------------------------------------------------------------

/** `mineAndUnassigned` 自分と未割当 · `everyone` すべての会話 · `resolved` 対応済み. */
export const inboxViews = ['mineAndUnassigned', 'everyone', 'resolved'] as const;
export const inboxTabs = ['all', 'mine', 'unassigned', 'pending'] as const;
const inboxChoice = { view: z.enum(inboxViews), tab: z.enum(inboxTabs) };

export const inboxRowSchema = z.object({
  conversationId: conversationIdSchema,
  customerId: customerIdSchema,
  customerName: z.string(),
  handlingState: customerRowSchema.shape.handlingState,
  channel: channelSchema,
  status: conversationStatusSchema,
  group: z.enum(urgencyGroups),
  subject: z.string().nullable(),
  preview: z.string(),
  /** Where the preview comes from: the last message, or what this agent has not sent yet. */
  previewKind: z.enum(['in', 'out', 'note', 'system', 'draft', 'queued', 'attention']),
  unreadCount: count,
  assigneeId: agentIdSchema.nullable(),
  assigneeName: z.string().nullable(),
  isMine: z.boolean(),
  hasDraft: z.boolean(),
  queuedCount: count,
  attentionCount: count,
  dueAt: time.nullable(),
  lastActivityAt: time,
});
export type InboxRow = z.output<typeof inboxRowSchema>;

// --- conversation, customer, timeline -------------------------------------------------------------------------------

const conversationDetailSchema = z.object({
  conversation: conversationRowSchema,
  customer: customerRowSchema,
  account: channelAccountRowSchema.nullable(),
  assigneeName: z.string().nullable(),
  queueName: z.string().nullable(),
  /** Addresses of the last mail, for the composer; null on other channels. Only this thread's participants. */
  mailDefaults: mailTargetSchema.nullable(),
  /** Last `seq` on this device: what a reply written now has seen. */
  seenSeq: count,
});

const signalsSchema = z.object({
  typing: z.array(z.object({ who: z.enum(['customer', 'agent']), name: z.string() })),
  viewing: z.array(z.object({ name: z.string(), agentId: agentIdSchema })),
});

const timelinePositionSchema = z.object({ at: time, id: z.string() });

/** One line of the timeline. `pending` is what this agent has ordered and the server has not shown yet. */
export const timelineEntrySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('message'),
    at: time,
    id: messageIdSchema,
    message: messageRowSchema,
    attachments: z.array(attachmentRowSchema),
    /** An order of this agent about this message that waits in the outbox, such as sendAgain. */
    pendingDecision: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('call'),
    at: time,
    id: callIdSchema,
    call: callRowSchema,
    agentName: z.string().nullable(),
    wrapUpCode: wrapUpCodeRowSchema.nullable(),
    notes: z.array(callNoteRowSchema.extend({ isPending: z.boolean() })),
  }),
  z.object({
    kind: z.literal('pending'),
    at: time,
    id: messageIdSchema,
    commandId: commandIdSchema,
    conversationId: conversationIdSchema,
    channel: channelSchema,
    what: z.enum(['reply', 'note']),
    text: z.string(),
    mail: mailTargetSchema.nullable(),
    state: z.enum(outboxStates),
    reason: z.enum(verdictReasons).nullable(),
  }),
]);
export type TimelineEntry = z.output<typeof timelineEntrySchema>;

const conversationSummarySchema = z.object({
  conversationId: conversationIdSchema,
  channel: channelSchema,
  subject: z.string().nullable(),
  preview: z.string(),
  status: conversationStatusSchema,
  lastActivityAt: time,
  assigneeName: z.string().nullable(),
});

const sheetSchema = z.object({
  customer: customerRowSchema,
  identities: z.array(
    z.object({ id: z.uuid(), channel: channelSchema, shown: z.string(), isMasked: z.boolean(), isVerified: z.boolean() }),
  ),
  cautions: z.array(cautionRowSchema),
  handoverNotes: z.array(handoverNoteRowSchema.extend({ isAcknowledgePending: z.boolean() })),
  orders: z.array(orderRowSchema),
  orderCount: count,
  conversations: z.array(conversationSummarySchema),
  conversationCount: count,
});

// --- search -------------------------------------------------------------------------------------------------------

/** A piece of text with the places that matched, in UTF-16 units of `text`. */
const markedTextSchema = z.object({ text: z.string(), marks: z.array(z.tuple([count, count])) });

const searchResultSchema = z.object({
  customers: z.array(z.object({ customerId: customerIdSchema, name: markedTextSchema, kana: markedTextSchema, memberNumber: z.string().nullable() })),
  customerCount: count,
  conversations: z.array(
    z.object({ conversationId: conversationIdSchema, customerId: customerIdSchema, customerName: z.string(), channel: channelSchema, subject: markedTextSchema, status: conversationStatusSchema, lastActivityAt: time }),
  ),
  conversationCount: count,
  messages: z.array(
    z.object({ messageId: messageIdSchema, conversationId: conversationIdSchema, customerId: customerIdSchema, customerName: z.string(), channel: channelSchema, direction: messageRowSchema.shape.direction, snippet: markedTextSchema, receivedAt: time }),
  ),
  messageCount: count,
  /** Messages that the background index has not reached yet; they are searched too, by reading them. */
  unindexed: count,
});

// --- the contract -------------------------------------------------------------------------------------------------

export const consoleContract = {
  session: {
    get: query({ input: nothing, output: sessionSchema, topics: () => ['session'] }),
    signIn: live({ input: z.strictObject({ login: z.string().trim().min(1).max(254), password: z.string().min(1).max(1_000) }), output: done }),
    /** Accounts to sign in with one click; empty outside the demo centre. */
    demoAccounts: live({ input: nothing, output: z.object({ accounts: z.array(z.object({ login: z.string(), password: z.string(), name: z.string(), role: z.string() })) }) }),
    /** Ends the session on this device. Refused with `outbox-not-empty` unless `evenIfWaiting`; what waits stays encrypted for the next sign-in. */
    signOut: command({ input: z.strictObject({ evenIfWaiting: z.boolean() }), output: done }),
  },
  device: {
    get: query({ input: nothing, output: deviceSchema, topics: () => ['device'] }),
    set: command({ input: deviceSchema.partial(), output: done }),
  },
  connection: {
    get: query({ input: nothing, output: connectionSchema, topics: () => ['connection', 'outbox'] }),
    reconnectNow: command({ input: nothing, output: done }),
  },
  outbox: {
    list: query({ input: nothing, output: z.object({ rows: z.array(outboxRowSchema) }), topics: () => ['outbox'] }),
    /** Orders a stopped reply again as it is, having seen everything that is on this device now: 「このまま送信」. */
    sendAnyway: command({ input: z.strictObject({ commandId: commandIdSchema }), output: accepted }),
    /** Takes an unsent, stopped or refused item back; the text of a reply or note becomes the draft again: 「編集」. */
    edit: command({ input: z.strictObject({ commandId: commandIdSchema }), output: done }),
    /** Throws an unsent, stopped or refused item away. */
    discard: command({ input: z.strictObject({ commandId: commandIdSchema }), output: done }),
  },
  inbox: {
    outline: query({
      input: z.strictObject(inboxChoice),
      output: z.object({
        groups: z.array(z.object({ group: z.enum(urgencyGroups), count })),
        total: count,
        tabs: z.object({ all: count, mine: count, unassigned: count, pending: count }),
        /** Conversations with unread customer messages among mine and unassigned: the badge. */
        unreadConversations: count,
      }),
      topics: () => ['inbox'],
    }),
    /** Rows `offset … offset + limit` in the order of the groups, most urgent first. */
    rows: query({
      input: z.strictObject({ ...inboxChoice, offset: count, limit: z.number().int().min(1).max(200) }),
      output: z.object({ rows: z.array(inboxRowSchema), total: count }),
      topics: () => ['inbox'],
    }),
    /** Where a conversation stands in that order now; null when it is not in the view. */
    place: query({
      input: z.strictObject({ ...inboxChoice, conversationId: conversationIdSchema }),
      output: z.object({ index: count.nullable() }),
      topics: () => ['inbox'],
    }),
  },
  conversations: {
    get: query({
      input: z.strictObject({ conversationId: conversationIdSchema }),
      output: conversationDetailSchema,
      topics: (input) => [`conversation:${input.conversationId}`, 'settings'],
    }),
    signals: query({
      input: z.strictObject({ conversationId: conversationIdSchema }),
      output: signalsSchema,
      topics: (input) => [`signals:${input.conversationId}`],
    }),
    assign: command({ input: z.strictObject({ conversationId: conversationIdSchema, assigneeId: agentIdSchema.nullable() }), output: accepted }),
    setStatus: command({ input: z.strictObject({ conversationId: conversationIdSchema, status: conversationStatusSchema }), output: accepted }),
    markRead: command({ input: z.strictObject({ conversationId: conversationIdSchema, upToSeq: count }), output: done }),
    /** Says that this agent types or looks. Lost without harm; needs no answer. */
    signal: live({ input: z.strictObject({ conversationId: conversationIdSchema, what: z.enum(['typing', 'viewing']), on: z.boolean() }), output: done }),
  },
  replies: {
    send: command({
      input: z.strictObject({ conversationId: conversationIdSchema, text: z.string().trim().min(1).max(200_000), mail: mailTargetSchema.nullable(), seenSeq: count }),
      output: z.object({ commandId: commandIdSchema, messageId: messageIdSchema }),
    }),
    /** What a person decides about a message that failed or whose fate is unknown. */
    decide: command({ input: z.strictObject({ messageId: messageIdSchema, decision: z.enum(['sendAgain', 'countAsSent', 'discard']) }), output: accepted }),
  },
  notes: {
    add: command({
      input: z.strictObject({ conversationId: conversationIdSchema, text: z.string().trim().min(1).max(20_000) }),
      output: z.object({ commandId: commandIdSchema, messageId: messageIdSchema }),
    }),
  },
  drafts: {
    get: query({
      input: z.strictObject({ conversationId: conversationIdSchema }),
      output: z.object({ reply: z.string(), note: z.string(), mail: mailTargetSchema.partial().nullable(), savedAt: time.nullable() }),
      topics: (input) => [`draft:${input.conversationId}`],
    }),
    /** Journalled at once (fsync). An empty text removes that draft. The saved draft makes no `draft:` topic stale: the typing window owns it. */
    save: command({
      input: z.strictObject({ conversationId: conversationIdSchema, what: z.enum(['reply', 'note']), text: z.string().max(200_000), mail: mailTargetSchema.partial().nullable() }),
      output: done,
    }),
  },
  customers: {
    sheet: query({
      input: z.strictObject({ customerId: customerIdSchema }),
      output: sheetSchema,
      topics: (input) => [`customer:${input.customerId}`, 'settings'],
    }),
    /** Entries in ascending order, ending before `before` (or at the newest). `conversationId` narrows to one conversation. */
    timeline: query({
      input: z.strictObject({
        customerId: customerIdSchema,
        conversationId: conversationIdSchema.nullable(),
        before: timelinePositionSchema.nullable(),
        limit: z.number().int().min(1).max(500),
      }),
      output: z.object({ entries: z.array(timelineEntrySchema), older: timelinePositionSchema.nullable() }),
      topics: (input) => [`customer:${input.customerId}`, 'outbox', 'settings'],
    }),
    /** Brings this customer's whole history to the device and keeps it there. Works only with a line; harmless to repeat. */
    pin: live({ input: z.strictObject({ customerId: customerIdSchema }), output: done }),
    acknowledgeHandover: command({ input: z.strictObject({ handoverNoteId: handoverNoteIdSchema }), output: accepted }),
  },
  calls: {
    /** Calls that ring now, by the server's clock; `expiresAt` ends a ring without any message. */
    ringing: query({
      input: nothing,
      output: z.object({ calls: z.array(z.object({ call: callRowSchema, customer: customerRowSchema, caution: cautionRowSchema.nullable(), lastConversation: conversationSummarySchema.nullable(), isForMe: z.boolean(), msLeft: count })) }),
      topics: () => ['calls'],
    }),
    /** My call that is going on, or ended and not wrapped up yet. */
    mine: query({
      input: nothing,
      output: z.object({ call: callRowSchema.nullable(), customer: customerRowSchema.nullable(), draftNote: z.string(), draftWrapUpCodeId: wrapUpCodeIdSchema.nullable() }),
      topics: () => ['calls', 'outbox'],
    }),
    addNote: command({ input: z.strictObject({ callId: callIdSchema, text: z.string().trim().min(1).max(20_000) }), output: accepted }),
    /** Keeps what is typed into the wrap-up panel, on this device. */
    saveWrapUpDraft: command({ input: z.strictObject({ callId: callIdSchema, note: z.string().max(20_000), wrapUpCodeId: wrapUpCodeIdSchema.nullable() }), output: done }),
    finishWrapUp: command({ input: z.strictObject({ callId: callIdSchema, note: z.string().max(20_000), wrapUpCodeId: wrapUpCodeIdSchema.nullable() }), output: accepted }),
  },
  attachments: {
    /** The bytes of a file, from the local copy or the server. Refused with `offline` when only the server has it. */
    fetch: live({ input: z.strictObject({ attachmentId: attachmentIdSchema }), output: z.object({ name: z.string(), type: z.string(), base64: z.string() }) }),
  },
  search: {
    /** Terms are joined by AND; width, case and kana are folded; one character is enough. Counts are exact. */
    all: query({
      input: z.strictObject({ text: z.string().trim().min(1).max(200), limit: z.number().int().min(1).max(200), channel: channelSchema.nullable() }),
      output: searchResultSchema,
      topics: () => ['search'],
    }),
  },
  settings: {
    get: query({
      input: nothing,
      output: z.object({
        workspace: workspaceRowSchema.nullable(),
        agents: z.array(agentRowSchema),
        queues: z.array(queueRowSchema),
        channelAccounts: z.array(channelAccountRowSchema),
        wrapUpCodes: z.array(wrapUpCodeRowSchema),
      }),
      topics: () => ['settings'],
    }),
  },
};

export type ConsoleContract = typeof consoleContract;
export type ConsoleApi = ClientOf<ConsoleContract>;
export type ConsoleHandlers = HandlersOf<ConsoleContract>;
export type Session = z.output<typeof sessionSchema>;
export type Device = z.output<typeof deviceSchema>;
export type Connection = z.output<typeof connectionSchema>;
export type OutboxRow = z.output<typeof outboxRowSchema>;
export type ConversationDetail = z.output<typeof conversationDetailSchema>;
export type Sheet = z.output<typeof sheetSchema>;
export type SearchResult = z.output<typeof searchResultSchema>;
export type MarkedText = z.output<typeof markedTextSchema>;
export type Signals = z.output<typeof signalsSchema>;
