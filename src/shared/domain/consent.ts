/** What a customer has agreed to, and which of two answers wins when they were written down apart: the stricter. Pure. */
import { z } from 'zod';

export const consentPurposes = ['recording', 'mailing', 'ai'] as const;
export const consentPurposeSchema = z.enum(consentPurposes);
export type ConsentPurpose = z.output<typeof consentPurposeSchema>;

/** From the strictest to the laxest. `unknown`: nobody has asked yet, which is no permission. */
export const consentStates = ['denied', 'unknown', 'granted'] as const;
export const consentStateSchema = z.enum(consentStates);
export type ConsentState = z.output<typeof consentStateSchema>;

/** Whether `a` allows less than `b`. */
export function isStricter(a: ConsentState, b: ConsentState): boolean {
  return consentStates.indexOf(a) < consentStates.indexOf(b);
}

/**
 * Whether an answer may be written over another one that its author had not seen. An old console must not undo an
 * opt-out, so only a stricter one may.
 */
export function mayOverwriteConsent(next: ConsentState, current: ConsentState, seen: ConsentState): boolean {
  return current === seen || isStricter(next, current);
}
