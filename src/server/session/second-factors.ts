/**
 * What an agent does with their own second factor, and an administrator with others': setting up, new recovery codes,
 * turning off, the policy. Counts wrong codes; the codes themselves are judged in `second-factor.ts`.
 */
import { and, eq } from 'drizzle-orm';
import type { AgentId } from '../../shared/domain/ids.ts';
import { credential, organisation, session, agent } from '../db/schema.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import { type Source, write, type Writing } from '../db/write.ts';
import { findActiveAgent } from '../sync/rights.ts';
import { auditAccount } from './end-sessions.ts';
import { limitAttempts } from './limit-attempts.ts';
import {
  beginFactor,
  dropFactor,
  type FactorState,
  renewRecoveryCodes,
  stateOfFactor,
  takeAppCode,
  takeCode,
} from './second-factor.ts';
import type { SignedInDevice } from './tokens.ts';

export type FactorRefusal =
  | { ok: false; why: 'wrong-code' | 'factor-is-on' | 'factor-is-required' }
  | { ok: false; why: 'too-many-attempts'; waitMs: number };
export type AdminRefusal = { ok: false; why: 'not-allowed' | 'not-found' };

export type SecondFactors = {
  /** How one's own account stands. */
  account(of: SignedInDevice): Promise<{ login: string; secondFactor: FactorState }>;
  /** A fresh secret; refused while one is in force. */
  begin(of: SignedInDevice): Promise<{ ok: true; secret: string; uri: string } | FactorRefusal>;
  /** Puts the secret in force by a code of it. */
  confirm(of: SignedInDevice, code: string): Promise<{ ok: true; recoveryCodes: string[] } | FactorRefusal>;
  renewRecoveryCodes(of: SignedInDevice, code: string): Promise<{ ok: true; recoveryCodes: string[] } | FactorRefusal>;
  turnOff(of: SignedInDevice, code: string): Promise<{ ok: true } | FactorRefusal>;
  /** For an agent who has lost phone and codes. Administrators of the same workspace only. */
  removeOf(by: SignedInDevice, agentId: AgentId): Promise<{ ok: true } | AdminRefusal>;
};

/** Wrong codes that a person needs at most; a million guesses would take years. */
const LIMIT = { most: 5, withinMs: 5 * 60_000 };

/** @param masterKey 32 bytes, seals the secrets */
export function openSecondFactors(database: ServerDatabase, source: Source, masterKey: Uint8Array): SecondFactors {
  const limit = limitAttempts(source.clock, LIMIT);

  /** Runs what a code lets an agent do. Wrong codes count, right ones wash nobody clean but of themselves. */
  async function byCode<T>(
    { agentId }: SignedInDevice,
    take: (w: Writing) => Promise<boolean>,
    then: (w: Writing) => Promise<T>,
  ): Promise<T | FactorRefusal> {
    const waitMs = limit.waitFor(agentId);
    if (waitMs > 0) return { ok: false, why: 'too-many-attempts', waitMs };
    limit.failed(agentId);
    const { result } = await write(database, source, async (w): Promise<T | FactorRefusal> => {
      return (await take(w)) ? await then(w) : { ok: false, why: 'wrong-code' };
    });
    const isWrong = typeof result === 'object' && result !== null && 'why' in result && result.why === 'wrong-code';
    if (!isWrong) limit.takeBack(agentId);
    return result;
  }

  return {
    async account({ agentId }) {
      const [known] = await database.orm
        .select({ login: credential.login })
        .from(credential)
        .where(eq(credential.agentId, agentId));
      return { login: known?.login ?? '', secondFactor: await stateOfFactor(database.orm, agentId) };
    },
    async begin(of) {
      const { result } = await write(database, source, async (w) => {
        if ((await stateOfFactor(w.tx, of.agentId)).isOn) return { ok: false, why: 'factor-is-on' } as const;
        const [known] = await w.tx
          .select({ login: credential.login })
          .from(credential)
          .where(eq(credential.agentId, of.agentId));
        const begun = await beginFactor(w, masterKey, source.random, {
          agentId: of.agentId,
          login: known?.login ?? '',
        });
        return { ok: true, ...begun } as const;
      });
      return result;
    },
    confirm: (of, code) =>
      byCode(
        of,
        async (w) =>
          !(await stateOfFactor(w.tx, of.agentId)).isOn && (await takeAppCode(w, masterKey, of.agentId, code, true)),
        async (w) => {
          const recoveryCodes = await renewRecoveryCodes(w, source.random, of.agentId);
          await w.tx.update(session).set({ isRestricted: false }).where(eq(session.agentId, of.agentId));
          await auditAccount(w, of.agentId, 'account.secondFactorOn', of.agentId);
          return { ok: true, recoveryCodes };
        },
      ),
    renewRecoveryCodes: (of, code) =>
      byCode(
        of,
        (w) => takeAppCode(w, masterKey, of.agentId, code),
        async (w) => {
          const recoveryCodes = await renewRecoveryCodes(w, source.random, of.agentId);
          await auditAccount(w, of.agentId, 'account.recoveryCodesRenewed', of.agentId);
          return { ok: true, recoveryCodes };
        },
      ),
    async turnOff(of, code) {
      if ((await stateOfFactor(database.orm, of.agentId)).isRequired) return { ok: false, why: 'factor-is-required' };
      return await byCode(
        of,
        async (w) => (await takeCode(w, masterKey, of.agentId, code)) !== null,
        async (w) => {
          await dropFactor(w, of.agentId);
          await auditAccount(w, of.agentId, 'account.secondFactorOff', of.agentId);
          return { ok: true };
        },
      );
    },
    async removeOf(by, agentId) {
      const { result } = await write(database, source, async (w) => {
        const asking = await findActiveAgent(w.tx, by.agentId);
        if (asking?.role !== 'admin') return { ok: false, why: 'not-allowed' } as const;
        const [found] = await w.tx
          .select({ id: agent.id })
          .from(agent)
          .where(and(eq(agent.id, agentId), eq(agent.workspaceId, asking.workspaceId)));
        if (!found || !(await dropFactor(w, agentId))) return { ok: false, why: 'not-found' } as const;
        await auditAccount(w, by.agentId, 'account.secondFactorRemoved', agentId);
        return { ok: true } as const;
      });
      return result;
    },
  };
}

/** Whether a session of this agent may do nothing yet but set up the second factor that their role asks for. */
export async function mustSetUp(w: Writing, agentId: AgentId): Promise<boolean> {
  const { isOn, isRequired } = await stateOfFactor(w.tx, agentId);
  return isRequired && !isOn;
}

/** What the organisation asks of its people's devices, as it goes to a console with its tokens. */
export async function readPolicy(w: Writing): Promise<{ idleLockMinutes: number; offlineForHours: number }> {
  const [owner] = await w.tx
    .select({ idleLockMinutes: organisation.idleLockMinutes, offlineForHours: organisation.offlineHours })
    .from(organisation);
  return owner ?? { idleLockMinutes: 0, offlineForHours: 0 };
}
