/** Parses what a console sends, where it comes in. What does not fit is refused by name and never reaches the rest. */
import type { z } from 'zod';
import { findNul } from '../../shared/domain/nul.ts';

export type Parsed<T> = { ok: true; input: T } | { ok: false; detail: string; field?: string };

/** Parses with a schema; `detail` names the field and what is wrong with it, and quotes nothing that was sent. */
export function parseInput<S extends z.ZodType>(schema: S, sent: unknown): Parsed<z.output<S>> {
  const parsed = schema.safeParse(sent);
  if (parsed.success) {
    const nul = findNul(parsed.data);
    if (nul === null) return { ok: true, input: parsed.data };
    const at = nul.join('.').slice(0, 100);
    return { ok: false, detail: `"${at}": must not hold the character NUL`, field: at };
  }
  const [issue] = parsed.error.issues;
  const field = issue?.path.map(String).join('.').slice(0, 100);
  return {
    ok: false,
    detail: `${field ? `"${field}"` : 'the input'}: ${wordOf(issue)}`,
    ...(field ? { field } : {}),
  };
}

/** Zod's own sentences may quote keys and values that were sent; its codes do not. */
function wordOf(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case 'invalid_type':
      return `must be of type ${issue.expected}`;
    case 'too_big':
      return `must not be more than ${issue.maximum}`;
    case 'too_small':
      return `must be at least ${issue.minimum}`;
    case 'unrecognized_keys':
      return 'has a field that this version does not know';
    default:
      return 'is not what this version of the protocol allows';
  }
}
