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

/**
 * What of the mail fields can be kept in a draft: whole addresses and a subject. What is half-typed is left out, so that an
 * address in the making never keeps the text from being saved.
 */
export function draftTarget(text: { to: string; cc: string; subject: string }): Partial<MailTarget> {
  const target: Partial<MailTarget> = {};
  const to = wholeAddresses(text.to);
  const cc = wholeAddresses(text.cc);
  const subject = text.subject.trim().slice(0, LONGEST_SUBJECT);
  if (to.length > 0) target.to = to;
  if (cc.length > 0) target.cc = cc;
  if (subject !== '') target.subject = subject;
  return target;
}

const LONGEST_SUBJECT = 500;
const MOST_ADDRESSES = 50;

function wholeAddresses(text: string): string[] {
  const isWhole = (address: string): boolean => mailTargetSchema.shape.to.safeParse([address]).success;
  return addressesIn(text).filter(isWhole).slice(0, MOST_ADDRESSES);
}
