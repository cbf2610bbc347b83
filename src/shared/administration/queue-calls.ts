/** The calls about queues: where waiting work stands, and in which time it is answered. */
import { z } from 'zod';
import { queueIdSchema } from '../domain/ids.ts';
import { channels } from '../domain/channel.ts';
import { change, read, savedSchema, seenVersionSchema, versionSchema } from './calls.ts';

/** Minutes to an answer, by channel; at most four weeks. */
const targetsSchema = z.partialRecord(z.enum(channels), z.number().int().min(1).max(40_320));

export const queueCalls = {
  list: read({
    input: z.strictObject({}),
    output: z.object({
      queues: z.array(
        z.object({
          id: queueIdSchema,
          version: versionSchema,
          name: z.string(),
          replyTargets: targetsSchema,
          /** Active people in it, accounts that bring work into it, conversations that stand in it. */
          people: z.number().int(),
          accounts: z.number().int(),
          conversations: z.number().int(),
        }),
      ),
    }),
  }),
  save: change({
    input: z.strictObject({
      id: queueIdSchema,
      seen: seenVersionSchema,
      name: z.string().trim().min(1).max(60),
      replyTargets: targetsSchema,
    }),
    output: savedSchema,
  }),
  /** Refused with `in-use` while anything stands in it or comes into it. */
  remove: change({ input: z.strictObject({ id: queueIdSchema, seen: versionSchema }), output: z.object({}) }),
};
