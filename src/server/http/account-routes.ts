/** HTTP for an agent's own account: its password, and the link that sets a new one. The rules are in `session/`. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  type changedPasswordSchema,
  changePasswordSchema,
  lookAtLinkSchema,
  type lookedAtLinkSchema,
  provePasswordSchema,
  type resetLinkSchema,
  resetPasswordSchema,
} from '../../shared/account-protocol.ts';
import { agentIdSchema } from '../../shared/domain/ids.ts';
import type { LinkRefusal, PasswordRefusal, Passwords } from '../session/passwords.ts';
import type { SecondFactors } from '../session/second-factors.ts';
import type { Sessions } from '../session/sessions.ts';
import { HttpRefusal } from './open-http.ts';
import { addFactorRoutes } from './factor-routes.ts';
import { parseBody, requireAnySession, requireSession } from './session-routes.ts';

/** Adds `/api/account/…`, `/api/password-resets` and `/api/admin/agents/:agentId/password-reset`. */
export function addAccountRoutes(
  http: FastifyInstance,
  sessions: Sessions,
  { passwords, factors }: { passwords: Passwords; factors: SecondFactors },
): void {
  addFactorRoutes(http, sessions, factors);
  http.post('/api/account/password', async (request): Promise<z.input<typeof changedPasswordSchema>> => {
    const of = await requireAnySession(sessions, request);
    const answer = await passwords.change(of, parseBody(changePasswordSchema, request.body), request.ip);
    if (!answer.ok) throw refusalOf(answer);
    return { endedSessions: answer.endedSessions };
  });
  http.post('/api/account/prove', async (request, reply) => {
    const of = await requireAnySession(sessions, request);
    const answer = await passwords.prove(of, parseBody(provePasswordSchema, request.body).password);
    if (!answer.ok) throw refusalOf(answer);
    return await reply.status(204).send();
  });
  http.post<{ Params: { agentId: string } }>(
    '/api/admin/agents/:agentId/password-reset',
    async (request): Promise<z.input<typeof resetLinkSchema>> => {
      const by = await requireSession(sessions, request);
      const { agentId } = parseBody(z.object({ agentId: agentIdSchema }), request.params);
      const made = await passwords.makeResetLink(by, agentId);
      if (made.ok) return { word: made.word, expiresAt: made.expiresAt };
      throw made.why === 'not-allowed'
        ? new HttpRefusal(403, made.why, 'only an administrator makes a link that resets a password')
        : new HttpRefusal(404, made.why, 'there is no such agent, or the account is disabled');
    },
  );
  http.post('/api/password-resets/look', async (request): Promise<z.input<typeof lookedAtLinkSchema>> => {
    const found = await passwords.lookAtLink(parseBody(lookAtLinkSchema, request.body).word, request.ip);
    if (!found.ok) throw refusalOf(found);
    const { login, displayName, expiresAt } = found;
    return { login, displayName, expiresAt };
  });
  http.post('/api/password-resets', async (request, reply) => {
    const { word, next } = parseBody(resetPasswordSchema, request.body);
    const answer = await passwords.reset(word, next, request.ip);
    if (!answer.ok) throw refusalOf(answer);
    return await reply.status(204).send();
  });
}

function refusalOf(answer: PasswordRefusal | LinkRefusal): HttpRefusal {
  switch (answer.why) {
    // Not 401: that says to a console that its session has ended.
    case 'wrong-password':
      return new HttpRefusal(403, answer.why, 'the current password is wrong', { field: 'current' });
    case 'weak-password':
      return new HttpRefusal(422, answer.why, `the new password breaks a rule: ${answer.faults.join(', ')}`, {
        field: 'next',
        faults: answer.faults,
      });
    case 'too-many-attempts':
      return new HttpRefusal(429, answer.why, 'too many attempts; wait before the next one', {
        retryAfterMs: answer.waitMs,
      });
    case 'not-found':
      return new HttpRefusal(
        404,
        answer.why,
        'this link is not one of this server; ask your administrator for a new one',
      );
    case 'link-used':
      return new HttpRefusal(410, answer.why, 'this link was used already; ask your administrator for a new one');
    case 'link-expired':
      return new HttpRefusal(410, answer.why, 'this link has expired; ask your administrator for a new one');
  }
}
