/** Ends sessions inside a transaction, and notes what happened to an account in the audit. Tells nobody; `sessions.ts` does. */
import { and, eq, inArray, isNull, ne } from 'drizzle-orm';
import { auditEvent, session } from '../db/schema.ts';
import type { Transaction } from '../db/server-database.ts';
import type { Writing } from '../db/write.ts';

export type EndedWhy =
  | 'signed-out'
  | 'replaced'
  | 'refresh-token-reused'
  | 'agent-disabled'
  | 'device-revoked'
  | 'password-changed';

/** Ends these sessions; those that had ended keep their reason. */
export async function endSessions(
  tx: Transaction,
  now: number,
  sessionIds: readonly string[],
  why: EndedWhy,
): Promise<void> {
  if (sessionIds.length === 0) return;
  await tx
    .update(session)
    .set({ endedAt: now, endedBecause: why })
    .where(and(inArray(session.id, [...sessionIds]), isNull(session.endedAt)));
}

/** Ends every session of an agent but one, or all of them, and gives the ids of those that stood. */
export async function endSessionsOf(
  w: Writing,
  agentId: string,
  why: EndedWhy,
  butOf: string | null = null,
): Promise<string[]> {
  const ended = await w.tx
    .update(session)
    .set({ endedAt: w.now, endedBecause: why })
    .where(
      and(eq(session.agentId, agentId), isNull(session.endedAt), ...(butOf === null ? [] : [ne(session.id, butOf)])),
    )
    .returning({ id: session.id });
  return ended.map(({ id }) => id);
}

/** Notes who did something to an account. `after` holds names and numbers, never a secret. */
export async function auditAccount(
  w: Writing,
  by: string,
  what: string,
  target: string,
  more: { fromAddress?: string | null; after?: unknown } = {},
): Promise<void> {
  const { fromAddress = null, after = null } = more;
  await w.tx.insert(auditEvent).values({ id: w.newId(), at: w.now, agentId: by, what, target, fromAddress, after });
}
