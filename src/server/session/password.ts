/** Turns passwords into hashes and compares them. argon2id of Node's crypto; keeps no password and writes none anywhere. */
import { argon2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Random } from '../../shared/domain/clock.ts';

/** OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, 2 passes, 1 lane. 60 ms of one core. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 };
const TAG_BYTES = 32;
const SALT_BYTES = 16;

const derive = promisify(argon2);

/**
 * Makes the hash that is stored, in the PHC string format.
 * @param random must be fit for secrets
 */
export async function hashPassword(password: string, random: Random): Promise<string> {
  const salt = Buffer.from(random.bytes(SALT_BYTES));
  const tag = await tagOf(password, salt, COST);
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
}

/** Whether a password belongs to a stored hash. Takes as long for a wrong one as for a right one. False for a broken hash. */
export async function isPasswordOf(password: string, hash: string): Promise<boolean> {
  const parts = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(hash);
  if (!parts) return false;
  const [, memory, passes, parallelism, salt, tag] = parts;
  const expected = Buffer.from(tag ?? '', 'base64');
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const made = await tagOf(password, Buffer.from(salt ?? '', 'base64'), cost);
  return expected.length === made.length && timingSafeEqual(expected, made);
}

async function tagOf(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  // The same word typed on another keyboard can be other code points: NFKC before hashing (RFC 8265, OpaqueString).
  const message = Buffer.from(password.normalize('NFKC'), 'utf8');
  return await derive('argon2id', { message, nonce: salt, ...cost, tagLength: TAG_BYTES });
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
