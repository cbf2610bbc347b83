/**
 * CONTRACT core ⇄ server for what an agent does with their own account, by HTTP beside the socket. Part of
 * `sync-protocol.ts` in all but the file: its version and its pinned hash hold for this too.
 */
import { z } from 'zod';

export const newPasswordSchema = z.string().min(1).max(1_000);

/** `POST /api/account/password`. Refused with 403 `wrong-password`, 422 `weak-password` with `faults`, 429. */
export const changePasswordSchema = z.strictObject({
  current: z.string().min(1).max(1_000),
  next: newPasswordSchema,
  /** Ends the sessions of the agent's other devices. */
  endOthers: z.boolean(),
});
/** `POST /api/account/prove`: whether this is one's password; opens a locked screen. Refused as the change is. */
export const provePasswordSchema = z.strictObject({ password: z.string().min(1).max(1_000) });
export const changedPasswordSchema = z.object({ endedSessions: z.number().int().nonnegative() });

/** A word of a one-time link: 32 bytes, base64url. It stands in the link behind the #, so it is in no log on the way. */
export const linkWordSchema = z.string().regex(/^[\w-]{43}$/);
/** `POST /api/password-resets`: asked by the page of a link. Refused with 410 `link-used`, `link-expired`, 404, 422. */
export const resetPasswordSchema = z.strictObject({ word: linkWordSchema, next: newPasswordSchema });
/** `POST /api/password-resets/look`: whose link that is, before it is used. */
export const lookAtLinkSchema = z.strictObject({ word: linkWordSchema });
export const lookedAtLinkSchema = z.object({ login: z.string(), displayName: z.string(), expiresAt: z.number().int() });

/** `POST /api/admin/agents/:agentId/password-reset` (administrators): the word of a link `/reset#…` that works once. */
export const resetLinkSchema = z.object({ word: linkWordSchema, expiresAt: z.number().int() });

const code = z.string().trim().min(1).max(40);
/** `GET /api/account`: how one's own account stands. */
export const accountSchema = z.object({
  login: z.string(),
  secondFactor: z.object({
    isOn: z.boolean(),
    since: z.number().int().nullable(),
    recoveryLeft: z.number().int().nonnegative(),
    /** One's role asks for it, so it cannot be turned off. */
    isRequired: z.boolean(),
  }),
});
/** `POST /api/account/second-factor`: a fresh secret (base 32) and the same as an `otpauth:` address, for a QR code. 409 `factor-is-on`. */
export const begunFactorSchema = z.object({ secret: z.string(), uri: z.string() });
/** `POST /api/account/second-factor/confirm` and `…/recovery-codes` (an app's code), `…/off` (an app's or a recovery code). */
export const factorCodeSchema = z.strictObject({ code });
/** Shown once: the server keeps their hashes alone. */
export const recoveryCodesSchema = z.object({ recoveryCodes: z.array(z.string()) });
