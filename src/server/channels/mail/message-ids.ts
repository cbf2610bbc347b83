/** Message-IDs as strangers write them: glued together, between words, without brackets. Knows the syntax, no meaning. */

/** Longest id that is kept, in characters; RFC 5322 lines end at 998. */
const MAX_ID = 998;

/**
 * Every id in a header value, in order, with its brackets.
 * In-Reply-To may hold words (`Your message of "Mon" <a@b>`) and References may hold ids without a space between.
 */
export function messageIdsIn(value: string): string[] {
  const ids = value.match(/<[^<>\s]+>/g) ?? [];
  return [...new Set(ids.filter((id) => id.length <= MAX_ID))];
}

/** The one id of a Message-ID header, with brackets even if its writer left them out; null when there is none. */
export function ownMessageId(value: string): string | null {
  const found = messageIdsIn(value)[0];
  if (found !== undefined) return found;
  const bare = value.trim();
  return /^[^<>\s"(),:;]+@[^<>\s"(),:;]+$/.test(bare) && bare.length < MAX_ID ? `<${bare}>` : null;
}
