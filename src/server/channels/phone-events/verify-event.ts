/**
 * Proves that an event comes from our telephone system and is fresh: HMAC-SHA-256 over `v1:{timestamp}:{raw body}`, on the
 * bytes as they came, before anything parses them.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far the sender's clock may be from ours, in ms; also how long an overheard event could be played again. */
export const FRESH_MS = 300_000;

export type Proof = { ok: true } | { ok: false; why: 'signature-missing' | 'signature-wrong' | 'timestamp-wrong' };

/**
 * @param secrets one, or two while one is replaced by another
 * @param now epoch ms
 * @param headers the timestamp in epoch seconds or milliseconds, the signature in hexadecimal, with or without `v1=`
 */
export function verifyEvent(
  body: Uint8Array,
  headers: { timestamp: string | undefined; signature: string | undefined },
  secrets: readonly string[],
  now: number,
): Proof {
  const { timestamp, signature } = headers;
  if (!timestamp || !signature) return { ok: false, why: 'signature-missing' };
  if (!/^\d{10,13}$/.test(timestamp)) return { ok: false, why: 'timestamp-wrong' };
  const at = timestamp.length > 10 ? Number(timestamp) : Number(timestamp) * 1_000;
  const given = Buffer.from(signature.replace(/^v1=/, ''), 'hex');
  const isOurs = secrets.some((secret) => {
    const wanted = createHmac('sha256', secret).update(`v1:${timestamp}:`).update(body).digest();
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
  if (!isOurs) return { ok: false, why: 'signature-wrong' };
  // After the signature, so that a stranger learns nothing about our clock.
  return Math.abs(now - at) <= FRESH_MS ? { ok: true } : { ok: false, why: 'timestamp-wrong' };
}

/** Signs an event as a telephone system does; for the sender in demo and tests, and as the example of the documentation. */
export function signEvent(body: Uint8Array, secret: string, timestamp: string): string {
  return createHmac('sha256', secret).update(`v1:${timestamp}:`).update(body).digest('hex');
}
