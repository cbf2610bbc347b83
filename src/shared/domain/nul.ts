/**
 * The character NUL, which no text of a customer or agent needs and PostgreSQL does not store. Pure. The window's door
 * takes it out of what was typed or pasted; the server's door refuses it, for an honest console never sends one.
 */
const NUL = '\u0000';

/** The place of the first text that holds NUL, as names and numbers from the outside in, or null. */
export function findNul(value: unknown): string[] | null {
  if (typeof value === 'string') return value.includes(NUL) ? [] : null;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return null;
  for (const [key, inner] of Object.entries(value)) {
    const found = findNul(inner);
    if (found) return [key, ...found];
  }
  return null;
}

/** The same value with NUL taken out of every text in it. */
export function withoutNul<T>(value: T): T {
  if (findNul(value) === null) return value;
  return strip(value) as T;
}

function strip(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(NUL, '');
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(strip);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, strip(inner)]));
}
