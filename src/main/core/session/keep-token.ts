/**
 * Keeps an access token that is good for a while: renews it with the refresh token, one renewal at a time. A session
 * that the server does not know any more is marked; the desk stays readable and nothing is lost.
 */
import { httpErrorSchema, refreshSchema, signedInSchema } from '../../../shared/sync-protocol.ts';
import type { z } from 'zod';
import type { DbFile } from '../db/connection.ts';
import { Refused } from '../refused.ts';
import { type AskHttp, type HttpAnswer, jsonOf } from './ask-http.ts';
import { type ActiveSession, readSession, saveSession } from './session-store.ts';

/** A token is renewed this long before it runs out, in ms. */
const RENEW_BEFORE_MS = 60_000;

export type TokenKeeper = {
  /** Refused with `offline` when a renewal is due and there is no line, `signed-out` when the session is over. */
  accessToken(): Promise<string>;
  /** The server did not accept the token: the next one is asked for whatever the clock says. */
  distrust(): void;
};

export type TokenEvents = {
  /** The server knew this agent here just now. */
  onProven(session: ActiveSession): void;
  /** The device was revoked or the agent disabled: what this device holds is to be destroyed. */
  onBanned(session: ActiveSession, why: 'device-revoked' | 'agent-disabled'): void;
  /** The session has ended because the password was changed elsewhere. */
  onPasswordChanged(session: ActiveSession): void;
};

/** @param serverNow server time in epoch ms, as well as this device knows it */
export function keepToken(device: DbFile, askHttp: AskHttp, serverNow: () => number, events: TokenEvents): TokenKeeper {
  let renewal: Promise<string> | undefined;
  let isDistrusted = false;

  async function renew(session: ActiveSession): Promise<string> {
    const body: z.input<typeof refreshSchema> = { clientId: session.clientId, refreshToken: session.refreshToken };
    let answer: HttpAnswer;
    try {
      answer = await askHttp({ method: 'POST', path: '/api/session/refresh', body });
    } catch {
      throw new Refused('offline', 'the server cannot be reached');
    }
    if (answer.status === 401 || answer.status === 403) {
      // Only the session that was asked about: another sign-in may have happened meanwhile.
      const now = readSession(device);
      if (now.state === 'signedIn' && now.refreshToken === session.refreshToken) {
        const why = httpErrorSchema.safeParse(jsonOf(answer)).data?.error.why;
        if (answer.status === 403 && (why === 'device-revoked' || why === 'agent-disabled')) events.onBanned(now, why);
        else saveSession(device, { ...now, needsSignIn: true });
        if (why === 'password-changed') events.onPasswordChanged(now);
      }
      throw new Refused('signed-out', 'the session is over: sign in again, nothing is lost');
    }
    const renewed = signedInSchema.safeParse(jsonOf(answer));
    if (answer.status !== 200 || !renewed.success)
      throw new Refused('offline', 'the server did not renew the session now');
    const { accessToken, accessExpiresAt, refreshToken, policy } = renewed.data;
    const proven = { ...session, accessToken, accessExpiresAt, refreshToken, policy, needsSignIn: false };
    saveSession(device, proven);
    events.onProven(proven);
    isDistrusted = false;
    return accessToken;
  }

  return {
    async accessToken() {
      const session = readSession(device);
      if (session.state === 'signedOut') throw new Refused('signed-out', 'nobody is signed in');
      if (session.needsSignIn) throw new Refused('signed-out', 'the session is over: sign in again, nothing is lost');
      if (!isDistrusted && session.accessExpiresAt - serverNow() > RENEW_BEFORE_MS) return session.accessToken;
      renewal ??= renew(session).finally(() => {
        renewal = undefined;
      });
      return await renewal;
    },
    distrust() {
      isDistrusted = true;
    },
  };
}
