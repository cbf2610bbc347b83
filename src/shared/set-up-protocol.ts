/** CONTRACT the set-up page ⇄ server: what a new centre is made of. Asked once, by whoever holds the link of the first start. */
import { z } from 'zod';
import { linkWordSchema, newPasswordSchema } from './account-protocol.ts';

/** Whether a name is one of the time zones that this computer knows, such as `Asia/Tokyo`. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const timeZoneSchema = z.string().max(60).refine(isTimeZone, 'not a time zone');
/** How people sign in: a mail address or a short name, without spaces. */
export const loginSchema = z
  .string()
  .trim()
  .min(1)
  .max(254)
  .regex(/^[^\s\p{Cc}]+$/u);
export const personNameSchema = z.string().trim().min(1).max(60);

export const lookAtSetUpSchema = z.strictObject({ word: linkWordSchema });
/** `POST /api/set-up`. Refused with 410 `link-used`, `link-expired`, 404, 422 `weak-password`, 400 with the field. */
export const setUpSchema = z.strictObject({
  word: linkWordSchema,
  organisation: z.string().trim().min(1).max(80),
  workspace: z.string().trim().min(1).max(60),
  language: z.enum(['ja', 'en']),
  timeZone: timeZoneSchema,
  displayName: personNameSchema,
  login: loginSchema,
  password: newPasswordSchema,
});
