/** The ways to the keys of a ring: opens them all by one way, or adds, or takes away a way. Reads and writes no file. */
import type { Random } from '../../../shared/domain/clock.ts';
import type { KeyRing, RingKey } from './key-ring.ts';
import { stretchPassword, unwrapKey, wrapKey } from './wrap-key.ts';

/** What opens a ring. `hostKey`: 64 hex digits; `secret`: base64url, from the server. */
export type Way =
  | { by: 'host'; hostKey: string }
  | { by: 'server'; secret: string }
  | { by: 'password'; password: string; hostKey: string };

const KEY_BYTES = 32;
const SALT_BYTES = 16;

const contextOf = (ring: KeyRing, by: Way['by'], n: number): string => `kanade files/${ring.keyId}/${n}/${by}`;

/** A ring with one new key that no way opens yet, and that key. */
export function newRing(keyId: string, random: Random): { ring: KeyRing; keys: string[] } {
  const ring: KeyRing = { version: 1, keyId, keys: [unopened(1)], retired: [] };
  return { ring, keys: [newKey(random)] };
}

/** The ring with one more key, to which the files shall go; each way has to be put on anew. */
export function withNextKey(ring: KeyRing, keys: readonly string[], random: Random): { ring: KeyRing; keys: string[] } {
  const last = ring.keys.at(-1)?.n ?? 0;
  return { ring: { ...ring, keys: [...ring.keys, unopened(last + 1)] }, keys: [...keys, newKey(random)] };
}

/** The ring when all files are under its last key. */
export function withLastKey(ring: KeyRing, keys: readonly string[], keepsOld: boolean, random: Random): KeyRing {
  const [before, after] = ring.keys;
  const [from, to] = keys;
  if (!before || !after || from === undefined || to === undefined) return ring;
  const retired = {
    n: before.n,
    wrapped: wrapKey(from, Buffer.from(to, 'hex'), `kanade files/${ring.keyId}/${before.n}/retired`, random),
  };
  return { ...ring, keys: [after], retired: keepsOld ? [...ring.retired, retired] : ring.retired };
}

/** Every key of the ring, oldest first, or null when this way does not open all of them. */
export function openRing(ring: KeyRing, way: Way): string[] | null {
  const keys: string[] = [];
  for (const slot of ring.keys) {
    const wrapped = way.by === 'password' ? (slot.password?.wrapped ?? null) : slot[way.by];
    const key = wrapped === null ? null : unwrapKey(wrapped, secretOf(way, slot), contextOf(ring, way.by, slot.n));
    if (key === null) return null;
    keys.push(key);
  }
  return keys;
}

/** The ring with this way to every key. */
export function withWay(ring: KeyRing, keys: readonly string[], way: Way, random: Random): KeyRing {
  return {
    ...ring,
    keys: ring.keys.map((slot, at) => {
      const salted: RingKey =
        way.by === 'password'
          ? { ...slot, password: { salt: Buffer.from(random.bytes(SALT_BYTES)).toString('base64url'), wrapped: '' } }
          : slot;
      const wrapped = wrapKey(keys[at] ?? '', secretOf(way, salted), contextOf(ring, way.by, slot.n), random);
      return way.by === 'password'
        ? { ...salted, password: { salt: salted.password?.salt ?? '', wrapped } }
        : { ...slot, [way.by]: wrapped };
    }),
  };
}

/** The ring without these ways. */
export function withoutWays(ring: KeyRing, ways: readonly Way['by'][]): KeyRing {
  const gone = Object.fromEntries(ways.map((by) => [by, null]));
  return { ...ring, keys: ring.keys.map((slot) => ({ ...slot, ...gone })) };
}

/** Whether every key of the ring has this way. */
export function hasWay(ring: KeyRing, by: Way['by']): boolean {
  return ring.keys.every((slot) => slot[by] !== null);
}

function secretOf(way: Way, slot: RingKey): Uint8Array {
  switch (way.by) {
    case 'host':
      return Buffer.from(way.hostKey, 'hex');
    case 'server':
      return Buffer.from(way.secret, 'base64url');
    case 'password':
      // With the host's key in it, a stolen disk alone cannot be used to try out passwords.
      return Buffer.concat([Buffer.from(way.hostKey, 'hex'), stretchPassword(way.password, slot.password?.salt ?? '')]);
  }
}

function unopened(n: number): RingKey {
  return { n, host: null, server: null, password: null };
}

function newKey(random: Random): string {
  return Buffer.from(random.bytes(KEY_BYTES)).toString('hex');
}
