/**
 * Signing in, renewing and signing out. A refresh token works once; the second use of one ends every token of its
 * signing in, because one of the two who used it is a thief. An unknown login, a wrong password and a disabled agent get
 * the same answer after the same work.
 */
import { and, eq, inArray, isNull, lt, or } from 'drizzle-orm';
import type { z } from 'zod';
import type { AgentId } from '../../shared/domain/ids.ts';
import type { refreshSchema, SignedIn, signInSchema } from '../../shared/sync-protocol.ts';
import { agent, credential, device, deviceKey, session, sessionToken } from '../db/schema.ts';
import type { ServerDatabase, Transaction } from '../db/server-database.ts';
import { type Source, write, type Writing } from '../db/write.ts';
import type { OrderingAgent } from '../sync/decide-command.ts';
import { findActiveAgent } from '../sync/rights.ts';
import { auditAccount, endSessions } from './end-sessions.ts';
import { type AttemptLimit, limitAttempts } from './limit-attempts.ts';
import { hashPassword, isPasswordOf } from './password.ts';
import { stateOfFactor, takeCode } from './second-factor.ts';
import { mustSetUp, readPolicy } from './second-factors.ts';
import { findByAccessToken, hashOfToken, issueTokens, type SignedInDevice } from './tokens.ts';

export type SignInRefusal =
  | { ok: false; why: 'wrong-login-or-password' | 'device-of-another-agent' | 'device-revoked' }
  /** The password is right; a code of the second factor is missing, or not one that can be taken. */
  | { ok: false; why: 'code-needed' | 'wrong-code' }
  | { ok: false; why: 'too-many-attempts'; waitMs: number };
export type SignInAnswer = { ok: true; signedIn: SignedIn } | SignInRefusal;
/** Why a session cannot be renewed. After the last two the console destroys the keys of what it holds. */
export type EndedBecause = 'signed-out' | 'password-changed' | 'agent-disabled' | 'device-revoked';
export type RefreshAnswer = { ok: true; signedIn: SignedIn } | { ok: false; why: EndedBecause };

export type Sessions = {
  /** @param fromAddress for the rate limit; never stored but in the audit */
  signIn(input: z.output<typeof signInSchema>, fromAddress: string): Promise<SignInAnswer>;
  refresh(input: z.output<typeof refreshSchema>): Promise<RefreshAnswer>;
  signOut(of: SignedInDevice): Promise<void>;
  /** Ends a device for good: its sessions, and the secrets of its keys. Whoever uses it again signs in as a new device. */
  revokeDevice(by: SignedInDevice, clientId: string): Promise<'revoked' | 'not-allowed' | 'not-found'>;
  findByAccessToken(token: string): Promise<SignedInDevice | null>;
  /** Which of these sessions still stand; for connections that outlive their access token. */
  standing(sessionIds: readonly string[]): Promise<Set<string>>;
  /** Deletes tokens that nobody can use any more. */
  prune(): Promise<void>;
  /** Tells this node of sessions that were ended in a transaction elsewhere. */
  announceEnded(sessionIds: readonly string[]): void;
  /** Hears at once of sessions that ended in this node. */
  onEnded(listener: (sessionId: string) => void): () => void;
};

/** Failures that a person needs at most; an attacker gets no further either. */
const LIMIT_OF_LOGIN = { most: 5, withinMs: 5 * 60_000 };
const LIMIT_OF_ADDRESS = { most: 30, withinMs: 5 * 60_000 };

/** The form in which a login is stored and looked for. */
export function foldLogin(login: string): string {
  return login.normalize('NFKC').trim().toLowerCase();
}

/** Makes the sessions of one server node. @param masterKey opens the secrets of second factors */
export async function openSessions(database: ServerDatabase, source: Source, masterKey: Uint8Array): Promise<Sessions> {
  const limits = {
    login: limitAttempts(source.clock, LIMIT_OF_LOGIN),
    address: limitAttempts(source.clock, LIMIT_OF_ADDRESS),
  };
  // Compared against when nobody has this login, so that the answer does not come sooner.
  const nobodysHash = await hashPassword('nobody', source.random);
  const listeners = new Set<(sessionId: string) => void>();
  const tell = (ended: readonly string[]) => {
    for (const sessionId of ended) for (const listener of listeners) listener(sessionId);
  };

  return {
    async signIn(input, fromAddress) {
      const login = foldLogin(input.login);
      const waitMs = Math.max(limits.login.waitFor(login), limits.address.waitFor(fromAddress));
      if (waitMs > 0) return { ok: false, why: 'too-many-attempts', waitMs };
      // Counted before the slow comparison: a hundred at the same moment must not all get through.
      fail(limits, login, fromAddress);
      const [found] = await database.orm
        .select({ agentId: credential.agentId, passwordHash: credential.passwordHash, state: agent.state })
        .from(credential)
        .innerJoin(agent, eq(agent.id, credential.agentId))
        .where(eq(credential.login, login));
      const isRight = await isPasswordOf(input.password, found?.passwordHash ?? nobodysHash);
      if (!found || !isRight || found.state !== 'active') return { ok: false, why: 'wrong-login-or-password' };
      const agentId = found.agentId as AgentId;
      if (input.code === undefined && (await stateOfFactor(database.orm, agentId)).isOn) {
        // No failure, and no proof either that the failures before were the right person's.
        limits.login.takeBack(login);
        limits.address.takeBack(fromAddress);
        return { ok: false, why: 'code-needed' };
      }
      const { result } = await write(database, source, async (w): Promise<Begun | SignInRefusal> => {
        const factor = await stateOfFactor(w.tx, agentId);
        const by = factor.isOn ? await takeCode(w, masterKey, agentId, input.code ?? '') : 'password';
        if (by === null) {
          await auditAccount(w, agentId, 'session.wrongCode', input.device.clientId, { fromAddress });
          return { ok: false, why: 'wrong-code' };
        }
        const begun = await begin(w, source, agentId, input.device, fromAddress);
        if (begun.ok && by === 'recovery')
          await auditAccount(w, agentId, 'account.recoveryCodeUsed', agentId, { fromAddress });
        return begun;
      });
      if (!result.ok) return result;
      limits.login.forget(login);
      limits.address.takeBack(fromAddress);
      tell(result.replaced);
      return { ok: true, signedIn: result.signedIn };
    },
    async refresh(input) {
      // Asked outside of the transaction: a stranger with invented tokens must not stand in the line of the writers.
      const known = await database.orm
        .select({ hash: sessionToken.hash })
        .from(sessionToken)
        .where(and(eq(sessionToken.hash, hashOfToken(input.refreshToken)), eq(sessionToken.kind, 'refresh')));
      if (known.length === 0) return { ok: false, why: 'signed-out' };
      const { result } = await write(database, source, (w) => renew(w, source, input));
      if (!result.ok && result.ended) tell([result.ended]);
      return result;
    },
    async signOut(of) {
      await write(database, source, async (w) => {
        await endSessions(w.tx, w.now, [of.sessionId], 'signed-out');
        await auditAccount(w, of.agentId, 'session.signedOut', of.clientId);
      });
      tell([of.sessionId]);
    },
    async revokeDevice(by, clientId) {
      const asking = await findActiveAgent(database.orm, by.agentId);
      if (asking?.role !== 'admin') return 'not-allowed';
      const { result } = await write(database, source, (w) => revoke(w, asking, clientId));
      if (result === null) return 'not-found';
      tell(result);
      return 'revoked';
    },
    findByAccessToken: (token) => findByAccessToken(database.orm, source.clock.now(), token),
    async standing(sessionIds) {
      if (sessionIds.length === 0) return new Set();
      const rows = await database.orm
        .select({ id: session.id })
        .from(session)
        .innerJoin(agent, eq(agent.id, session.agentId))
        .innerJoin(device, eq(device.clientId, session.clientId))
        .where(
          and(
            inArray(session.id, [...sessionIds]),
            isNull(session.endedAt),
            eq(agent.state, 'active'),
            isNull(device.revokedAt),
          ),
        );
      return new Set(rows.map((row) => row.id));
    },
    async prune() {
      await database.orm.delete(sessionToken).where(lt(sessionToken.expiresAt, source.clock.now()));
    },
    announceEnded: tell,
    onEnded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function fail(limits: { login: AttemptLimit; address: AttemptLimit }, login: string, address: string): void {
  limits.login.failed(login);
  limits.address.failed(address);
}

type Begun =
  | { ok: true; signedIn: SignedIn; replaced: string[] }
  | { ok: false; why: 'device-of-another-agent' | 'device-revoked' };

async function begin(
  w: Writing,
  source: Source,
  agentId: AgentId,
  on: z.output<typeof signInSchema>['device'],
  fromAddress: string,
): Promise<Begun> {
  const [known] = await w.tx.select().from(device).where(eq(device.clientId, on.clientId));
  if (known && known.agentId !== agentId) return { ok: false, why: 'device-of-another-agent' };
  if (known && known.revokedAt !== null) return { ok: false, why: 'device-revoked' };
  const described = {
    name: on.name,
    platform: on.platform,
    appVersion: on.appVersion,
    lastSeenAt: w.now,
  };
  await w.tx
    .insert(device)
    .values({ clientId: on.clientId, agentId, ...described })
    .onConflictDoUpdate({ target: device.clientId, set: described });
  const before = await w.tx
    .select({ id: session.id })
    .from(session)
    .where(and(eq(session.clientId, on.clientId), isNull(session.endedAt)));
  const replaced = before.map((row) => row.id);
  await endSessions(w.tx, w.now, replaced, 'replaced');
  const sessionId = w.newId();
  const isRestricted = await mustSetUp(w, agentId);
  await w.tx.insert(session).values({ id: sessionId, agentId, clientId: on.clientId, createdAt: w.now, isRestricted });
  await auditAccount(w, agentId, 'session.signedIn', on.clientId, { fromAddress });
  return { ok: true, replaced, signedIn: await signedIn(w, source, agentId, sessionId) };
}

type Renewed = { ok: true; signedIn: SignedIn } | { ok: false; why: EndedBecause; ended: string | null };

async function renew(w: Writing, source: Source, input: z.output<typeof refreshSchema>): Promise<Renewed> {
  const [found] = await w.tx
    .select({ token: sessionToken, session, state: agent.state, revokedAt: device.revokedAt })
    .from(sessionToken)
    .innerJoin(session, eq(session.id, sessionToken.sessionId))
    .innerJoin(agent, eq(agent.id, session.agentId))
    .innerJoin(device, eq(device.clientId, session.clientId))
    .where(and(eq(sessionToken.hash, hashOfToken(input.refreshToken)), eq(sessionToken.kind, 'refresh')));
  if (!found) return { ok: false, why: 'signed-out', ended: null };
  if (found.session.endedAt !== null) {
    // Only to the device itself, and only while its last token is known: a console that was away hears why.
    const isItself = found.session.clientId === input.clientId;
    const isByPassword = found.session.endedBecause === 'password-changed';
    const why = whyEnded(found.state, found.revokedAt);
    return {
      ok: false,
      why: !isItself ? 'signed-out' : why === 'signed-out' && isByPassword ? 'password-changed' : why,
      ended: null,
    };
  }
  const sessionId = found.session.id;
  const agentId = found.session.agentId as AgentId;
  const isForeign = !(await isDeviceOf(w.tx, agentId, input.clientId));
  if (isForeign || (found.token.usedAt !== null && !(await wasAnswerLost(w.tx, sessionId, found.token.usedAt)))) {
    await endSessions(w.tx, w.now, [sessionId], 'refresh-token-reused');
    await auditAccount(w, agentId, 'session.refreshTokenReused', found.session.clientId);
    return { ok: false, why: 'signed-out', ended: sessionId };
  }
  if (found.state !== 'active' || found.revokedAt !== null) {
    await endSessions(w.tx, w.now, [sessionId], 'agent-disabled');
    return { ok: false, why: whyEnded(found.state, found.revokedAt), ended: sessionId };
  }
  if (found.token.expiresAt <= w.now) return { ok: false, why: 'signed-out', ended: null };
  await w.tx.update(sessionToken).set({ usedAt: w.now }).where(eq(sessionToken.hash, found.token.hash));
  // The older access token dies with the renewal, so a stolen one is worth less than its 15 minutes; so does a refresh
  // token that was given and never arrived.
  await w.tx
    .delete(sessionToken)
    .where(
      and(eq(sessionToken.sessionId, sessionId), or(eq(sessionToken.kind, 'access'), isNull(sessionToken.usedAt))),
    );
  await w.tx.update(device).set({ lastSeenAt: w.now }).where(eq(device.clientId, found.session.clientId));
  await w.tx
    .update(session)
    .set({ isRestricted: await mustSetUp(w, agentId) })
    .where(eq(session.id, sessionId));
  return { ok: true, signedIn: await signedIn(w, source, agentId, sessionId) };
}

function whyEnded(state: string, revokedAt: number | null): Exclude<EndedBecause, 'password-changed'> {
  if (revokedAt !== null) return 'device-revoked';
  return state === 'active' ? 'signed-out' : 'agent-disabled';
}

/** Gives the sessions that ended with the device, or null when there is no such device in the workspace of who asks. */
async function revoke(w: Writing, by: OrderingAgent, clientId: string): Promise<string[] | null> {
  const [found] = await w.tx
    .select({ clientId: device.clientId })
    .from(device)
    .innerJoin(agent, eq(agent.id, device.agentId))
    .where(and(eq(device.clientId, clientId), eq(agent.workspaceId, by.workspaceId)));
  if (!found) return null;
  await w.tx
    .update(device)
    .set({ revokedAt: w.now })
    .where(and(eq(device.clientId, clientId), isNull(device.revokedAt)));
  await w.tx.update(deviceKey).set({ sealedSecret: null, revokedAt: w.now }).where(eq(deviceKey.clientId, clientId));
  const ended = await w.tx
    .select({ id: session.id })
    .from(session)
    .where(and(eq(session.clientId, clientId), isNull(session.endedAt)));
  const ids = ended.map((row) => row.id);
  await endSessions(w.tx, w.now, ids, 'device-revoked');
  await auditAccount(w, by.id, 'device.revoked', clientId);
  return ids;
}

async function isDeviceOf(tx: Transaction, agentId: AgentId, clientId: string): Promise<boolean> {
  const [found] = await tx.select({ agentId: device.agentId }).from(device).where(eq(device.clientId, clientId));
  return found?.agentId === agentId;
}

/**
 * Whether the answer to the last renewal never arrived: nobody has used the access token that it held, nor renewed since.
 * A console whose line broke at that moment has only the old token; taking it for a thief would sign it out.
 */
async function wasAnswerLost(tx: Transaction, sessionId: string, usedAt: number): Promise<boolean> {
  const tokens = await tx.select().from(sessionToken).where(eq(sessionToken.sessionId, sessionId));
  const isNewest = tokens.every((token) => token.kind !== 'refresh' || token.usedAt === null || token.usedAt <= usedAt);
  return isNewest && tokens.every((token) => token.kind !== 'access' || token.usedAt === null);
}

async function signedIn(w: Writing, source: Source, agentId: AgentId, sessionId: string): Promise<SignedIn> {
  const [of] = await w.tx.select().from(agent).where(eq(agent.id, agentId));
  if (!of) throw new Error('an agent with a credential has no row');
  const tokens = await issueTokens(w.tx, source.random, w.now, sessionId);
  return {
    agent: { id: of.id, displayName: of.displayName, role: of.role, workspaceId: of.workspaceId },
    ...tokens,
    serverTime: w.now,
    policy: { ...(await readPolicy(w)), mustSetUpSecondFactor: await mustSetUp(w, agentId) },
  };
}
