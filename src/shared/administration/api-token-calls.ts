/** The calls about tokens of the HTTP API: what other systems may read and write, and until when. */
import { z } from 'zod';
import { change, read, versionSchema } from './calls.ts';

/** `personalData:read` adds full addresses and numbers to what `customers:read` shows masked. */
export const apiScopes = [
  'customers:read',
  'customers:write',
  'personalData:read',
  'orders:read',
  'orders:write',
  'conversations:read',
  'conversations:write',
] as const;
export type ApiScope = (typeof apiScopes)[number];

const id = z.uuid();

export const apiTokenCalls = {
  list: read({
    input: z.strictObject({}),
    output: z.object({
      tokens: z.array(
        z.object({
          id,
          version: versionSchema,
          name: z.string(),
          scopes: z.array(z.enum(apiScopes)),
          madeByName: z.string(),
          createdAt: z.number().int(),
          lastUsedAt: z.number().int().nullable(),
        }),
      ),
    }),
  }),
  /** The token is in this answer and never again. */
  make: change({
    input: z.strictObject({
      id,
      name: z.string().trim().min(1).max(60),
      scopes: z.array(z.enum(apiScopes)).min(1).max(apiScopes.length),
    }),
    output: z.object({ token: z.string() }),
  }),
  /** Ends at once and for good. */
  revoke: change({ input: z.strictObject({ id, seen: versionSchema }), output: z.object({}) }),
};
