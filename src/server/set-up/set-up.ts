/**
 * The first start: while nobody is in the database there is one link by which whoever holds it makes the centre, once. Its
 * word is stored as a hash and is good for a day; every start makes a new one and ends the older.
 */
import { eq, isNull } from 'drizzle-orm';
import type { z } from 'zod';
import { faultsOfPassword, type PasswordFault } from '../../shared/domain/password.ts';
import type { setUpSchema } from '../../shared/set-up-protocol.ts';
import { setUpLink } from '../db/schema.ts';
import type { Queries, ServerDatabase } from '../db/server-database.ts';
import { type Source, write } from '../db/write.ts';
import { limitAttempts } from '../session/limit-attempts.ts';
import { hashPassword } from '../session/password.ts';
import { hashOfToken } from '../session/tokens.ts';
import { AlreadyFounded, foundCentre, isEmptyCentre } from './found-centre.ts';

export type SetUpRefusal =
  | { ok: false; why: 'not-found' | 'link-used' | 'link-expired' }
  | { ok: false; why: 'weak-password'; faults: PasswordFault[] }
  | { ok: false; why: 'too-many-attempts'; waitMs: number };

export type SetUp = {
  /** A new word, or null when there is a centre already. */
  offer(): Promise<string | null>;
  look(word: string, fromAddress: string): Promise<{ ok: true } | SetUpRefusal>;
  carryOut(asked: z.output<typeof setUpSchema>, fromAddress: string): Promise<{ ok: true } | SetUpRefusal>;
};

const LINK_FOR_MS = 24 * 3_600_000;
const WORD_BYTES = 32;
/** Words cannot be guessed; this keeps passwords from being hashed in heaps. */
const LIMIT_OF_ADDRESS = { most: 20, withinMs: 5 * 60_000 };

/** @param source `random` must be fit for secrets */
export function openSetUp(database: ServerDatabase, source: Source): SetUp {
  const limit = limitAttempts(source.clock, LIMIT_OF_ADDRESS);

  async function find(queries: Queries, word: string): Promise<{ ok: true } | SetUpRefusal> {
    const [found] = await queries
      .select()
      .from(setUpLink)
      .where(eq(setUpLink.hash, hashOfToken(word)));
    if (!found) return { ok: false, why: 'not-found' };
    if (found.usedAt !== null) return { ok: false, why: 'link-used' };
    return found.expiresAt <= source.clock.now() ? { ok: false, why: 'link-expired' } : { ok: true };
  }
  function wait(fromAddress: string): SetUpRefusal | null {
    const waitMs = limit.waitFor(fromAddress);
    if (waitMs > 0) return { ok: false, why: 'too-many-attempts', waitMs };
    limit.failed(fromAddress);
    return null;
  }

  return {
    async offer() {
      if (!(await isEmptyCentre(database.orm))) return null;
      const word = Buffer.from(source.random.bytes(WORD_BYTES)).toString('base64url');
      await write(database, source, async (w) => {
        await w.tx.update(setUpLink).set({ usedAt: w.now }).where(isNull(setUpLink.usedAt));
        await w.tx
          .insert(setUpLink)
          .values({ hash: hashOfToken(word), createdAt: w.now, expiresAt: w.now + LINK_FOR_MS });
      });
      return word;
    },
    async look(word, fromAddress) {
      return wait(fromAddress) ?? (await find(database.orm, word));
    },
    async carryOut({ word, password, ...asked }, fromAddress) {
      const refused = wait(fromAddress);
      if (refused) return refused;
      const link = await find(database.orm, word);
      if (!link.ok) return link;
      const faults = faultsOfPassword(password, asked.login);
      if (faults.length > 0) return { ok: false, why: 'weak-password', faults };
      const passwordHash = await hashPassword(password, source.random);
      try {
        const { result } = await write(database, source, async (w) => {
          const still = await find(w.tx, word);
          if (!still.ok) return still;
          await foundCentre(w, { ...asked, passwordHash }, fromAddress);
          await w.tx.update(setUpLink).set({ usedAt: w.now }).where(isNull(setUpLink.usedAt));
          return still;
        });
        return result;
      } catch (error) {
        // By the command line, in another node: the link leads to nothing any more.
        if (error instanceof AlreadyFounded) return { ok: false, why: 'link-used' };
        throw error;
      }
    },
  };
}
