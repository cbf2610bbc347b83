/** The calls about webhooks: which other systems are told what happens here, and what became of each telling. */
import { z } from 'zod';
import { change, read, savedSchema, seenVersionSchema, versionSchema } from './calls.ts';

export const webhookEvents = [
  'conversation.opened',
  'conversation.resolved',
  'message.received',
  'message.sent',
  'customer.changed',
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];
export const deliveryStates = ['waiting', 'done', 'failed'] as const;

const id = z.uuid();
const urlSchema = z.url({ protocol: /^https?$/, hostname: /./ }).max(500);

export const webhookCalls = {
  list: read({
    input: z.strictObject({}),
    output: z.object({
      webhooks: z.array(
        z.object({
          id,
          version: versionSchema,
          name: z.string(),
          url: z.string(),
          events: z.array(z.enum(webhookEvents)),
          isPaused: z.boolean(),
          waiting: z.number().int(),
          failed: z.number().int(),
        }),
      ),
    }),
  }),
  /** The secret of its signatures is in the answer that makes it and never again. */
  save: change({
    input: z.strictObject({
      id,
      seen: seenVersionSchema,
      name: z.string().trim().min(1).max(60),
      url: urlSchema,
      events: z.array(z.enum(webhookEvents)).min(1).max(webhookEvents.length),
      isPaused: z.boolean(),
    }),
    output: savedSchema.extend({ secret: z.string().nullable() }),
  }),
  /** Its log goes with it. */
  remove: change({ input: z.strictObject({ id, seen: versionSchema }), output: z.object({}) }),
  /** The last hundred, newest first. */
  deliveries: read({
    input: z.strictObject({ id }),
    output: z.object({
      deliveries: z.array(
        z.object({
          id,
          event: z.enum(webhookEvents),
          state: z.enum(deliveryStates),
          tries: z.number().int(),
          lastStatus: z.number().int().nullable(),
          lastError: z.string().nullable(),
          createdAt: z.number().int(),
          updatedAt: z.number().int(),
        }),
      ),
    }),
  }),
  sendAgain: change({ input: z.strictObject({ deliveryId: id }), output: z.object({}) }),
};
