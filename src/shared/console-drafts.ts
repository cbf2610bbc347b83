/** The calls about drafts: part of the contract of `console-api.ts`. */
import { z } from 'zod';
import { count, done, nothing, time } from './console-shapes.ts';
import { command, live, query } from './contract.ts';
import { draftKinds, draftMailSchema, LONGEST_DRAFT } from './domain/draft.ts';
import { conversationIdSchema } from './domain/ids.ts';

/** What drafts were before. */
const draftVersionsSchema = z.object({
  versions: z.array(z.object({ what: z.enum(draftKinds), text: z.string(), savedAt: time })),
});

export const draftCalls = {
  get: query({
    input: z.strictObject({ conversationId: conversationIdSchema }),
    output: z.object({
      reply: z.string(),
      note: z.string(),
      mail: draftMailSchema.nullable(),
      savedAt: time.nullable(),
      /** What other devices of this agent hold, newest first. */
      others: z.array(
        z.object({
          draftId: z.uuid(),
          revision: count,
          what: z.enum(draftKinds),
          text: z.string(),
          mail: draftMailSchema.nullable(),
          deviceName: z.string(),
          copiedAt: time,
        }),
      ),
      /** A lead goes on with what is written here. */
      takenOver: z.array(z.object({ what: z.enum(draftKinds), byName: z.string(), at: time })),
    }),
    topics: (input) => [`draft:${input.conversationId}`],
  }),
  /**
   * Journalled at once (fsync). An empty text removes that draft. The saved draft makes no `draft:` topic stale: the typing
   * window owns it. `continues`: the draft of another device that the field was opened with.
   */
  save: command({
    input: z.strictObject({
      conversationId: conversationIdSchema,
      what: z.enum(draftKinds),
      text: z.string().max(LONGEST_DRAFT),
      mail: draftMailSchema.nullable(),
      continues: z.strictObject({ draftId: z.uuid(), revision: count }).optional(),
    }),
    output: done,
  }),
  /** Two devices have written different drafts: which goes on here. What does not is kept as a version. */
  settle: command({
    input: z.strictObject({
      conversationId: conversationIdSchema,
      draftId: z.uuid(),
      keep: z.enum(['mine', 'theirs', 'both']),
    }),
    output: done,
  }),
  /** Drafts whose conversation has left this device. */
  left: query({
    input: nothing,
    output: z.object({
      drafts: z.array(
        z.object({
          conversationId: conversationIdSchema,
          what: z.enum(draftKinds),
          text: z.string(),
          customerName: z.string().nullable(),
          conversationNumber: z.string().nullable(),
          savedAt: time,
        }),
      ),
    }),
    topics: () => ['inbox', 'outbox'],
  }),
  /** What was typed in the last 30 days and did not stay, newest first: from this device, and from the server. */
  versions: query({
    input: z.strictObject({ conversationId: conversationIdSchema }),
    output: draftVersionsSchema,
    topics: (input) => [`draft:${input.conversationId}`],
  }),
  serverVersions: live({
    input: z.strictObject({ conversationId: conversationIdSchema }),
    output: draftVersionsSchema,
  }),
  /** What others are writing here. Refused with `not-allowed` for who does not lead there. */
  ofColleagues: live({
    input: z.strictObject({ conversationId: conversationIdSchema }),
    output: z.object({
      drafts: z.array(
        z.object({
          draftId: z.uuid(),
          agentName: z.string(),
          what: z.enum(draftKinds),
          text: z.string(),
          copiedAt: time,
          takenOverByName: z.string().nullable(),
        }),
      ),
    }),
  }),
  /** Makes a colleague's draft one's own. `takenBy` names the lead who was first; null when it is ours. */
  takeOver: live({
    input: z.strictObject({ draftId: z.uuid() }),
    output: z.object({ takenBy: z.string().nullable() }),
  }),
};
