/** The session of this device in `device.db`: who is signed in, with which tokens, and as which client. Asks nobody. */
import { z } from 'zod';
import { newId } from '../../../shared/domain/clock.ts';
import type { Clock, Random } from '../../../shared/domain/clock.ts';
import { agentIdSchema, clientIdSchema, type ClientId } from '../../../shared/domain/ids.ts';
import { signedInSchema } from '../../../shared/sync-protocol.ts';
import type { DbFile, Writer } from '../db/connection.ts';
import { putSetting, readSetting } from '../db/settings-of-device.ts';
import { write } from '../db/write.ts';

const storedSessionSchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('signedOut'),
    /** `revoked`: the device was revoked and has wiped itself; `disabled`: the agent was, and their files are closed. */
    why: z.enum(['expired', 'revoked', 'disabled']).nullable(),
    lastLogin: z.string().nullable(),
  }),
  z.object({
    state: z.literal('signedIn'),
    login: z.string(),
    clientId: clientIdSchema,
    agent: signedInSchema.shape.agent.extend({ id: agentIdSchema }),
    accessToken: z.string(),
    /** Server epoch ms. */
    accessExpiresAt: z.number(),
    refreshToken: z.string(),
    needsSignIn: z.boolean(),
    /** What the organisation asks of this device, as the server last said it. */
    policy: signedInSchema.shape.policy,
  }),
]);
export type StoredSession = z.output<typeof storedSessionSchema>;
export type ActiveSession = Extract<StoredSession, { state: 'signedIn' }>;

/** The session as it was left; a device that never had one is signed out. */
export function readSession(device: DbFile): StoredSession {
  return readSetting(device, 'session', storedSessionSchema) ?? { state: 'signedOut', why: null, lastLogin: null };
}

/** Puts a session in place of the old one; windows ask again. */
export function saveSession(device: DbFile, session: StoredSession): void {
  write(device, (writer, touch) => {
    putSession(writer, session);
    if (session.state === 'signedIn') {
      writer.run(
        `insert into client (login, agent_id, client_id) values (?, ?, ?)
         on conflict (login) do update set agent_id = excluded.agent_id, client_id = excluded.client_id`,
        session.login,
        session.agent.id,
        session.clientId,
      );
    }
    touch('session');
    touch('connection');
  });
}

/** The same inside a transaction that changes more than that; the caller names the topics. */
export function putSession(writer: Writer, session: StoredSession): void {
  putSetting(writer, 'session', session);
}

/** The client id that an account has on this device, or a new one. Accounts do not share one: each has its own outbox. */
export function clientIdFor(device: DbFile, login: string, clock: Clock, random: Random): ClientId {
  const known = device.reader.value<string>('select client_id from client where login = ?', login);
  return (known ?? newId(clock, random)) as ClientId;
}

/** After so many minutes without a touch the screen of whoever is signed in locks; 0 = never. */
export function idleMinutesOf(device: DbFile): number {
  const session = readSession(device);
  return session.state === 'signedIn' ? (session.policy?.idleLockMinutes ?? 0) : 0;
}
