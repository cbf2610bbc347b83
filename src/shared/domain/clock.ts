/** Time and chance as arguments, so that a fault can be replayed from its seed. Holds no clock of its own. */

/** Milliseconds since 1970 in UTC, by whichever clock was passed in. */
export type Clock = { now(): number };

/** Numbers in [0, 1) and random bytes, by whichever source was passed in. */
export type Random = { next(): number; bytes(length: number): Uint8Array };

/**
 * Makes a UUID of version 7 (RFC 9562): sorts by the time at which it was made.
 * @param clock gives the first 48 bits, in milliseconds
 * @param random gives the other 74 bits
 */
export function newId(clock: Clock, random: Random): string {
  const bytes = random.bytes(16);
  let time = clock.now();
  for (let i = 5; i >= 0; i--) {
    bytes[i] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A seeded source of chance (mulberry32): the same seed gives the same run, on every machine. Not for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  return { next, bytes: (length) => Uint8Array.from({ length }, () => Math.floor(next() * 256)) };
}
