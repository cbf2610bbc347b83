/**
 * What the answers of the ConsoleApi look like: the sessions, rows, entries and results that a window is given. Part of the
 * contract of `console-api.ts`, which names the calls.
 */
import { z } from 'zod';
import { channelSchema } from './domain/channel.ts';
import { mailTargetSchema, verdictReasons } from './domain/command.ts';
import { consentPurposeSchema, consentStateSchema } from './domain/consent.ts';
import { conversationStatusSchema, urgencyGroups } from './domain/conversation.ts';
import { searchKinds, searchStates } from './domain/search-filter.ts';
import { HOLD_CHOICES_S } from './domain/hold.ts';
import { STORAGE_CHOICES_GB } from './domain/retention.ts';
import {
  agentIdSchema,
  callIdSchema,
  commandIdSchema,
  conversationIdSchema,
  customerIdSchema,
  messageIdSchema,
  orderIdSchema,
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
  workspaceRowSchema,
  wrapUpCodeRowSchema,
} from './domain/rows.ts';
import { relativesShape } from './related-customers.ts';
import { outboxStates, pendingEntrySchema } from './reply-shapes.ts';

export const time = z.number().int();
export const count = z.number().int().nonnegative();
export const nothing = z.strictObject({});
export const done = z.object({ ok: z.literal(true) });
export const accepted = z.object({ commandId: commandIdSchema });

// --- session and device -------------------------------------------------------------------------------------------

export const sessionSchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('signedOut'),
    /** Null as long as nobody has named one. */
    serverUrl: z.string().nullable(),
    /** False where the console was started for one server. */
    canChooseServer: z.boolean(),
    /**
     * Why the last session ended, when it was not the agent's wish. `revoked`: the device was, and has wiped itself;
     * `disabled`: the account was. Or why the files here stay closed: `keyLost`: the key store of this computer does not
     * know their key any more, signing in brings them back; `offlineTooLong`: too long without a word of the server.
     */
    why: z.enum(['expired', 'revoked', 'disabled', 'keyLost', 'offlineTooLong']).nullable(),
    lastLogin: z.string().nullable(),
  }),
  z.object({
    state: z.literal('signedIn'),
    serverUrl: z.string(),
    agentId: agentIdSchema,
    /** As it was typed at the sign-in. */
    login: z.string(),
    displayName: z.string(),
    role: agentRowSchema.shape.role,
    /** Null until the settings have come for the first time. */
    workspace: workspaceRowSchema.nullable(),
    /** The session ran out while the desk stays readable: sign in again, nothing is lost. */
    needsSignIn: z.boolean(),
    /** The screen is locked: nothing of customers is answered until `session.unlock`. */
    locked: z.object({ since: time, why: z.enum(['byHand', 'idle']) }).nullable(),
    /** Without a touch for so long the screen locks; 0 = never. */
    idleLockMinutes: count,
    /** The agent's role asks for a second factor, and until it is set up the server lets this session do nothing else. */
    mustSetUpSecondFactor: z.boolean(),
  }),
]);

export const deviceSchema = z.object({
  language: z.enum(['ja', 'en']),
  theme: z.enum(['system', 'light', 'dark']),
  /** Per cent. */
  textSize: z.union([z.literal(100), z.literal(112), z.literal(125), z.literal(150)]),
  enterSends: z.boolean(),
  /** Room for the local copy. */
  storageGb: z.literal(STORAGE_CHOICES_GB),
  holds: z.partialRecord(channelSchema, z.literal(HOLD_CHOICES_S)),
});

// --- connection and outbox ----------------------------------------------------------------------------------------

export const connectionSchema = z.object({
  state: z.enum(['online', 'connecting', 'catchingUp', 'offline', 'readOnly', 'signedOut']),
  /**
   * Why nothing can be sent while `readOnly`: the server does not serve a console this old any more, it is older than
   * this console, or the outbox was written by a newer console. What waits is kept and goes out when that is mended.
   */
  readOnlyBecause: z.enum(['consoleTooOld', 'serverTooOld', 'outboxOfNewerVersion']).nullable().optional(),
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
  /** What is wrong although there may be a line. `answersNotUnderstood`: the device may lag behind. */
  trouble: z.enum(['storageFull', 'answersNotUnderstood', 'rowsSetAside']).nullable().optional(),
  /**
   * What happened to the local files when they were opened. `outboxSetAside`: damaged, kept beside the new one, what
   * waited in it is not sent. `outboxOfNewerVersion`: nothing can be sent until the console is updated.
   */
  notices: z.array(z.enum(['outboxSetAside', 'outboxOfNewerVersion', 'cacheRebuilt'])).optional(),
});

export const outboxRowSchema = z.object({
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
  /**
   * Set when somebody else was first: what this agent ordered and what stands there now, as the server names it (a state, a
   * name, a text; null for nobody or nothing). `detail` says which customer field or purpose. `outbox.sendAnyway` keeps
   * mine, `outbox.discard` theirs, `outbox.keepBoth` both, where that makes sense.
   */
  conflict: z
    .object({
      field: z.enum(['assignee', 'status', 'queue', 'note', 'customer', 'consent']),
      detail: z.string().nullable(),
      mine: z.string().nullable(),
      theirs: z.string().nullable(),
      /** Whose it is, where that is known. */
      who: z.string().nullable(),
      canKeepBoth: z.boolean(),
    })
    .nullable(),
});

// --- inbox --------------------------------------------------------------------------------------------------------

/** `mineAndUnassigned` 自分と未割当 · `everyone` すべての会話 · `resolved` 対応済み. */
export const inboxViews = ['mineAndUnassigned', 'everyone', 'resolved'] as const;
export const inboxTabs = ['all', 'mine', 'unassigned', 'pending'] as const;
export const inboxChoice = { view: z.enum(inboxViews), tab: z.enum(inboxTabs) };

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

export const conversationDetailSchema = z.object({
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

export const signalsSchema = z.object({
  typing: z.array(z.object({ who: z.enum(['customer', 'agent']), name: z.string() })),
  viewing: z.array(z.object({ name: z.string(), agentId: agentIdSchema })),
});

export const timelinePositionSchema = z.object({ at: time, id: z.string() });

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
    /** This agent has written the note anew, and the server has not taken it yet. */
    isEditPending: z.boolean(),
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
  pendingEntrySchema,
  /** A part of a conversation that is not on this device: what was received at or before `upto`. `conversations.fetchHistory` brings it. */
  z.object({
    kind: z.literal('absent'),
    at: time,
    id: conversationIdSchema,
    conversationId: conversationIdSchema,
    channel: channelSchema,
    subject: z.string().nullable(),
    openedAt: time,
    lastActivityAt: time,
    upto: time,
  }),
]);
export type TimelineEntry = z.output<typeof timelineEntrySchema>;

export const conversationSummarySchema = z.object({
  conversationId: conversationIdSchema,
  channel: channelSchema,
  subject: z.string().nullable(),
  preview: z.string(),
  status: conversationStatusSchema,
  lastActivityAt: time,
  assigneeName: z.string().nullable(),
});

export const sheetSchema = z.object({
  /** With this agent's changes laid over; `pendingFields` are those that wait. */
  customer: customerRowSchema,
  pendingFields: z.array(z.enum(['displayName', 'kana', 'preferredChannel', 'preferredNote'])),
  /** One for each purpose, `unknown` where nobody has asked. */
  consents: z.array(
    z.object({
      purpose: consentPurposeSchema,
      state: consentStateSchema,
      source: z.string().nullable(),
      since: time.nullable(),
      isPending: z.boolean(),
    }),
  ),
  identities: z.array(
    z.object({
      id: z.uuid(),
      channel: channelSchema,
      shown: z.string(),
      isMasked: z.boolean(),
      isVerified: z.boolean(),
    }),
  ),
  cautions: z.array(cautionRowSchema),
  handoverNotes: z.array(handoverNoteRowSchema.extend({ isAcknowledgePending: z.boolean() })),
  orders: z.array(orderRowSchema),
  orderCount: count,
  conversations: z.array(conversationSummarySchema),
  conversationCount: count,
  ...relativesShape,
});

// --- search -------------------------------------------------------------------------------------------------------

/** A piece of text with the places that matched, in UTF-16 units of `text`. */
export const markedTextSchema = z.object({ text: z.string(), marks: z.array(z.tuple([count, count])) });

/** The newest hits of each kind. How many there are in all says `search.counts`. */
export const searchResultSchema = z.object({
  customers: z.array(
    z.object({
      customerId: customerIdSchema,
      name: markedTextSchema,
      kana: markedTextSchema,
      memberNumber: markedTextSchema.nullable(),
      /** What else was found: a number, an address, a caution. */
      found: markedTextSchema.nullable(),
    }),
  ),
  conversations: z.array(
    z.object({
      conversationId: conversationIdSchema,
      customerId: customerIdSchema,
      customerName: z.string(),
      channel: channelSchema,
      subject: markedTextSchema.nullable(),
      number: markedTextSchema,
      status: conversationStatusSchema,
      lastActivityAt: time,
    }),
  ),
  calls: z.array(
    z.object({
      callId: callIdSchema,
      conversationId: conversationIdSchema,
      customerId: customerIdSchema,
      customerName: z.string(),
      direction: callRowSchema.shape.direction,
      state: callRowSchema.shape.state,
      snippet: markedTextSchema,
      offeredAt: time,
    }),
  ),
  orders: z.array(
    z.object({
      orderId: orderIdSchema,
      customerId: customerIdSchema,
      customerName: z.string(),
      number: markedTextSchema,
      products: markedTextSchema,
      orderedAt: time,
    }),
  ),
  /** Messages and notes in one order. */
  messages: z.array(
    z.object({
      messageId: messageIdSchema,
      conversationId: conversationIdSchema,
      customerId: customerIdSchema,
      customerName: z.string(),
      channel: channelSchema,
      direction: messageRowSchema.shape.direction,
      authorName: z.string(),
      snippet: markedTextSchema,
      receivedAt: time,
    }),
  ),
  /** Kinds of which there is more than shown; `message` stands for notes too. */
  more: z.array(z.enum(searchKinds)),
  /** Messages that the background index has not reached yet; they are searched too, by reading them. */
  unindexed: count,
  /** Messages received at or before this may be missing here and are not searched then; null when nothing is missing. */
  missingUpto: time.nullable(),
});

/**
 * Exact counts. For each facet: what there would be with another value of it and all other choices as they are. A value
 * that is not named has none.
 */
export const searchCountsSchema = z.object({
  /** What fits all choices. */
  total: count,
  kind: z.partialRecord(z.enum(searchKinds), count),
  channel: z.record(z.string(), count),
  state: z.partialRecord(z.enum(searchStates), count),
  agentId: z.record(z.string(), count),
});

// --- storage ------------------------------------------------------------------------------------------------------

export const storageSchema = z.object({
  /** Bytes on the disk of the copy (files among them) and of its search index. */
  copyBytes: count,
  searchBytes: count,
  /** Bytes of the copy that are fetched files. */
  filesBytes: count,
  capBytes: count,
  /** Conversations that were active within so many days are always kept. */
  keepDays: count,
  /** Conversations of which a part is not here, and the newest time of anything missing. */
  incomplete: count,
  incompleteUpto: time.nullable(),
});
export type Storage = z.output<typeof storageSchema>;
export type Session = z.output<typeof sessionSchema>;
export type Device = z.output<typeof deviceSchema>;
export type Connection = z.output<typeof connectionSchema>;
export type OutboxRow = z.output<typeof outboxRowSchema>;
export type ConversationDetail = z.output<typeof conversationDetailSchema>;
export type Sheet = z.output<typeof sheetSchema>;
export type SearchResult = z.output<typeof searchResultSchema>;
export type SearchCounts = z.output<typeof searchCountsSchema>;
export type MarkedText = z.output<typeof markedTextSchema>;
export type Signals = z.output<typeof signalsSchema>;
