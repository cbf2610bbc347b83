/** The fields of a customer that an agent may change, each with its own shape: one order changes one field. */
import { z } from 'zod';
import { channelSchema } from './channel.ts';

const name = z.string().trim().min(1).max(200);
const kana = z.string().trim().max(200);
const note = z.string().trim().min(1).max(500).nullable();

/** `seen` is what stood there on the agent's screen: another value on the server wins over the change. */
export const customerChangeSchema = z.discriminatedUnion('field', [
  z.strictObject({ field: z.literal('displayName'), value: name, seen: z.string() }),
  z.strictObject({ field: z.literal('kana'), value: kana, seen: z.string() }),
  z.strictObject({
    field: z.literal('preferredChannel'),
    value: channelSchema.nullable(),
    seen: z.string().nullable(),
  }),
  z.strictObject({ field: z.literal('preferredNote'), value: note, seen: z.string().nullable() }),
]);
export type CustomerChange = z.output<typeof customerChangeSchema>;
export type CustomerField = CustomerChange['field'];
