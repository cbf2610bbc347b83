/**
 * `session.signOut`: ends the session on this device and tells the server when it can. The agent's files stay where
 * they are, encrypted, for the next sign-in of the same agent.
 */
import type { z } from 'zod';
import { type refreshSchema, signedInSchema } from '../../../shared/sync-protocol.ts';
import type { DbFile } from '../db/connection.ts';
import type { Desk } from '../desk.ts';
import { countOutbox } from '../outbox/outbox-state.ts';
import { Refused } from '../refused.ts';
import { type AskHttp, jsonOf } from './ask-http.ts';
import { type ActiveSession, readSession, saveSession } from './session-store.ts';

/** Refused with `outbox-not-empty` while something waits, unless `evenIfWaiting`. */
export function signOut(
  device: DbFile,
  desk: Desk | null,
  askHttp: AskHttp,
  { evenIfWaiting }: { evenIfWaiting: boolean },
): { ok: true } {
  const session = readSession(device);
  if (session.state === 'signedOut') return { ok: true };
  if (desk && !evenIfWaiting) {
    const { waiting, attention } = countOutbox(desk.outbox.reader);
    if (waiting + attention > 0) {
      throw new Refused(
        'outbox-not-empty',
        'something has not been sent yet: send it or sign out all the same, it stays on this device',
      );
    }
  }
  saveSession(device, { state: 'signedOut', why: null, lastLogin: session.login });
  // Without a line the server's side of the session ends by itself when its refresh token runs out.
  void endOnServer(askHttp, session).catch(() => undefined);
  return { ok: true };
}

/** Ends the server's side; an access token that has run out is renewed once for it. */
async function endOnServer(askHttp: AskHttp, session: ActiveSession): Promise<void> {
  const end = async (accessToken: string) => await askHttp({ method: 'DELETE', path: '/api/session', accessToken });
  if ((await end(session.accessToken)).status !== 401) return;
  const body: z.input<typeof refreshSchema> = { clientId: session.clientId, refreshToken: session.refreshToken };
  const renewed = signedInSchema.safeParse(
    jsonOf(await askHttp({ method: 'POST', path: '/api/session/refresh', body })),
  );
  if (renewed.success) await end(renewed.data.accessToken);
}
