/** HTTP for signing in, renewing and signing out, and for the demo's accounts. The rules are in `session/`. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type demoAccountsSchema, refreshSchema, signInSchema } from '../../shared/sync-protocol.ts';
import type { EndedBecause, Sessions, SignInRefusal } from '../session/sessions.ts';
import type { SignedInDevice } from '../session/tokens.ts';
import { parseInput } from '../sync/parse-input.ts';
import { HttpRefusal } from './open-http.ts';

export type DemoAccounts = readonly z.output<typeof demoAccountsSchema>['accounts'][number][];

/** @param demoAccounts shown to whoever asks, in a demo centre only; null everywhere else */
export function addSessionRoutes(
  http: FastifyInstance,
  sessions: Sessions,
  demoAccounts: () => DemoAccounts | null,
): void {
  http.post('/api/session', async (request) => {
    const input = parseBody(signInSchema, request.body);
    const answer = await sessions.signIn(input, request.ip);
    if (!answer.ok) throw refusalOf(answer);
    return answer.signedIn;
  });
  http.post('/api/session/refresh', async (request) => {
    const answer = await sessions.refresh(parseBody(refreshSchema, request.body));
    if (!answer.ok) throw endedBecause(answer.why);
    return answer.signedIn;
  });
  http.delete('/api/session', async (request, reply) => {
    await sessions.signOut(await requireAnySession(sessions, request));
    return await reply.status(204).send();
  });
  http.get('/api/demo-accounts', async () => {
    const accounts = demoAccounts();
    if (!accounts) throw new HttpRefusal(404, 'not-found', 'this is not a demo centre');
    return { accounts };
  });
}

/** Who sent a request, by its Bearer token. Throws 401 when nobody did, and 403 while their second factor is missing. */
export async function requireSession(sessions: Sessions, request: FastifyRequest): Promise<SignedInDevice> {
  const found = await requireAnySession(sessions, request);
  if (found.isRestricted)
    throw new HttpRefusal(403, 'second-factor-needed', 'set up the second factor that your role asks for first');
  return found;
}

/** The same for what a session may do before its second factor is set up: that, and its own password and end. */
export async function requireAnySession(sessions: Sessions, request: FastifyRequest): Promise<SignedInDevice> {
  const token = /^Bearer ([A-Za-z0-9_-]{1,200})$/.exec(request.headers.authorization ?? '')?.[1];
  const found = token === undefined ? null : await sessions.findByAccessToken(token);
  if (!found)
    throw new HttpRefusal(
      401,
      'signed-out',
      'the access token is missing, unknown or too old; renew it or sign in again',
    );
  return found;
}

/** Throws 400 with the field at fault. */
export function parseBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = parseInput(schema, body);
  if (parsed.ok) return parsed.input;
  const field = /^"([^"]+)"/.exec(parsed.detail)?.[1];
  throw new HttpRefusal(400, 'bad-input', parsed.detail, field === undefined ? {} : { field });
}

/** 403 tells the console to destroy its keys, so only `whyEnded` may lead to it. */
function endedBecause(why: EndedBecause): HttpRefusal {
  switch (why) {
    case 'signed-out':
      return new HttpRefusal(401, why, 'this session has ended; sign in again');
    case 'password-changed':
      return new HttpRefusal(401, why, 'the password was changed; sign in with the new one, nothing is lost');
    case 'agent-disabled':
      return new HttpRefusal(403, why, 'this account is disabled; ask your administrator');
    case 'device-revoked':
      return new HttpRefusal(403, why, 'this device was revoked; sign in again to use it as a new one');
  }
}

function refusalOf(answer: SignInRefusal): HttpRefusal {
  switch (answer.why) {
    case 'device-revoked':
      return endedBecause(answer.why);
    case 'code-needed':
      return new HttpRefusal(401, answer.why, 'this account signs in with a code of its second factor too');
    case 'wrong-code':
      return new HttpRefusal(401, answer.why, 'this code is wrong, too old, or was used already', { field: 'code' });
    case 'wrong-login-or-password':
      return new HttpRefusal(401, answer.why, 'login or password is wrong');
    case 'device-of-another-agent':
      return new HttpRefusal(409, answer.why, 'this installation belongs to another agent; use a new client id');
    case 'too-many-attempts':
      return new HttpRefusal(429, answer.why, 'too many attempts; wait before the next one', {
        retryAfterMs: answer.waitMs,
      });
  }
}
