/** The live calls about drafts and what they answer: part of the contract of `sync-protocol.ts`. */
import { z } from 'zod';
import { draftKinds, draftMailSchema, LONGEST_DRAFT } from './domain/draft.ts';
import { conversationIdSchema } from './domain/ids.ts';

export const draftAskSchemas = [
  z.strictObject({
    method: z.literal('keepDrafts'),
    /** Of this device, as they stand. A revision that the server has already is left alone. */
    drafts: z
      .array(
        z.strictObject({
          id: z.uuid(),
          conversationId: z.uuid(),
          what: z.enum(draftKinds),
          text: z.string().max(LONGEST_DRAFT),
          mail: draftMailSchema.nullable(),
          revision: z.int32().positive(),
        }),
      )
      .max(20),
    /** What was sent or thrown away here, and what other devices wrote up to a revision and this one went on with. */
    done: z
      .array(
        z.strictObject({
          id: z.uuid(),
          revision: z.int32().nonnegative(),
          why: z.enum(['ended', 'superseded']),
        }),
      )
      .max(100),
    deviceName: z.string().max(200),
  }),
  /** What others are writing in a conversation; only for who leads there. */
  z.strictObject({ method: z.literal('readDrafts'), conversationId: z.uuid() }),
  z.strictObject({ method: z.literal('takeOverDraft'), draftId: z.uuid() }),
  /** What this agent's own drafts in a conversation were before. */
  z.strictObject({ method: z.literal('readDraftVersions'), conversationId: z.uuid() }),
] as const;

export const keptDraftsSchema = z.object({ refused: z.array(z.uuid()) });
export const colleagueDraftSchema = z.object({
  draftId: z.uuid(),
  agentName: z.string(),
  what: z.enum(draftKinds),
  text: z.string(),
  mail: draftMailSchema.nullable(),
  copiedAt: z.number().int(),
  takenOverByName: z.string().nullable(),
});
export const takenOverDraftSchema = z.discriminatedUnion('isTaken', [
  z.object({
    isTaken: z.literal(true),
    conversationId: conversationIdSchema,
    what: z.enum(draftKinds),
    text: z.string(),
    mail: draftMailSchema.nullable(),
  }),
  /** Somebody else was first. */
  z.object({ isTaken: z.literal(false), byName: z.string() }),
]);
export const draftVersionSchema = z.object({
  what: z.enum(draftKinds),
  text: z.string(),
  savedAt: z.number().int(),
});
