/**
 * Changing a password, and setting a new one by a link that an administrator has made. Ends sessions where it must, and
 * touches no local file: the server's secret of a device opens what was kept there under the old password.
 */
import { and, eq } from 'drizzle-orm';
import type { z } from 'zod';
import type { changePasswordSchema } from '../../shared/account-protocol.ts';
import { faultsOfPassword, type PasswordFault } from '../../shared/domain/password.ts';
import { agent, credential } from '../db/schema.ts';
import type { AgentId } from '../../shared/domain/ids.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import { type Source, write, type Writing } from '../db/write.ts';
import { findActiveAgent } from '../sync/rights.ts';
import { auditAccount, endSessionsOf } from './end-sessions.ts';
import { limitAttempts } from './limit-attempts.ts';
import { endLinks, findLink, type LinkFault, makeLink, useLink } from './one-time-links.ts';
import { hashPassword, isPasswordOf } from './password.ts';
import type { Sessions } from './sessions.ts';
import type { SignedInDevice } from './tokens.ts';

export type PasswordRefusal =
  | { ok: false; why: 'wrong-password' }
  | { ok: false; why: 'weak-password'; faults: PasswordFault[] }
  | { ok: false; why: 'too-many-attempts'; waitMs: number };
type Known = typeof credential.$inferSelect;
export type LinkRefusal = { ok: false; why: LinkFault };

export type Passwords = {
  /** Whether this is the agent's password. */
  prove(of: SignedInDevice, password: string): Promise<{ ok: true; credential: Known } | PasswordRefusal>;
  change(
    of: SignedInDevice,
    asked: z.output<typeof changePasswordSchema>,
    fromAddress: string,
  ): Promise<{ ok: true; endedSessions: number } | PasswordRefusal>;
  /** A link by which this agent sets a new password, once, within a day. Administrators of the same workspace only. */
  makeResetLink(
    by: SignedInDevice,
    agentId: AgentId,
  ): Promise<{ ok: true; word: string; expiresAt: number } | { ok: false; why: 'not-allowed' | 'not-found' }>;
  /** Whose link that is. */
  lookAtLink(
    word: string,
    fromAddress: string,
  ): Promise<{ ok: true; login: string; displayName: string; expiresAt: number } | LinkRefusal | PasswordRefusal>;
  /** Sets a password by a link. Every session of the agent ends. */
  reset(word: string, next: string, fromAddress: string): Promise<{ ok: true } | LinkRefusal | PasswordRefusal>;
};

/** Wrong current passwords that a person needs at most. */
const LIMIT_OF_AGENT = { most: 5, withinMs: 5 * 60_000 };
/** Words of links from one address; they cannot be guessed, and this keeps the hashing from being ordered in heaps. */
const LIMIT_OF_ADDRESS = { most: 20, withinMs: 5 * 60_000 };
const RESET_FOR_MS = 24 * 3_600_000;

/** Makes the passwords' rules of one server node. */
export function openPasswords(database: ServerDatabase, source: Source, sessions: Sessions): Passwords {
  const limits = {
    agent: limitAttempts(source.clock, LIMIT_OF_AGENT),
    address: limitAttempts(source.clock, LIMIT_OF_ADDRESS),
  };

  async function findByLink(word: string, fromAddress: string) {
    const waitMs = limits.address.waitFor(fromAddress);
    if (waitMs > 0) return { ok: false, why: 'too-many-attempts', waitMs } as const;
    limits.address.failed(fromAddress);
    const link = await findLink(database.orm, 'resetPassword', word, source.clock.now());
    if (!link.ok) return link;
    const [found] = await database.orm
      .select({ login: credential.login, displayName: agent.displayName })
      .from(credential)
      .innerJoin(agent, eq(agent.id, credential.agentId))
      .where(and(eq(credential.agentId, link.agentId), eq(agent.state, 'active')));
    return found ? { ...link, ...found } : ({ ok: false, why: 'not-found' } as const);
  }

  async function prove({ agentId }: SignedInDevice, password: string) {
    const waitMs = limits.agent.waitFor(agentId);
    if (waitMs > 0) return { ok: false, why: 'too-many-attempts', waitMs } as const;
    limits.agent.failed(agentId);
    const [known] = await database.orm.select().from(credential).where(eq(credential.agentId, agentId));
    if (!known || !(await isPasswordOf(password, known.passwordHash)))
      return { ok: false, why: 'wrong-password' } as const;
    limits.agent.takeBack(agentId);
    return { ok: true, credential: known } as const;
  }

  return {
    prove,
    async change(of, { current, next, endOthers }, fromAddress) {
      const proven = await prove(of, current);
      if (!proven.ok) return proven;
      const known = proven.credential;
      const faults = faultsOfPassword(next, known.login, current);
      if (faults.length > 0) return { ok: false, why: 'weak-password', faults };
      const passwordHash = await hashPassword(next, source.random);
      const { result } = await write(database, source, async (w) => {
        // Another change may have come between the proof and here: then the proof is of a password that is gone.
        const [changed] = await w.tx
          .update(credential)
          .set({ passwordHash, passwordChangedAt: w.now })
          .where(and(eq(credential.agentId, of.agentId), eq(credential.passwordHash, known.passwordHash)))
          .returning({ agentId: credential.agentId });
        if (!changed) return null;
        await endLinks(w, 'resetPassword', of.agentId);
        const ended = endOthers ? await endSessionsOf(w, of.agentId, 'password-changed', of.sessionId) : [];
        await auditAccount(w, of.agentId, 'account.passwordChanged', of.agentId, {
          fromAddress,
          after: { endedSessions: ended.length },
        });
        return ended;
      });
      if (result === null) return { ok: false, why: 'wrong-password' };
      sessions.announceEnded(result);
      return { ok: true, endedSessions: result.length };
    },
    async makeResetLink(by, agentId) {
      const { result } = await write(database, source, async (w) => {
        const asking = await findActiveAgent(w.tx, by.agentId);
        if (asking?.role !== 'admin') return { ok: false, why: 'not-allowed' } as const;
        const [found] = await w.tx
          .select({ id: agent.id })
          .from(agent)
          .innerJoin(credential, eq(credential.agentId, agent.id))
          .where(and(eq(agent.id, agentId), eq(agent.workspaceId, asking.workspaceId), eq(agent.state, 'active')));
        if (!found) return { ok: false, why: 'not-found' } as const;
        const link = { purpose: 'resetPassword', agentId, madeBy: by.agentId, forMs: RESET_FOR_MS } as const;
        const made = await makeLink(w, source.random, link);
        await auditAccount(w, by.agentId, 'account.resetLinkMade', agentId, { after: { expiresAt: made.expiresAt } });
        return { ok: true, ...made } as const;
      });
      return result;
    },
    lookAtLink: findByLink,
    async reset(word, next, fromAddress) {
      const found = await findByLink(word, fromAddress);
      if (!found.ok) return found;
      const faults = faultsOfPassword(next, found.login);
      if (faults.length > 0) return { ok: false, why: 'weak-password', faults };
      const passwordHash = await hashPassword(next, source.random);
      const { result } = await write(database, source, (w) => setByLink(w, word, passwordHash, fromAddress));
      if (!result.ok) return result;
      sessions.announceEnded(result.ended);
      return { ok: true };
    },
  };
}

async function setByLink(w: Writing, word: string, passwordHash: string, fromAddress: string) {
  const link = await useLink(w, 'resetPassword', word);
  if (!link.ok) return link;
  await w.tx
    .update(credential)
    .set({ passwordHash, passwordChangedAt: w.now })
    .where(eq(credential.agentId, link.agentId));
  const ended = await endSessionsOf(w, link.agentId, 'password-changed');
  await auditAccount(w, link.agentId, 'account.passwordReset', link.agentId, {
    fromAddress,
    after: { endedSessions: ended.length },
  });
  return { ok: true, ended } as const;
}
