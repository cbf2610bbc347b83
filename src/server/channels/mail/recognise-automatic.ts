/**
 * Recognises mail that a machine wrote, so that nothing automatic ever answers it: two machines that answer each other
 * never stop. Looks at headers only; what becomes of such mail is decided elsewhere.
 */

/** Why a mail counts as automatic, or null. Order = order of the checks; the first that fits is named. */
export const automaticReasons = [
  'auto-submitted',
  'own-header',
  'null-return-path',
  'list',
  'precedence',
  'auto-response-suppress',
  'auto-reply-header',
] as const;
export type AutomaticReason = (typeof automaticReasons)[number];

/** Header that every mail of ours carries, with the account's id: who sends it back is a machine, or we ourselves. */
export const OWN_HEADER = 'X-Kanade-Account';

/**
 * Names the first sign of a machine, or gives null for what seems to be a person's mail.
 * @param header the first value of a header by its lower-case name, or null
 */
export function recogniseAutomatic(header: (name: string) => string | null): AutomaticReason | null {
  // RFC 3834, 5: `no` is the only value that a person's mail may carry.
  const autoSubmitted = header('auto-submitted');
  if (autoSubmitted !== null && !/^no\b/i.test(autoSubmitted.trim())) return 'auto-submitted';
  if (header(OWN_HEADER.toLowerCase()) !== null) return 'own-header';
  // RFC 5321, 4.5.5: notifications are sent with an empty return path.
  if (header('return-path')?.replaceAll(/\s/g, '') === '<>') return 'null-return-path';
  if (header('list-id') !== null) return 'list';
  if (/^(bulk|list|junk|auto_reply)\b/i.test((header('precedence') ?? '').trim())) return 'precedence';
  // Microsoft MS-OXCMAIL 2.1.3.2.20: the sender asks that nothing automatic comes back.
  if (/\b(all|oof|autoreply)\b/i.test(header('x-auto-response-suppress') ?? '')) return 'auto-response-suppress';
  const names = ['x-autoreply', 'x-autorespond', 'x-auto-reply', 'x-autoresponder'];
  return names.some((name) => header(name) !== null) ? 'auto-reply-header' : null;
}
