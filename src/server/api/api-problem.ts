/** Refusals of the HTTP API as RFC 9457 writes them, with the field at fault. Never quotes what was sent. */
import { z } from 'zod';

export const problemSchema = z.object({
  type: z.string().describe('`urn:kanade:` and the name of the refusal, the same for ever'),
  title: z.string(),
  status: z.number().int(),
  errors: z.array(z.object({ field: z.string(), fault: z.string() })).optional(),
});

const TITLES = {
  'bad-token': [401, 'Send a token of this workspace as "Authorization: Bearer kanade_…"; an administrator makes one.'],
  'missing-scope': [403, 'This token may not do this; an administrator makes one with the scope that is named.'],
  'not-found': [404, 'There is nothing under this id in the workspace of this token.'],
  'not-valid': [422, 'Fields do not fit; mend those that are named.'],
  'key-reused': [422, 'This Idempotency-Key was sent with another request; make a new one for each change.'],
  'too-many': [429, 'Too many requests; wait as long as Retry-After says.'],
} as const;
export type ProblemName = keyof typeof TITLES;

/** Thrown anywhere in the API; rolls a transaction back. */
export class ApiProblem extends Error {
  override name = 'ApiProblem';
  readonly status: number;
  readonly body: z.output<typeof problemSchema>;
  readonly retryAfterMs: number | undefined;
  constructor(name: ProblemName, more: { errors?: { field: string; fault: string }[]; retryAfterMs?: number } = {}) {
    super(name);
    const [status, title] = TITLES[name];
    this.status = status;
    this.retryAfterMs = more.retryAfterMs;
    this.body = {
      type: `urn:kanade:${name}`,
      title,
      status,
      ...(more.errors === undefined ? {} : { errors: more.errors }),
    };
  }
}
