/** `session.signIn`: asks the server who this is and keeps the session. Opens no file of the agent; `core.ts` does. */
import type { z } from 'zod';
import type { RefusalReason } from '../../../shared/console-frames.ts';
import type { Clock, Random } from '../../../shared/domain/clock.ts';
import { agentIdSchema } from '../../../shared/domain/ids.ts';
import { httpErrorSchema, signedInSchema, type signInSchema } from '../../../shared/sync-protocol.ts';
import type { DbFile } from '../db/connection.ts';
import { Refused } from '../refused.ts';
import { type AskHttp, type HttpAnswer, jsonOf } from './ask-http.ts';
import { type ActiveSession, clientIdFor } from './session-store.ts';

export type SignInOptions = {
  device: DbFile;
  askHttp: AskHttp;
  clock: Clock;
  random: Random;
  installation: { name: string; platform: string; appVersion: string };
};

/**
 * Signs in; the caller opens the agent's files and stores the session. Refused with `offline`, `wrong-password`, `code-needed`, `wrong-code`, `too-many-attempts`, `bad-input`,
 * `not-allowed` or `failed`. Gives the session and the server's time.
 */
export async function signIn(
  { device, askHttp, clock, random, installation }: SignInOptions,
  { login, password, code }: { login: string; password: string; code?: string | undefined },
): Promise<{ session: ActiveSession; serverTime: number }> {
  const clientId = clientIdFor(device, login, clock, random);
  const body: z.input<typeof signInSchema> = {
    login,
    password,
    ...(code === undefined ? {} : { code }),
    device: {
      clientId,
      name: installation.name.slice(0, 200),
      platform: installation.platform.slice(0, 60),
      appVersion: installation.appVersion.slice(0, 40),
    },
  };
  let answer: HttpAnswer;
  try {
    answer = await askHttp({ method: 'POST', path: '/api/session', body });
  } catch {
    throw new Refused('offline', 'the server cannot be reached: signing in needs a line');
  }
  if (answer.status !== 200) throw refusalOf(answer);
  const given = signedInSchema.safeParse(jsonOf(answer));
  const agentId = agentIdSchema.safeParse(given.data?.agent.id);
  if (!given.success || !agentId.success)
    throw new Refused('failed', 'the server answered in a way this version does not know');
  const { agent, accessToken, accessExpiresAt, refreshToken, serverTime } = given.data;
  const session: ActiveSession = {
    state: 'signedIn',
    login,
    clientId,
    agent: { ...agent, id: agentId.data },
    accessToken,
    accessExpiresAt,
    refreshToken,
    needsSignIn: false,
    policy: given.data.policy,
  };
  return { session, serverTime };
}

function refusalOf(answer: HttpAnswer): Refused {
  const named = httpErrorSchema.safeParse(jsonOf(answer));
  const why = named.data?.error.why;
  if (named.success && (why === 'device-revoked' || why === 'code-needed' || why === 'wrong-code'))
    return new Refused(why, named.data.error.detail);
  const detail = named.success ? named.data.error.detail : `the server answered ${answer.status}`;
  const byStatus: Partial<Record<number, RefusalReason>> = {
    400: 'bad-input',
    401: 'wrong-password',
    403: 'not-allowed',
    429: 'too-many-attempts',
  };
  return new Refused(byStatus[answer.status] ?? 'failed', detail, named.success ? named.data.error.field : undefined);
}
