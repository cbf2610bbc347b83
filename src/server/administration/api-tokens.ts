/** Tokens of the HTTP API as administrators see, make and revoke them. */
import { and, eq, isNull } from 'drizzle-orm';
import type { Random } from '../../shared/domain/clock.ts';
import { newApiToken } from '../api/know-token.ts';
import { apiToken } from '../db/schema.ts';
import { hashOfToken } from '../session/tokens.ts';
import type { HandlersOfGroup } from './administration-handlers.ts';
import { Fault } from './fault.ts';
import { versionsOf } from './record-change.ts';

/** @param random must be fit for secrets */
export function apiTokenHandlers(random: Random): HandlersOfGroup<'apiTokens'> {
  return {
    async list({ queries, workspaceId }) {
      const rows = await queries
        .select()
        .from(apiToken)
        .where(and(eq(apiToken.workspaceId, workspaceId), isNull(apiToken.revokedAt)))
        .orderBy(apiToken.createdAt);
      const ids = rows.map((row) => row.id);
      const versions = await versionsOf(queries, 'apiToken', ids);
      return {
        tokens: rows.map(({ id, name, scopes, madeByName, createdAt, lastUsedAt }) => ({
          id,
          version: versions.get(id) ?? 0,
          name,
          scopes,
          madeByName,
          createdAt,
          lastUsedAt,
        })),
      };
    },

    async make(on, { id, name, scopes }) {
      const [known] = await on.w.tx.select({ id: apiToken.id }).from(apiToken).where(eq(apiToken.id, id));
      if (known) throw new Fault('taken', 'id');
      const token = newApiToken(random);
      const given = [...new Set(scopes)];
      await on.record({ kind: 'apiToken', id, seen: null, before: null, after: { name, scopes: given } });
      await on.w.tx.insert(apiToken).values({
        id,
        workspaceId: on.workspaceId,
        name,
        scopes: given,
        hash: hashOfToken(token),
        madeByName: on.by.displayName,
        createdAt: on.now,
      });
      return { token };
    },

    async revoke(on, { id, seen }) {
      const [found] = await on.w.tx
        .select()
        .from(apiToken)
        .where(and(eq(apiToken.id, id), eq(apiToken.workspaceId, on.workspaceId), isNull(apiToken.revokedAt)));
      if (!found) throw new Fault('unknown');
      const before = { name: found.name, scopes: found.scopes };
      await on.record({ kind: 'apiToken', id, seen, before, after: null, verb: 'revoked' });
      await on.w.tx.update(apiToken).set({ revokedAt: on.now }).where(eq(apiToken.id, id));
      return {};
    },
  };
}
