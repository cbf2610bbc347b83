/** The calls about workspaces: one client's work, kept apart from every other client's. */
import { z } from 'zod';
import { workspaceIdSchema } from '../domain/ids.ts';
import { read } from './calls.ts';

export const workspaceCalls = {
  /** Those that this administrator may change, their own first. */
  list: read({
    input: z.strictObject({}),
    output: z.object({
      workspaces: z.array(z.object({ id: workspaceIdSchema, name: z.string(), isOwn: z.boolean() })),
      administersAll: z.boolean(),
    }),
  }),
};
