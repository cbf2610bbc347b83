/** Customers beside the one whose sheet is open: those merged with them, and those who may be the same person. */
import { z } from 'zod';
import { channelSchema } from './domain/channel.ts';
import { customerIdSchema } from './domain/ids.ts';
import { duplicateReasons } from './domain/merge.ts';

const relatedCustomerSchema = z.object({
  customerId: customerIdSchema,
  displayName: z.string(),
  kana: z.string(),
  memberNumber: z.string().nullable(),
  channels: z.array(channelSchema),
  conversationCount: z.number().int().nonnegative(),
  /** This agent has ordered it, and the server has not taken it yet. */
  isPending: z.boolean(),
});
export type RelatedCustomer = z.output<typeof relatedCustomerSchema>;

/** Part of the sheet. */
export const relativesShape = {
  /** Who is merged with this customer and shown here together with them. */
  merged: z.array(relatedCustomerSchema),
  /** Who may be the same person, and why; not those who are merged already, nor whom a person has told apart. */
  duplicates: z.array(relatedCustomerSchema.extend({ duplicateId: z.uuid(), reason: z.enum(duplicateReasons) })),
};
