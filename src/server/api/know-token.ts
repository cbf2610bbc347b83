/** Makes and recognises the tokens of other systems. Only their SHA-256 is stored. */
import { and, eq, isNull } from 'drizzle-orm';
import type { ApiScope } from '../../shared/administration/api-token-calls.ts';
import type { Random } from '../../shared/domain/clock.ts';
import type { WorkspaceId } from '../../shared/domain/ids.ts';
import { apiToken } from '../db/schema.ts';
import type { Queries } from '../db/server-database.ts';
import { hashOfToken } from '../session/tokens.ts';

/** Which system calls, and what it may. */
export type ApiCaller = { tokenId: string; workspaceId: WorkspaceId; name: string; scopes: readonly ApiScope[] };

/** The last use is noted to the minute, in ms: a busy shop must not write a row with each of its reads. */
const NOTED_EVERY_MS = 60_000;

/** The beginning tells people, and scanners of source code, what it is. */
export function newApiToken(random: Random): string {
  return `kanade_${Buffer.from(random.bytes(32)).toString('base64url')}`;
}

/** Null for a token that is unknown or revoked. */
export async function knowToken(queries: Queries, now: number, token: string): Promise<ApiCaller | null> {
  const [found] = await queries
    .select()
    .from(apiToken)
    .where(and(eq(apiToken.hash, hashOfToken(token)), isNull(apiToken.revokedAt)));
  if (!found) return null;
  if (found.lastUsedAt === null || now - found.lastUsedAt >= NOTED_EVERY_MS)
    await queries.update(apiToken).set({ lastUsedAt: now }).where(eq(apiToken.id, found.id));
  return { tokenId: found.id, workspaceId: found.workspaceId, name: found.name, scopes: found.scopes };
}
