/**
 * Who may open the loopback page: a link that works once, and the session it is exchanged for. Only hashes are kept, and
 * the sessions survive a restart of the host, so that a page which is open finds its way back.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Clock } from '../../../shared/domain/clock.ts';

/** A working day and its overtime; then the link of the next start is needed. */
const SESSION_MS = 16 * 60 * 60 * 1000;
const MOST_SESSIONS = 20;

const keptSchema = z
  .array(z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/), until: z.number() }))
  .max(MOST_SESSIONS);

/** The doorkeeper of one loopback server. */
export type Entries = {
  /** A new one-time token; the one before it, if unused, stops working. */
  newToken(): string;
  /** A session for a token, once; undefined for any other. */
  exchange(token: string): string | undefined;
  isKnown(session: string | undefined): boolean;
};

/** @param file where the hashes of the sessions are kept, readable by its owner only */
export function keepEntries(file: string, clock: Clock): Entries {
  let sessions = readKept(file).filter((session) => session.until > clock.now());
  let token: Buffer | undefined;

  return {
    newToken() {
      const fresh = randomBytes(32).toString('base64url');
      token = hash(fresh);
      return fresh;
    },
    exchange(given) {
      if (!token || !timingSafeEqual(hash(given), token)) return undefined;
      token = undefined;
      const session = randomBytes(32).toString('base64url');
      const kept = { hash: hash(session).toString('hex'), until: clock.now() + SESSION_MS };
      sessions = [kept, ...sessions].slice(0, MOST_SESSIONS);
      writeFileSync(`${file}.new`, JSON.stringify(sessions), { mode: 0o600 });
      renameSync(`${file}.new`, file);
      return session;
    },
    isKnown(session) {
      if (session === undefined) return false;
      const sought = hash(session);
      return sessions.some(
        (kept) => kept.until > clock.now() && timingSafeEqual(Buffer.from(kept.hash, 'hex'), sought),
      );
    },
  };
}

function hash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function readKept(file: string): z.output<typeof keptSchema> {
  try {
    return keptSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // No file on a first start; a damaged one only means that the link is needed again.
    return [];
  }
}
