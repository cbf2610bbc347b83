/**
 * Every row that travels from the server to a console, as the wire and the local cache know it. The order of the
 * properties is the order of the columns on the wire. Server-only columns stand in the server's schema, not here.
 * All times are server epoch milliseconds; money is an integer of the smallest unit.
 */
import { z } from 'zod';
import { channelSchema } from './channel.ts';
import { callStateSchema } from './call.ts';
import { consentPurposeSchema, consentStateSchema } from './consent.ts';
import { conversationStatusSchema } from './conversation.ts';
import { draftKinds, draftMailSchema } from './draft.ts';
import { duplicateReasons } from './merge.ts';
import {
  agentIdSchema,
  attachmentIdSchema,
  callIdSchema,
  callNoteIdSchema,
  channelAccountIdSchema,
  conversationIdSchema,
  customerIdSchema,
  handoverNoteIdSchema,
  messageIdSchema,
  orderIdSchema,
  queueIdSchema,
  workspaceIdSchema,
  wrapUpCodeIdSchema,
} from './ids.ts';
import { deliveryStateSchema, directions, visibilities } from './message.ts';

const time = z.number().int();
/**
 * The highest number that a change can have. Consoles keep numbers of one epoch below those of the next by this limit, so
 * a higher one would never be written over again.
 */
export const HIGHEST_SV = 2 ** 40 - 1;
const sv = z.number().int().nonnegative().max(HIGHEST_SV);

/** What a mail's head says to the agent. `dmarc` null = not checked. */
export const mailHeadSchema = z.object({
  from: z.string(),
  to: z.array(z.string()),
  cc: z.array(z.string()),
  /** Where the sender wants answers (Reply-To), when that is not `from`. */
  replyTo: z.array(z.string()).optional(),
  subject: z.string(),
  dmarc: z.enum(['pass', 'fail', 'none']).nullable(),
  /** Number of remote pictures that were taken out. */
  remotePictures: z.number().int(),
  /** The display name pretends to be another address, or there is more than one From. */
  suspicious: z.boolean(),
  /** A machine wrote it: an absence note, a receipt, a newsletter. */
  isAutomatic: z.boolean().optional(),
});

/** What a message is besides its text. A kind that is not known here is kept and shown as plain text. */
export const messageDetailSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text') }),
  z.object({ kind: z.literal('mail'), head: mailHeadSchema }),
  z.object({ kind: z.literal('sticker'), packageId: z.string(), stickerId: z.string(), keywords: z.array(z.string()) }),
  z.object({ kind: z.literal('image') }),
  z.object({ kind: z.literal('file') }),
  /** Something happened: `event` is a name of i18n (`assigned`, `resolved`, `reopened` …), `who` an agent's or customer's name. */
  z.object({ kind: z.literal('event'), event: z.string(), who: z.string(), params: z.record(z.string(), z.string()) }),
]);
export type MessageDetail = z.output<typeof messageDetailSchema>;

export const workspaceRowSchema = z.object({
  id: workspaceIdSchema,
  sv,
  name: z.string(),
  colour: z.string(),
  timeZone: z.string(),
  locale: z.enum(['ja', 'en']),
  /** True in the demo centre only: marks demo on screen. */
  isDemo: z.boolean(),
});

export const agentRowSchema = z.object({
  id: agentIdSchema,
  sv,
  displayName: z.string(),
  kana: z.string(),
  role: z.enum(['agent', 'teamLead', 'admin']),
  queueIds: z.array(queueIdSchema),
  state: z.enum(['active', 'disabled']),
});

export const queueRowSchema = z.object({
  id: queueIdSchema,
  sv,
  workspaceId: workspaceIdSchema,
  name: z.string(),
  /** Minutes to an answer, by channel; see `sla.ts`. */
  replyTargets: z.record(z.string(), z.number().int()),
});

export const channelAccountRowSchema = z.object({
  id: channelAccountIdSchema,
  sv,
  workspaceId: workspaceIdSchema,
  channel: channelSchema,
  name: z.string(),
  /** The public address: a mailbox, a LINE id, a telephone number, a site. */
  address: z.string(),
  isDemo: z.boolean(),
  state: z.enum(['starting', 'running', 'failing', 'off']),
  lastSuccessAt: time.nullable(),
  lastErrorAt: time.nullable(),
  /** Name of the reason (`imap-authentication-failed` …) and a sentence for the log's reader; never customer text. */
  lastError: z.string().nullable(),
  quotaLimit: z.number().int().nullable(),
  quotaUsed: z.number().int().nullable(),
});

export const wrapUpCodeRowSchema = z.object({
  id: wrapUpCodeIdSchema,
  sv,
  workspaceId: workspaceIdSchema,
  labelJa: z.string(),
  labelEn: z.string(),
  position: z.number().int(),
});

export const customerRowSchema = z.object({
  id: customerIdSchema,
  sv,
  workspaceId: workspaceIdSchema,
  displayName: z.string(),
  kana: z.string(),
  kind: z.enum(['person', 'company']),
  memberNumber: z.string().nullable(),
  rank: z.string().nullable(),
  since: time.nullable(),
  preferredChannel: channelSchema.nullable(),
  preferredNote: z.string().nullable(),
  language: z.string(),
  stage: z.enum(['excluded', 'dormant', 'notPurchased', 'trial', 'mainPurchased', 'repeater', 'subscriber']),
  handlingState: z.enum(['normal', 'caution', 'harassment', 'fraud']),
  /** Town and ward only; the street is personal data. */
  addressMasked: z.string().nullable(),
  lastActivityAt: time.nullable(),
  /** The customer under whom this one is shown since a person joined the two; never itself one that is merged. */
  mergedIntoId: customerIdSchema.nullable().default(null),
});

/** Two customers who may be the same person, and why. Once a person has said that they are not, it stays `dismissed`. */
export const duplicateRowSchema = z.object({
  id: z.uuid(),
  sv,
  customerId: customerIdSchema,
  otherId: customerIdSchema,
  reason: z.enum(duplicateReasons),
  state: z.enum(['open', 'dismissed']),
  decidedByName: z.string().nullable(),
  decidedAt: time.nullable(),
});

export const channelIdentityRowSchema = z.object({
  id: z.uuid(),
  sv,
  customerId: customerIdSchema,
  channel: channelSchema,
  maskedValue: z.string(),
  /** HMAC-SHA-256 of the normal form under the workspace's key: finds an exact number without showing it. */
  keyedHash: z.string(),
  isVerified: z.boolean(),
  isBlocked: z.boolean(),
});

export const personalDataRowSchema = z.object({
  id: z.uuid(),
  sv,
  customerId: customerIdSchema,
  kind: z.enum(['phone', 'mail', 'address', 'birthday']),
  value: z.string(),
});

export const cautionRowSchema = z.object({
  id: z.uuid(),
  sv,
  customerId: customerIdSchema,
  kind: z.enum(['care', 'warning']),
  text: z.string(),
  authorName: z.string(),
  createdAt: time,
});

/** What a customer answered about one purpose; no row for a purpose means that nobody has asked. */
export const consentRowSchema = z.object({
  id: z.uuid(),
  sv,
  customerId: customerIdSchema,
  purpose: consentPurposeSchema,
  state: consentStateSchema,
  /** Who wrote it down, as a name. */
  source: z.string(),
  since: time,
});

export const handoverNoteRowSchema = z.object({
  id: handoverNoteIdSchema,
  sv,
  customerId: customerIdSchema,
  text: z.string(),
  authorName: z.string(),
  createdAt: time,
  acknowledgedByName: z.string().nullable(),
  acknowledgedAt: time.nullable(),
});

export const orderRowSchema = z.object({
  id: orderIdSchema,
  sv,
  customerId: customerIdSchema,
  number: z.string(),
  orderedAt: time,
  salesChannel: z.enum(['ec', 'store', 'phone']),
  status: z.enum([
    'received',
    'shipped',
    'delivered',
    'returnRequested',
    'inspected',
    'refunded',
    'cancelled',
    'thisMonth',
  ]),
  amount: z.number().int(),
  currency: z.string(),
  lines: z.array(
    z.object({ sku: z.string(), productName: z.string(), quantity: z.number().int(), price: z.number().int() }),
  ),
});

export const conversationRowSchema = z.object({
  id: conversationIdSchema,
  sv,
  workspaceId: workspaceIdSchema,
  channelAccountId: channelAccountIdSchema,
  channel: channelSchema,
  customerId: customerIdSchema,
  queueId: queueIdSchema,
  assigneeId: agentIdSchema.nullable(),
  /** Short number that people say on the telephone: `C-88190`. */
  number: z.string(),
  subject: z.string().nullable(),
  visibility: z.enum(visibilities),
  status: conversationStatusSchema,
  category: z.string().nullable(),
  tags: z.array(z.string()),
  openedAt: time,
  resolvedAt: time.nullable(),
  /** `seq` of the last message of any direction, of the last customer message, and of the last customer message an agent has read. */
  lastSeq: z.number().int(),
  lastInSeq: z.number().int(),
  readSeq: z.number().int(),
  /** Customer messages after `readSeq`; counted by the server. */
  unreadCount: z.number().int(),
  lastInAt: time.nullable(),
  lastOutAt: time.nullable(),
  lastActivityAt: time,
  preview: z.string(),
  previewDirection: z.enum(directions),
  /** When the next answer is due; null when nobody waits. */
  dueAt: time.nullable(),
  /** How an answer may go out and until when: LINE's free reply token, a provider's reply window. Null = no limit. */
  replyWindow: z.enum(['lineReplyToken', 'standard', 'humanAgent', 'closed']).nullable(),
  replyWindowClosesAt: time.nullable(),
});

export const messageRowSchema = z.object({
  id: messageIdSchema,
  sv,
  conversationId: conversationIdSchema,
  customerId: customerIdSchema,
  channel: channelSchema,
  /** Order in the conversation, given by the server at receipt. */
  seq: z.number().int(),
  direction: z.enum(directions),
  visibility: z.enum(visibilities),
  authorKind: z.enum(['customer', 'agent', 'system']),
  authorId: z.uuid().nullable(),
  authorName: z.string(),
  text: z.string(),
  /** Sanitised HTML of a mail, with `cid:` pictures only; null when there is only text. */
  html: z.string().nullable(),
  detail: messageDetailSchema,
  parentMessageId: messageIdSchema.nullable(),
  sentAt: time,
  /** Server receipt: the order of the timeline. */
  receivedAt: time,
  deliveryState: deliveryStateSchema.nullable(),
  /** Name of the reason for `failed`, `refused`, `needsReview`. */
  deliveryReason: z.string().nullable(),
  deliveryAt: time.nullable(),
  /** The author took it back (LINE unsend): the text is gone from here too. */
  redactedAt: time.nullable(),
  /** A note that was written anew: when and by whom. A server of before does not say it. */
  editedAt: time.nullable().default(null),
  editedByName: z.string().nullable().default(null),
});

export const attachmentRowSchema = z.object({
  id: attachmentIdSchema,
  sv,
  messageId: messageIdSchema,
  conversationId: conversationIdSchema,
  name: z.string(),
  declaredType: z.string(),
  sniffedType: z.string(),
  size: z.number().int(),
  sha256: z.string(),
  inlineCid: z.string().nullable(),
  isBlocked: z.boolean(),
  /** Why: `runs`, `infected`, `notScanned` (a scanner has not answered yet); null where it was taken back, or is not blocked. */
  blockedBecause: z.string().max(40).nullable().default(null),
});

export const callRowSchema = z.object({
  id: callIdSchema,
  sv,
  conversationId: conversationIdSchema,
  customerId: customerIdSchema,
  direction: z.enum(['in', 'out']),
  fromMasked: z.string().nullable(),
  /** Why there is no number: `withheld`, `unknown`. */
  fromReason: z.string().nullable(),
  queueId: queueIdSchema,
  agentId: agentIdSchema.nullable(),
  state: callStateSchema,
  offeredAt: time,
  /** After this a ring is over, whatever arrives: a late ring is a missed call. */
  expiresAt: time,
  answeredAt: time.nullable(),
  endedAt: time.nullable(),
  /** Milliseconds on hold so far, without the current hold. */
  heldMs: z.number().int(),
  heldSince: time.nullable(),
  cause: z.string().nullable(),
  wrapUpCodeId: wrapUpCodeIdSchema.nullable(),
  wrapUpNote: z.string(),
  wrapUpStartedAt: time.nullable(),
  wrapUpEndedAt: time.nullable(),
});

export const callNoteRowSchema = z.object({
  id: callNoteIdSchema,
  sv,
  callId: callIdSchema,
  conversationId: conversationIdSchema,
  text: z.string(),
  /** Milliseconds since the call was offered. */
  offsetMs: z.number().int(),
  authorName: z.string(),
  createdAt: time,
});

/** What an agent is writing, copied every few seconds: for their own other devices. A lead asks for it. */
export const draftRowSchema = z.object({
  id: z.uuid(),
  sv,
  agentId: agentIdSchema,
  conversationId: conversationIdSchema,
  what: z.enum(draftKinds),
  text: z.string(),
  mail: draftMailSchema.nullable(),
  /** Grows with every change; counted by the device that writes this draft, and by no other. */
  revision: z.number().int(),
  deviceName: z.string(),
  copiedAt: time,
  /** Another device of the agent has gone on with this text: the one that wrote it lets go. */
  supersededAt: time.nullable(),
  takenOverByName: z.string().nullable(),
  takenOverAt: time.nullable(),
});

export type WorkspaceRow = z.output<typeof workspaceRowSchema>;
export type AgentRow = z.output<typeof agentRowSchema>;
export type QueueRow = z.output<typeof queueRowSchema>;
export type ChannelAccountRow = z.output<typeof channelAccountRowSchema>;
export type WrapUpCodeRow = z.output<typeof wrapUpCodeRowSchema>;
export type CustomerRow = z.output<typeof customerRowSchema>;
export type ChannelIdentityRow = z.output<typeof channelIdentityRowSchema>;
export type PersonalDataRow = z.output<typeof personalDataRowSchema>;
export type DuplicateRow = z.output<typeof duplicateRowSchema>;
export type CautionRow = z.output<typeof cautionRowSchema>;
export type ConsentRow = z.output<typeof consentRowSchema>;
export type DraftRow = z.output<typeof draftRowSchema>;
export type HandoverNoteRow = z.output<typeof handoverNoteRowSchema>;
export type OrderRow = z.output<typeof orderRowSchema>;
export type ConversationRow = z.output<typeof conversationRowSchema>;
export type MessageRow = z.output<typeof messageRowSchema>;
export type AttachmentRow = z.output<typeof attachmentRowSchema>;
export type CallRow = z.output<typeof callRowSchema>;
export type CallNoteRow = z.output<typeof callNoteRowSchema>;
