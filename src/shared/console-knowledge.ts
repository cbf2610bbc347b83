/** Part of the contract of `console-api.ts`: what a centre has written down for its agents, as this device holds it. */
import { z } from 'zod';
import { query } from './contract.ts';
import { markedTextSchema } from './console-shapes.ts';
import { channelSchema } from './domain/channel.ts';
import { knowledgeKindSchema } from './domain/knowledge.ts';
import { knowledgeRowSchema } from './domain/knowledge-row.ts';

/** An item with the places where it was found: in its title, and in a piece of its body. */
const knowledgeItemSchema = z.object({
  item: knowledgeRowSchema,
  title: markedTextSchema,
  snippet: markedTextSchema,
});
export type KnowledgeItem = z.output<typeof knowledgeItemSchema>;

export const knowledgeCalls = {
  /**
   * Templates, approved answers and articles that hold every term (title, tags, body, folded), those with all terms in the title
   * first. `use`: only what may be used now, on a channel when one is given.
   */
  list: query({
    input: z.strictObject({
      text: z.string().trim().max(200),
      kinds: z.array(knowledgeKindSchema).max(10),
      use: z.strictObject({ channel: channelSchema.nullable() }).nullable(),
      limit: z.number().int().min(1).max(200),
    }),
    output: z.object({ items: z.array(knowledgeItemSchema), total: z.number().int().nonnegative() }),
    topics: () => ['knowledge'],
  }),
};
