/**
 * The second factor: time-based one-time passwords (RFC 6238: SHA-1, 6 digits, 30 s, as every authenticator app knows them)
 * and the recovery codes for the day on which the phone is lost. A code is taken once: whoever looks over a shoulder cannot
 * use it again. Secrets lie sealed, recovery codes as hashes. Decides nothing about sessions.
 */
import { and, count, eq, isNull, lt } from 'drizzle-orm';
import { Secret, TOTP } from 'otpauth';
import type { Random } from '../../shared/domain/clock.ts';
import type { AgentId } from '../../shared/domain/ids.ts';
import { agent, organisation, recoveryCode, secondFactor } from '../db/schema.ts';
import { openSettings, sealSettings } from '../db/seal-settings.ts';
import type { Queries } from '../db/server-database.ts';
import type { Writing } from '../db/write.ts';
import { hashOfToken } from './tokens.ts';

const PERIOD_S = 30;
/** Steps by which a phone's clock may be off, either way (RFC 6238, 5.2). */
const STEPS_OFF = 1;
/** RFC 4226, 4: at least 128 bits, 160 recommended. */
const SECRET_BYTES = 20;
const RECOVERY_CODES = 10;
/** 80 bits; shown as four groups of four letters of base 32. */
const RECOVERY_BYTES = 10;

const totpOf = (secret: string, login = ''): TOTP =>
  new TOTP({ issuer: 'Kanade', label: login, secret: Secret.fromBase32(secret), period: PERIOD_S, digits: 6 });

export type FactorState = {
  isOn: boolean;
  since: number | null;
  recoveryLeft: number;
  /** The agent's role asks for one. */
  isRequired: boolean;
};

/** How an agent stands with their second factor. */
export async function stateOfFactor(queries: Queries, agentId: AgentId): Promise<FactorState> {
  const [found] = await queries.select().from(secondFactor).where(eq(secondFactor.agentId, agentId));
  const [left] = await queries
    .select({ codes: count() })
    .from(recoveryCode)
    .where(and(eq(recoveryCode.agentId, agentId), isNull(recoveryCode.usedAt)));
  const [of] = await queries.select({ role: agent.role }).from(agent).where(eq(agent.id, agentId));
  const [owner] = await queries.select({ roles: organisation.secondFactorRoles }).from(organisation);
  const since = found?.confirmedAt ?? null;
  return {
    isOn: since !== null,
    since,
    recoveryLeft: since === null ? 0 : (left?.codes ?? 0),
    isRequired: of !== undefined && (owner?.roles.includes(of.role) ?? false),
  };
}

/** Begins anew: a secret that asks nobody for anything until a code of it was shown. Gives it for the QR code and to type. */
export async function beginFactor(
  w: Writing,
  masterKey: Uint8Array,
  random: Random,
  { agentId, login }: { agentId: AgentId; login: string },
): Promise<{ secret: string; uri: string }> {
  const secret = new Secret({ buffer: new Uint8Array(random.bytes(SECRET_BYTES)).buffer }).base32;
  const begun = {
    sealedSecret: sealSettings(masterKey, { agentId, secret }, random),
    createdAt: w.now,
    confirmedAt: null,
    lastStep: 0,
  };
  await w.tx
    .insert(secondFactor)
    .values({ agentId, ...begun })
    .onConflictDoUpdate({ target: secondFactor.agentId, set: begun });
  return { secret, uri: totpOf(secret, login).toString() };
}

/** Takes a code of the app, each once. `confirms`: also of a secret that is not in force yet, which then is. */
export async function takeAppCode(
  w: Writing,
  masterKey: Uint8Array,
  agentId: AgentId,
  code: string,
  confirms = false,
): Promise<boolean> {
  const [found] = await w.tx.select().from(secondFactor).where(eq(secondFactor.agentId, agentId));
  if (!found || (found.confirmedAt === null && !confirms)) return false;
  const token = code.normalize('NFKC').replaceAll(/[\s-]/g, '');
  if (!/^\d{6}$/.test(token)) return false;
  const opened = openSettings(masterKey, found.sealedSecret) as { agentId: AgentId; secret: string };
  if (opened.agentId !== agentId) throw new Error('the sealed secret of a second factor belongs to another agent');
  const off = totpOf(opened.secret).validate({ token, timestamp: w.now, window: STEPS_OFF });
  if (off === null) return false;
  const step = Math.floor(w.now / 1_000 / PERIOD_S) + off;
  const taken = await w.tx
    .update(secondFactor)
    .set({ lastStep: step, confirmedAt: found.confirmedAt ?? w.now })
    .where(and(eq(secondFactor.agentId, agentId), lt(secondFactor.lastStep, step)))
    .returning({ agentId: secondFactor.agentId });
  return taken.length === 1;
}

/** Takes a code of the app or one of the recovery codes; says which it was, or null for neither. */
export async function takeCode(
  w: Writing,
  masterKey: Uint8Array,
  agentId: AgentId,
  code: string,
): Promise<'app' | 'recovery' | null> {
  if (await takeAppCode(w, masterKey, agentId, code)) return 'app';
  const used = await w.tx
    .update(recoveryCode)
    .set({ usedAt: w.now })
    .where(
      and(
        eq(recoveryCode.hash, hashOfToken(foldRecoveryCode(code))),
        eq(recoveryCode.agentId, agentId),
        isNull(recoveryCode.usedAt),
      ),
    )
    .returning({ hash: recoveryCode.hash });
  return used.length === 1 ? 'recovery' : null;
}

/** Gives new recovery codes; the older ones are worth nothing from then on. */
export async function renewRecoveryCodes(w: Writing, random: Random, agentId: AgentId): Promise<string[]> {
  await w.tx.delete(recoveryCode).where(eq(recoveryCode.agentId, agentId));
  const codes = Array.from({ length: RECOVERY_CODES }, () => {
    const { base32 } = new Secret({ buffer: new Uint8Array(random.bytes(RECOVERY_BYTES)).buffer });
    return base32.replaceAll(/(.{4})(?=.)/g, '$1-');
  });
  await w.tx.insert(recoveryCode).values(codes.map((code) => ({ hash: hashOfToken(foldRecoveryCode(code)), agentId })));
  return codes;
}

/** Takes the second factor away. False when there was none. */
export async function dropFactor(w: Writing, agentId: AgentId): Promise<boolean> {
  await w.tx.delete(recoveryCode).where(eq(recoveryCode.agentId, agentId));
  const gone = await w.tx
    .delete(secondFactor)
    .where(eq(secondFactor.agentId, agentId))
    .returning({ since: secondFactor.confirmedAt });
  return gone.some(({ since }) => since !== null);
}

function foldRecoveryCode(code: string): string {
  return code
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '');
}
