/**
 * Everything that an agent can order, as it is kept in the outbox and sent to the server. A command carries what the
 * agent had seen (`seen…`), so that the server can tell an order from a misunderstanding. Decides nothing itself.
 */
import { z } from 'zod';
import { consentPurposeSchema, consentStateSchema } from './consent.ts';
import { conversationStatusSchema } from './conversation.ts';
import { customerChangeSchema } from './customer-field.ts';
import { MOST_FILES, sentFileSchema } from './file.ts';
import { MOST_MERGED } from './merge.ts';
import {
  agentIdSchema,
  callIdSchema,
  callNoteIdSchema,
  commandIdSchema,
  conversationIdSchema,
  customerIdSchema,
  handoverNoteIdSchema,
  messageIdSchema,
  queueIdSchema,
  wrapUpCodeIdSchema,
} from './ids.ts';

const seq = z.int32().nonnegative();
const time = z.number().int();
const mailAddress = z.email().max(254);

const tagSchema = z.string().trim().min(1).max(30);
/** Tags that are added or taken away at once. */
export const tagsSchema = z.array(tagSchema).max(20);

/** Customers that are joined under another at once. */
export const mergedCustomersSchema = z.array(customerIdSchema).min(1).max(MOST_MERGED);

/** Where a mail goes. The server adds Message-ID, In-Reply-To and References. */
export const mailTargetSchema = z.object({
  to: z.array(mailAddress).min(1).max(50),
  cc: z.array(mailAddress).max(50),
  subject: z.string().min(1).max(500),
});

export const replySendSchema = z.object({
  kind: z.literal('reply.send'),
  messageId: messageIdSchema,
  conversationId: conversationIdSchema,
  /** Empty only where files go without a word: who decides the order refuses one that has neither. */
  text: z.string().trim().max(200_000),
  /** Files that go with it, in their order; their bytes went before, by `/api/uploads`. */
  files: z.array(sentFileSchema).max(MOST_FILES).optional(),
  /** Null on every channel but mail. For mail null means: to the last sender, `Re:` the subject. */
  mail: mailTargetSchema.nullable(),
  /** Last `seq` of the conversation on the agent's screen. Behind it somebody answered: needs review. */
  seenSeq: seq,
  seenStatus: conversationStatusSchema,
});

export const commandBodySchema = z.discriminatedUnion('kind', [
  replySendSchema,
  z.object({
    kind: z.literal('note.add'),
    messageId: messageIdSchema,
    conversationId: conversationIdSchema,
    text: z.string().trim().min(1).max(20_000),
  }),
  z.object({
    kind: z.literal('note.edit'),
    messageId: messageIdSchema,
    conversationId: conversationIdSchema,
    text: z.string().trim().min(1).max(20_000),
    /** The note as it stood on the screen. Another text on the server: both are kept, a person decides. */
    seenText: z.string().max(20_000),
  }),
  z.object({
    kind: z.literal('conversation.assign'),
    conversationId: conversationIdSchema,
    assigneeId: agentIdSchema.nullable(),
    /** Compare-and-set: the first commit wins, the loser is told. */
    seenAssigneeId: agentIdSchema.nullable(),
  }),
  z.object({
    kind: z.literal('conversation.setStatus'),
    conversationId: conversationIdSchema,
    status: conversationStatusSchema,
    seenStatus: conversationStatusSchema,
    /** Last `seq` on the device. A conversation is not put away over words of the customer that nobody has seen. */
    seenSeq: seq.optional(),
  }),
  z.object({
    kind: z.literal('conversation.move'),
    conversationId: conversationIdSchema,
    queueId: queueIdSchema,
    /** Compare-and-set like the owner. */
    seenQueueId: queueIdSchema,
  }),
  /** Tags are a set: what two agents add and take away apart comes together, and nobody loses. */
  z.object({
    kind: z.literal('conversation.tag'),
    conversationId: conversationIdSchema,
    add: tagsSchema,
    remove: tagsSchema,
  }),
  z.object({ kind: z.literal('customer.setField'), customerId: customerIdSchema, change: customerChangeSchema }),
  z.object({
    kind: z.literal('consent.set'),
    customerId: customerIdSchema,
    purpose: consentPurposeSchema,
    state: consentStateSchema,
    /** Over an answer that was not seen only a stricter one is written. */
    seenState: consentStateSchema,
  }),
  /** Joins customers under one. Nothing is moved: each keeps what is theirs, so that it can be undone for ever. */
  z.object({ kind: z.literal('customer.merge'), customerId: customerIdSchema, mergedIds: mergedCustomersSchema }),
  /** `customerId` is the one that leaves; it takes along who was joined to it before. */
  z.object({ kind: z.literal('customer.unmerge'), customerId: customerIdSchema }),
  z.object({
    kind: z.literal('customer.dismissDuplicate'),
    customerId: customerIdSchema,
    duplicateId: z.uuid(),
  }),
  z.object({ kind: z.literal('conversation.markRead'), conversationId: conversationIdSchema, upToSeq: seq }),
  /** What a person decides about a message whose fate is unknown or which failed. */
  z.object({
    kind: z.literal('message.decide'),
    messageId: messageIdSchema,
    conversationId: conversationIdSchema,
    decision: z.enum(['sendAgain', 'countAsSent', 'discard']),
  }),
  z.object({
    kind: z.literal('callNote.add'),
    callNoteId: callNoteIdSchema,
    callId: callIdSchema,
    conversationId: conversationIdSchema,
    text: z.string().trim().min(1).max(20_000),
    offsetMs: z.int32().nonnegative(),
  }),
  z.object({
    kind: z.literal('call.wrapUp'),
    callId: callIdSchema,
    conversationId: conversationIdSchema,
    wrapUpCodeId: wrapUpCodeIdSchema.nullable(),
    note: z.string().max(20_000),
    startedAt: time,
    endedAt: time.nullable(),
  }),
  z.object({ kind: z.literal('handoverNote.acknowledge'), handoverNoteId: handoverNoteIdSchema }),
]);
export type CommandBody = z.output<typeof commandBodySchema>;
export type CommandKind = CommandBody['kind'];

export const commandSchema = z.object({
  id: commandIdSchema,
  /** Device time when the agent pressed the key; for display and for the 48 h rule, never for order. */
  composedAt: time,
  body: commandBodySchema,
});
export type Command = z.output<typeof commandSchema>;

/** Why the server did not carry out a command. The first four need a person (`needsReview`), the others refuse. */
export const verdictReasons = [
  'thread-moved-on',
  'too-old',
  'conversation-resolved',
  'not-yours-any-more',
  'state-changed',
  'edited-meanwhile',
  'not-allowed',
  'not-found',
  'channel-window-over',
  'channel-cannot-send',
  'text-too-long',
  'bad-input',
  'already-decided',
  /** `needsReview`: the bytes of a file are not at the server; "send anyway" sends them again. */
  'file-missing',
  'file-not-allowed',
] as const;
export type VerdictReason = (typeof verdictReasons)[number];

/**
 * The conversation that a command belongs to, or null. A refused command blocks only later ones of the same conversation.
 */
export function conversationOf(body: CommandBody): string | null {
  return 'conversationId' in body ? body.conversationId : null;
}
