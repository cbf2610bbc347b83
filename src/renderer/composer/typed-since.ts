/** What a person typed while their text was being sent. Pure; sends and shows nothing. */

/**
 * The text that stays in the field when `sent` has gone: what was added behind it. Text that was changed in any other way
 * stays whole, because nobody can tell which part of it is new.
 */
export function typedSince(sent: string, now: string): string {
  if (now === sent) return '';
  return now.startsWith(sent) ? now.slice(sent.length).trimStart() : now;
}
