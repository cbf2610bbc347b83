/**
 * Links that let one person do one thing once: 256 bits of chance, stored as their hash, good for a time. Making a new one
 * ends the older ones of the same person and purpose. Knows no address; who made it puts the word into a link.
 */
import { and, eq, isNull } from 'drizzle-orm';
import type { Random } from '../../shared/domain/clock.ts';
import { type linkPurposes, oneTimeLink } from '../db/schema.ts';
import type { Queries } from '../db/server-database.ts';
import type { Writing } from '../db/write.ts';
import { hashOfToken } from './tokens.ts';

type Purpose = (typeof linkPurposes)[number];
export type LinkFault = 'not-found' | 'link-used' | 'link-expired';
export type FoundLink = { ok: true; agentId: string; expiresAt: number } | { ok: false; why: LinkFault };

const WORD_BYTES = 32;

/** Makes a link's word. `random` must be fit for secrets; `forMs`: how long it is good. */
export async function makeLink(
  w: Writing,
  random: Random,
  link: { purpose: Purpose; agentId: string; madeBy: string; forMs: number },
): Promise<{ word: string; expiresAt: number }> {
  const { purpose, agentId, madeBy, forMs } = link;
  const word = Buffer.from(random.bytes(WORD_BYTES)).toString('base64url');
  const expiresAt = w.now + forMs;
  await endLinks(w, purpose, agentId);
  await w.tx
    .insert(oneTimeLink)
    .values({ hash: hashOfToken(word), purpose, agentId, madeBy, createdAt: w.now, expiresAt });
  return { word, expiresAt };
}

/** Whose link this is, and whether it still works. */
export async function findLink(queries: Queries, purpose: Purpose, word: string, now: number): Promise<FoundLink> {
  const [found] = await queries
    .select()
    .from(oneTimeLink)
    .where(and(eq(oneTimeLink.hash, hashOfToken(word)), eq(oneTimeLink.purpose, purpose)));
  if (!found) return { ok: false, why: 'not-found' };
  if (found.usedAt !== null) return { ok: false, why: 'link-used' };
  if (found.expiresAt <= now) return { ok: false, why: 'link-expired' };
  return { ok: true, agentId: found.agentId, expiresAt: found.expiresAt };
}

/** Uses a link up. Asked in the transaction of what it lets a person do, so that it cannot do it twice. */
export async function useLink(w: Writing, purpose: Purpose, word: string): Promise<FoundLink> {
  const found = await findLink(w.tx, purpose, word, w.now);
  if (found.ok) await endLinks(w, purpose, found.agentId);
  return found;
}

/** Ends every open link of a person for one purpose. */
export async function endLinks(w: Writing, purpose: Purpose, agentId: string): Promise<void> {
  await w.tx
    .update(oneTimeLink)
    .set({ usedAt: w.now })
    .where(and(eq(oneTimeLink.agentId, agentId), eq(oneTimeLink.purpose, purpose), isNull(oneTimeLink.usedAt)));
}
