/** Makes and recognises the tokens of a session. Only their SHA-256 is stored, so a copy of the database signs nobody in. */
import { createHash } from 'node:crypto';
import { and, eq, isNull } from 'drizzle-orm';
import type { Random } from '../../shared/domain/clock.ts';
import type { AgentId } from '../../shared/domain/ids.ts';
import { agent, device, session, sessionToken } from '../db/schema.ts';
import type { Queries, Transaction } from '../db/server-database.ts';

export const ACCESS_FOR_MS = 15 * 60_000;
export const REFRESH_FOR_MS = 30 * 24 * 3_600_000;

/** Who is signed in, on which device. */
export type SignedInDevice = {
  sessionId: string;
  agentId: AgentId;
  clientId: string;
  /** May do nothing yet but set up the second factor that the agent's role asks for. */
  isRestricted: boolean;
};

/** The form in which a token is stored: a random word of 256 bits needs no salt and no slow hash. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Gives a session a new pair of tokens. `random` must be fit for secrets. */
export async function issueTokens(
  tx: Transaction,
  random: Random,
  now: number,
  sessionId: string,
): Promise<{ accessToken: string; accessExpiresAt: number; refreshToken: string }> {
  const accessToken = Buffer.from(random.bytes(32)).toString('base64url');
  const refreshToken = Buffer.from(random.bytes(32)).toString('base64url');
  const accessExpiresAt = now + ACCESS_FOR_MS;
  await tx.insert(sessionToken).values([
    { hash: hashOfToken(accessToken), sessionId, kind: 'access', expiresAt: accessExpiresAt },
    { hash: hashOfToken(refreshToken), sessionId, kind: 'refresh', expiresAt: now + REFRESH_FOR_MS },
  ]);
  return { accessToken, accessExpiresAt, refreshToken };
}

/** Who an access token belongs to, and notes its first use; or null when it is unknown, too old, or its session, device or agent has ended. */
export async function findByAccessToken(queries: Queries, now: number, token: string): Promise<SignedInDevice | null> {
  const [found] = await queries
    .select({
      sessionId: session.id,
      agentId: session.agentId,
      clientId: session.clientId,
      isRestricted: session.isRestricted,
      expiresAt: sessionToken.expiresAt,
      usedAt: sessionToken.usedAt,
    })
    .from(sessionToken)
    .innerJoin(session, eq(session.id, sessionToken.sessionId))
    .innerJoin(device, eq(device.clientId, session.clientId))
    .innerJoin(agent, eq(agent.id, session.agentId))
    .where(
      and(
        eq(sessionToken.hash, hashOfToken(token)),
        eq(sessionToken.kind, 'access'),
        isNull(session.endedAt),
        isNull(device.revokedAt),
        eq(agent.state, 'active'),
      ),
    );
  if (!found || found.expiresAt <= now) return null;
  // The first use proves that the answer with this token arrived; see `wasAnswerLost` in sessions.ts.
  if (found.usedAt === null)
    await queries
      .update(sessionToken)
      .set({ usedAt: now })
      .where(eq(sessionToken.hash, hashOfToken(token)));
  const { sessionId, clientId, isRestricted } = found;
  return { sessionId, agentId: found.agentId as AgentId, clientId, isRestricted };
}
