/**
 * The server's half of the key of an agent's local files: a random secret for each device, given to whoever is signed in
 * as that agent. With it a console whose system has lost its key store opens its files again. The server never sees the
 * key itself, and a secret that was dropped opens nothing any more. Secrets are stored sealed under the master key.
 */
import { and, eq, isNull } from 'drizzle-orm';
import type { z } from 'zod';
import type { deviceKeyReplySchema, deviceKeySchema, deviceWipeSchema } from '../../shared/sync-protocol.ts';
import { auditEvent, device, deviceKey, organisation, session, sessionToken } from '../db/schema.ts';
import { openSettings, sealSettings } from '../db/seal-settings.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import { type Source, write } from '../db/write.ts';
import { limitAttempts } from './limit-attempts.ts';
import { hashOfToken, type SignedInDevice } from './tokens.ts';

export type DeviceKeyAnswer =
  | { ok: true; given: z.output<typeof deviceKeyReplySchema> }
  | { ok: false; why: 'not-found' | 'revoked' }
  | { ok: false; why: 'too-many-attempts'; waitMs: number };

export type DeviceKeys = {
  /** The secret of a key, made when the console says that the key is new. A key of another agent is not found. */
  give(of: SignedInDevice, asked: z.output<typeof deviceKeySchema>): Promise<DeviceKeyAnswer>;
  /** A device says that it has destroyed what it held. False when nobody with this token was ever signed in on it. */
  noteWipe(receipt: z.output<typeof deviceWipeSchema>): Promise<boolean>;
};

const SECRET_BYTES = 32;
/** A console asks once when a key is made and once when its key store was lost; an agent has a handful of devices. */
const LIMIT_OF_AGENT = { most: 20, withinMs: 10 * 60_000 };

/** @param masterKey 32 bytes; `source.random` must be fit for secrets */
export function openDeviceKeys(database: ServerDatabase, source: Source, masterKey: Uint8Array): DeviceKeys {
  const limit = limitAttempts(source.clock, LIMIT_OF_AGENT);

  return {
    async give(of, { keyId, isNew }) {
      const waitMs = limit.waitFor(of.agentId);
      if (waitMs > 0) return { ok: false, why: 'too-many-attempts', waitMs };
      limit.failed(of.agentId);
      const { result } = await write(database, source, async (w): Promise<DeviceKeyAnswer> => {
        const [owner] = await w.tx.select({ offlineHours: organisation.offlineHours }).from(organisation);
        const [known] = await w.tx.select().from(deviceKey).where(eq(deviceKey.keyId, keyId));
        if (known ? known.agentId !== of.agentId : !isNew) return { ok: false, why: 'not-found' };
        if (known?.sealedSecret === null) return { ok: false, why: 'revoked' };
        const secret = known
          ? openSecret(masterKey, known.sealedSecret, keyId)
          : Buffer.from(source.random.bytes(SECRET_BYTES)).toString('base64url');
        const seen = { clientId: of.clientId, givenAt: w.now };
        await w.tx
          .insert(deviceKey)
          .values({
            keyId,
            agentId: of.agentId,
            sealedSecret: sealSettings(masterKey, { keyId, secret }, source.random),
            createdAt: w.now,
            ...seen,
          })
          .onConflictDoUpdate({ target: deviceKey.keyId, set: seen });
        const what = known ? 'deviceKey.given' : 'deviceKey.made';
        await w.tx
          .insert(auditEvent)
          .values({ id: w.newId(), at: w.now, agentId: of.agentId, what, target: keyId, fromAddress: null });
        return { ok: true, given: { secret, offlineForHours: owner?.offlineHours ?? 0 } };
      });
      return result;
    },
    async noteWipe({ clientId, refreshToken, unsent }) {
      const { result } = await write(database, source, async (w) => {
        const [found] = await w.tx
          .select({ agentId: session.agentId, wipedAt: device.wipedAt })
          .from(sessionToken)
          .innerJoin(session, eq(session.id, sessionToken.sessionId))
          .innerJoin(device, eq(device.clientId, session.clientId))
          .where(and(eq(sessionToken.hash, hashOfToken(refreshToken)), eq(device.clientId, clientId)));
        if (!found) return false;
        // The answer to an earlier receipt may have been lost: it is noted once.
        if (found.wipedAt !== null) return true;
        await w.tx
          .update(device)
          .set({ wipedAt: w.now })
          .where(and(eq(device.clientId, clientId), isNull(device.wipedAt)));
        await w.tx.insert(auditEvent).values({
          id: w.newId(),
          at: w.now,
          agentId: found.agentId,
          what: unsent === 0 ? 'device.wiped' : 'device.wipedWithUnsent',
          target: clientId,
          fromAddress: null,
        });
        return true;
      });
      return result;
    },
  };
}

/** The key's id is sealed with its secret: one row's secret in another row opens nothing. */
function openSecret(masterKey: Uint8Array, sealed: string, keyId: string): string {
  const opened = openSettings(masterKey, sealed) as { keyId: string; secret: string };
  if (opened.keyId !== keyId) throw new Error('the sealed secret of a device key belongs to another key');
  return opened.secret;
}
