/**
 * Answers a console's hello: which version, which installation, what it may hold. Writes only the device's row. Whether
 * another connection of the same installation lives is the gateway's to know.
 */
import { eq, sql } from 'drizzle-orm';
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION, type Hello, type Welcome } from '../../shared/sync-protocol.ts';
import { device, organisation } from '../db/schema.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import type { Source } from '../db/write.ts';
import type { SignedInDevice } from '../session/tokens.ts';
import type { OrderingAgent } from './decide-command.ts';
import { findActiveAgent, readLevels, scopesOfAgent } from './rights.ts';

export type Admitted = {
  protocol: number;
  agent: OrderingAgent;
  scopes: Awaited<ReturnType<typeof scopesOfAgent>>;
  lastMid: number;
};
export type Refusal = Extract<Welcome, { ok: false }>;

/** When a session that took too many new ids may try again, in ms. */
const NEW_ID_AFTER_MS = 10_000;

const refuse = (why: Refusal['why']): Refusal => ({ ok: false, why, retryAfterMs: null });

/** Whether both sides can speak with each other, or why not. */
export function refusalOfVersion(protocol: number): Refusal | null {
  if (protocol < OLDEST_PROTOCOL_VERSION) return refuse('protocol-too-old');
  return protocol > PROTOCOL_VERSION ? refuse('protocol-too-new') : null;
}

/**
 * Gives this installation to this run of a console, and says what it may hold. The device is made when its id is new.
 * @param mayMake asked before a device is made: one session with a thousand ids would fill the table
 */
export async function admitConsole(
  database: ServerDatabase,
  source: Source,
  of: SignedInDevice,
  hello: Hello,
  mayMake: () => boolean,
): Promise<Admitted | Refusal> {
  const now = source.clock.now();
  return await database.orm.transaction(async (tx) => {
    const agent = await findActiveAgent(tx, of.agentId);
    if (!agent) return refuse('signed-out');
    const [signedInOn] = await tx.select().from(device).where(eq(device.clientId, of.clientId));
    const [known] =
      hello.clientId === of.clientId
        ? [signedInOn]
        : await tx.select().from(device).where(eq(device.clientId, hello.clientId));
    if (!known && !mayMake()) return { ok: false, why: 'busy', retryAfterMs: NEW_ID_AFTER_MS };
    const seen = { lease: hello.lease, appVersion: hello.appVersion, lastSeenAt: now };
    // A console that had to take a new id says hello with it in the session it has.
    await tx
      .insert(device)
      .values({
        clientId: hello.clientId,
        agentId: of.agentId,
        name: signedInOn?.name ?? '',
        platform: signedInOn?.platform ?? '',
        ...seen,
      })
      .onConflictDoUpdate({
        target: device.clientId,
        set: seen,
        setWhere: sql`${device.agentId} = ${of.agentId} and ${device.revokedAt} is null`,
      });
    const [own] = await tx.select().from(device).where(eq(device.clientId, hello.clientId));
    if (own?.agentId !== of.agentId) return refuse('cloned-client');
    if (own.revokedAt !== null) return refuse('signed-out');
    return {
      protocol: Math.min(hello.protocol, PROTOCOL_VERSION),
      agent,
      scopes: await scopesOfAgent(tx, agent),
      lastMid: own.lastMid,
    };
  });
}

/** The welcome of a console that was admitted and has joined its scopes: read after joining, so that nothing falls between. */
export async function makeWelcome(database: ServerDatabase, source: Source, of: Admitted): Promise<Welcome> {
  const [owner] = await database.orm
    .select({ epoch: organisation.epoch, horizon: organisation.horizon })
    .from(organisation);
  if (!owner) return refuse('busy');
  const { sv, latest } = await readLevels(database.orm, of.scopes);
  return {
    ok: true,
    protocol: of.protocol,
    epoch: owner.epoch,
    lastMid: of.lastMid,
    sv,
    horizon: owner.horizon,
    scopes: of.scopes.map((scope) => ({ scope, latest: latest.get(scope) ?? 0 })),
    agentId: of.agent.id,
    serverTime: source.clock.now(),
  };
}
