/** The row of a piece of knowledge, as it travels to every console and stands in both databases. */
import { z } from 'zod';
import { channelSchema } from './channel.ts';
import { knowledgeIdSchema, workspaceIdSchema } from './ids.ts';
import { knowledgeKindSchema, knowledgeStateSchema } from './knowledge.ts';
import { HIGHEST_SV } from './rows.ts';

const time = z.number().int();

export const knowledgeRowSchema = z.object({
  id: knowledgeIdSchema,
  sv: z.number().int().nonnegative().max(HIGHEST_SV),
  workspaceId: workspaceIdSchema,
  kind: knowledgeKindSchema,
  title: z.string(),
  body: z.string(),
  tags: z.array(z.string()),
  /** Where it may be used; none named = everywhere. */
  channels: z.array(channelSchema),
  state: knowledgeStateSchema,
  /** From then on it is not offered any more. */
  expiresAt: time.nullable(),
  changedAt: time,
  changedByName: z.string(),
});
export type KnowledgeRow = z.output<typeof knowledgeRowSchema>;
