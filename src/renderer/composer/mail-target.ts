/** Turns what stands in the mail fields into a target, or says which field is at fault. Pure. */
import { mailTargetSchema } from '../../shared/domain/command.ts';
import type { z } from 'zod';

export type MailTarget = z.output<typeof mailTargetSchema>;
export type MailFault = 'missing' | 'address' | 'tooMany' | 'tooLong';

/** `a@x, b@y; c@z` → the addresses. A name before an address in angle brackets is left out. */
export function addressesIn(text: string): string[] {
  return text
    .split(/[,;、，；\n]/)
    .map((part) => (/<([^<>]+)>/.exec(part)?.[1] ?? part).trim())
    .filter((part) => part !== '');
}

/** See the file's head. Each fault is named by its field. */
export function readMailTarget(text: {
  to: string;
  cc: string;
  subject: string;
}): { target: MailTarget } | { faults: Partial<Record<'to' | 'cc' | 'subject', MailFault>> } {
  const parsed = mailTargetSchema.safeParse({
    to: addressesIn(text.to),
    cc: addressesIn(text.cc),
    subject: text.subject.trim(),
  });
  if (parsed.success) return { target: parsed.data };
  const faults: Partial<Record<'to' | 'cc' | 'subject', MailFault>> = {};
  for (const issue of parsed.error.issues) {
    const field = issue.path[0];
    if (field !== 'to' && field !== 'cc' && field !== 'subject') continue;
    if (issue.path.length > 1) faults[field] = 'address';
    else faults[field] ??= issue.code === 'too_small' ? 'missing' : field === 'subject' ? 'tooLong' : 'tooMany';
  }
  return { faults };
}
