/**
 * CONTRACT window ⇄ core: every call that a window may make. Queries read the local files and name the topics that
 * make their answer stale; commands go to the outbox; live calls need the server now. Nothing else crosses.
 *
 * Topics: `session` `device` `connection` `outbox` `inbox` `calls` `settings` `search` `storage`, `conversation:<id>`,
 * `customer:<id>` (timeline and sheet), `signals:<conversationId>` (typing, viewing), `draft:<conversationId>`,
 * `files:<conversationId>` (files of a draft).
 */
import { z } from 'zod';
import { accountCalls } from './console-account.ts';
import { draftCalls } from './console-drafts.ts';
import { sessionCalls } from './console-session.ts';
import { type ClientOf, command, type HandlersOf, live, query } from './contract.ts';
import { mailCharsetSchema } from './domain/mail-charset.ts';
import { mergedCustomersSchema, tagsSchema } from './domain/command.ts';
import { consentPurposeSchema, consentStateSchema } from './domain/consent.ts';
import { sentFileSchema } from './domain/file.ts';
import { conversationStatusSchema, urgencyGroups } from './domain/conversation.ts';
import { noSearchFilter, searchFilterSchema } from './domain/search-filter.ts';
import { customerChangeSchema } from './domain/customer-field.ts';
import {
  agentIdSchema,
  attachmentIdSchema,
  callIdSchema,
  commandIdSchema,
  conversationIdSchema,
  customerIdSchema,
  handoverNoteIdSchema,
  messageIdSchema,
  uploadIdSchema,
  queueIdSchema,
  workspaceIdSchema,
  wrapUpCodeIdSchema,
} from './domain/ids.ts';
import {
  agentRowSchema,
  callRowSchema,
  cautionRowSchema,
  channelAccountRowSchema,
  customerRowSchema,
  queueRowSchema,
  workspaceRowSchema,
  wrapUpCodeRowSchema,
} from './domain/rows.ts';
import {
  count,
  nothing,
  done,
  accepted,
  deviceSchema,
  connectionSchema,
  outboxRowSchema,
  inboxChoice,
  inboxRowSchema,
  conversationDetailSchema,
  signalsSchema,
  timelinePositionSchema,
  timelineEntrySchema,
  conversationSummarySchema,
  sheetSchema,
  searchCountsSchema,
  searchResultSchema,
  storageSchema,
} from './console-shapes.ts';
import { knowledgeCalls } from './console-knowledge.ts';
import { fileToAddSchema, replyToSendSchema } from './reply-shapes.ts';

export const consoleContract = {
  session: sessionCalls,
  account: accountCalls,
  device: {
    get: query({ input: nothing, output: deviceSchema, topics: () => ['device'] }),
    set: command({ input: deviceSchema.partial(), output: done }),
  },
  connection: {
    get: query({ input: nothing, output: connectionSchema, topics: () => ['connection', 'outbox'] }),
    reconnectNow: command({ input: nothing, output: done }),
  },
  outbox: {
    list: query({
      input: nothing,
      output: z.object({ rows: z.array(outboxRowSchema) }),
      topics: () => ['outbox', 'inbox'],
    }),
    /** Orders what was stopped again as it is, having seen everything that is on this device now: 「このまま送信」, 「自分」. */
    sendAnyway: command({ input: z.strictObject({ commandId: commandIdSchema }), output: accepted }),
    /** Takes an unsent, stopped or refused item back; the text of a reply or note becomes the draft again: 「編集」. */
    edit: command({ input: z.strictObject({ commandId: commandIdSchema }), output: done }),
    /** Ends the hold of a reply: it goes now. */
    sendNow: command({ input: z.strictObject({ commandId: commandIdSchema }), output: done }),
    /** Throws an unsent, stopped or refused item away. */
    discard: command({ input: z.strictObject({ commandId: commandIdSchema }), output: done }),
    /** Of a note that two have written anew: theirs stays, mine becomes a note of its own. */
    keepBoth: command({ input: z.strictObject({ commandId: commandIdSchema }), output: accepted }),
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
    assign: command({
      input: z.strictObject({ conversationId: conversationIdSchema, assigneeId: agentIdSchema.nullable() }),
      output: accepted,
    }),
    setStatus: command({
      input: z.strictObject({ conversationId: conversationIdSchema, status: conversationStatusSchema }),
      output: accepted,
    }),
    move: command({
      input: z.strictObject({ conversationId: conversationIdSchema, queueId: queueIdSchema }),
      output: accepted,
    }),
    tag: command({
      input: z.strictObject({ conversationId: conversationIdSchema, add: tagsSchema, remove: tagsSchema }),
      output: accepted,
    }),
    markRead: command({
      input: z.strictObject({ conversationId: conversationIdSchema, upToSeq: count }),
      output: done,
    }),
    /** Reads a mail once more by another charset; the raw mail lies at the server. */
    rereadMail: live({
      input: z.strictObject({ messageId: messageIdSchema, charset: mailCharsetSchema }),
      output: done,
    }),
    /** Brings the newest page of what this device lacks of a conversation; the timeline turns stale. Works only with a line. */
    fetchHistory: live({ input: z.strictObject({ conversationId: conversationIdSchema }), output: done }),
    /** Says that this agent types or looks. Lost without harm; needs no answer. */
    signal: live({
      input: z.strictObject({
        conversationId: conversationIdSchema,
        what: z.enum(['typing', 'viewing']),
        on: z.boolean(),
      }),
      output: done,
    }),
  },
  replies: {
    send: command({
      input: replyToSendSchema,
      output: z.object({ commandId: commandIdSchema, messageId: messageIdSchema }),
    }),
    /** What a person decides about a message that failed or whose fate is unknown. */
    decide: command({
      input: z.strictObject({ messageId: messageIdSchema, decision: z.enum(['sendAgain', 'countAsSent', 'discard']) }),
      output: accepted,
    }),
  },
  notes: {
    add: command({
      input: z.strictObject({ conversationId: conversationIdSchema, text: z.string().trim().min(1).max(20_000) }),
      output: z.object({ commandId: commandIdSchema, messageId: messageIdSchema }),
    }),
    /** `seenText`: the note as it stood when the editing began. */
    edit: command({
      input: z.strictObject({
        messageId: messageIdSchema,
        text: z.string().trim().min(1).max(20_000),
        seenText: z.string().max(20_000),
      }),
      output: accepted,
    }),
  },
  drafts: draftCalls,
  files: {
    /** The files that stand with the reply's draft, in the order in which they were added. */
    list: query({
      input: z.strictObject({ conversationId: conversationIdSchema }),
      output: z.object({ files: z.array(sentFileSchema) }),
      topics: (input) => [`files:${input.conversationId}`],
    }),
    /** Keeps a file with the draft, on this device only, until a reply takes it along. Works without a line. */
    add: command({
      input: fileToAddSchema,
      output: z.object({ fileId: uploadIdSchema }),
    }),
    remove: command({ input: z.strictObject({ fileId: uploadIdSchema }), output: done }),
  },
  customers: {
    sheet: query({
      input: z.strictObject({ customerId: customerIdSchema }),
      output: sheetSchema,
      topics: (input) => [`customer:${input.customerId}`, 'outbox', 'settings'],
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
    /** Changes one field; `seen` is what stood there when the editing began. */
    setField: command({
      input: z.strictObject({ customerId: customerIdSchema, change: customerChangeSchema }),
      output: accepted,
    }),
    setConsent: command({
      input: z.strictObject({
        customerId: customerIdSchema,
        purpose: consentPurposeSchema,
        state: consentStateSchema,
        seenState: consentStateSchema,
      }),
      output: accepted,
    }),
    /** Shows others as one with this customer. Nothing of theirs is moved. */
    merge: command({
      input: z.strictObject({ customerId: customerIdSchema, mergedIds: mergedCustomersSchema }),
      output: accepted,
    }),
    /** Takes one out again, with everything that is theirs, also what came since. */
    unmerge: command({ input: z.strictObject({ customerId: customerIdSchema }), output: accepted }),
    dismissDuplicate: command({
      input: z.strictObject({ customerId: customerIdSchema, duplicateId: z.uuid() }),
      output: accepted,
    }),
    acknowledgeHandover: command({ input: z.strictObject({ handoverNoteId: handoverNoteIdSchema }), output: accepted }),
  },
  calls: {
    /** Calls that ring now, by the server's clock; `expiresAt` ends a ring without any message. */
    ringing: query({
      input: nothing,
      output: z.object({
        calls: z.array(
          z.object({
            call: callRowSchema,
            customer: customerRowSchema,
            caution: cautionRowSchema.nullable(),
            lastConversation: conversationSummarySchema.nullable(),
            isForMe: z.boolean(),
            msLeft: count,
          }),
        ),
      }),
      topics: () => ['calls'],
    }),
    /** That it rings for me and that I am talking, without a word of a customer; answered on a locked screen too. */
    signs: query({
      input: nothing,
      output: z.object({
        ringing: z.array(z.object({ callId: callIdSchema, msLeft: count })),
        talkingSince: z.number().int().nullable(),
      }),
      topics: () => ['calls', 'session'],
    }),
    /** My call that is going on, or ended and not wrapped up yet. */
    mine: query({
      input: nothing,
      output: z.object({
        call: callRowSchema.nullable(),
        customer: customerRowSchema.nullable(),
        draftNote: z.string(),
        draftWrapUpCodeId: wrapUpCodeIdSchema.nullable(),
      }),
      topics: () => ['calls', 'outbox'],
    }),
    addNote: command({
      input: z.strictObject({ callId: callIdSchema, text: z.string().trim().min(1).max(20_000) }),
      output: accepted,
    }),
    /** Keeps what is typed into the wrap-up panel, on this device. */
    saveWrapUpDraft: command({
      input: z.strictObject({
        callId: callIdSchema,
        note: z.string().max(20_000),
        wrapUpCodeId: wrapUpCodeIdSchema.nullable(),
      }),
      output: done,
    }),
    finishWrapUp: command({
      input: z.strictObject({
        callId: callIdSchema,
        note: z.string().max(20_000),
        wrapUpCodeId: wrapUpCodeIdSchema.nullable(),
      }),
      output: accepted,
    }),
  },
  attachments: {
    /** The bytes of a file, from the local copy or the server. Refused with `offline` when only the server has it. */
    fetch: live({
      input: z.strictObject({ attachmentId: attachmentIdSchema }),
      output: z.object({ name: z.string(), type: z.string(), base64: z.string() }),
    }),
  },
  search: {
    /**
     * The newest hits. Terms are joined by AND, "…" and 「…」 hold a phrase, a minus leaves a term out; width, case and kana
     * are folded; one character is enough.
     */
    all: query({
      input: z.strictObject({
        text: z.string().trim().min(1).max(200),
        limit: z.number().int().min(1).max(200),
        filter: searchFilterSchema.default(noSearchFilter),
      }),
      output: searchResultSchema,
      topics: () => ['search'],
    }),
    /** Exact counts of the same question. Takes as long as there is to count; asked after the hits. */
    counts: query({
      input: z.strictObject({
        text: z.string().trim().min(1).max(200),
        filter: searchFilterSchema.default(noSearchFilter),
      }),
      output: searchCountsSchema,
      topics: () => ['search'],
    }),
  },
  administration: {
    /**
     * One call of `administration/contract.ts`, carried out by the server at once or not at all. `workspaceId` null: one's own.
     * Refused with `refused` and the field, `not-allowed` for who is no administrator, `offline` without a line.
     */
    ask: live({
      input: z.strictObject({
        call: z.string().max(100),
        workspaceId: workspaceIdSchema.nullable(),
        changeId: z.uuid().nullable(),
        input: z.unknown(),
      }),
      output: z.object({ output: z.unknown() }),
    }),
  },
  knowledge: knowledgeCalls,
  storage: {
    get: query({ input: nothing, output: storageSchema, topics: () => ['storage', 'device'] }),
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
