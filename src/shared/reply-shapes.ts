/** What a window says and sees of replies with their files. Part of the contract of `console-api.ts`, which names the calls. */
import { z } from 'zod';
import { channelSchema } from './domain/channel.ts';
import { mailTargetSchema, verdictReasons } from './domain/command.ts';
import { fileTypeSchema, LARGEST_FILE, MOST_FILES, sentFileSchema } from './domain/file.ts';
import { commandIdSchema, conversationIdSchema, messageIdSchema, uploadIdSchema } from './domain/ids.ts';

/** `files`: those of the draft that go along. Without words only where there are files. */
export const replyToSendSchema = z
  .strictObject({
    conversationId: conversationIdSchema,
    text: z.string().trim().max(200_000),
    files: z.array(uploadIdSchema).max(MOST_FILES).optional(),
    mail: mailTargetSchema.nullable(),
    seenSeq: z.number().int().nonnegative(),
    /** Kept back on the device for so many ms; `outbox.edit` takes it back meanwhile. */
    holdMs: z.number().int().nonnegative().max(30_000).optional(),
  })
  .refine(({ text, files }) => text !== '' || (files !== undefined && files.length > 0), {
    message: 'a reply has words or files',
    path: ['text'],
  });

export const fileToAddSchema = z.strictObject({
  conversationId: conversationIdSchema,
  name: z.string().min(1).max(1_000),
  type: fileTypeSchema,
  base64: z.string().max(Math.ceil(LARGEST_FILE / 3) * 4),
});

/** States of an outbox item on this device. `applied` waits only for its effect to come back. */
export const outboxStates = ['queued', 'sending', 'applied', 'needsReview', 'refused', 'blocked'] as const;

/** A reply or note of the timeline that this agent has ordered and the server has not shown yet. */
export const pendingEntrySchema = z.object({
  kind: z.literal('pending'),
  at: z.number().int(),
  id: messageIdSchema,
  commandId: commandIdSchema,
  conversationId: conversationIdSchema,
  channel: channelSchema,
  what: z.enum(['reply', 'note']),
  text: z.string(),
  files: z.array(sentFileSchema),
  /** How much of them is at the server, for the figure while it is on its way. */
  bytesUp: z.number().int().nonnegative(),
  mail: mailTargetSchema.nullable(),
  state: z.enum(outboxStates),
  reason: z.enum(verdictReasons).nullable(),
  /** Held on this device until then, epoch ms of this device. */
  holdUntil: z.number().int().nullable(),
});
