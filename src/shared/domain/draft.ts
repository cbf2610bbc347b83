/** What can be drafted, and the parts of a mail that may still be incomplete. Pure. */
import { z } from 'zod';

export const draftKinds = ['reply', 'note'] as const;
export type DraftKind = (typeof draftKinds)[number];

/** Where a mail shall go, as far as it is known while it is written; nothing in it is checked before it is sent. */
export const draftMailSchema = z.object({
  to: z.array(z.string().max(254)).max(50).optional(),
  cc: z.array(z.string().max(254)).max(50).optional(),
  subject: z.string().max(500).optional(),
});
export type DraftMail = z.output<typeof draftMailSchema>;

/** Longest text of a draft, in UTF-16 units: that of the longest reply. */
export const LONGEST_DRAFT = 200_000;
/** How long what a draft was before is kept, on the device and on the server, in ms. */
export const DRAFT_VERSIONS_KEPT_MS = 30 * 24 * 3_600_000;
/** While somebody types, a version is kept at most this often, in ms. */
export const DRAFT_VERSION_EVERY_MS = 60_000;
