/** HTTP for the second factor, one's own and, for administrators, another agent's. The rules are in `session/second-factors.ts`. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  type accountSchema,
  type begunFactorSchema,
  factorCodeSchema,
  type recoveryCodesSchema,
} from '../../shared/account-protocol.ts';
import { agentIdSchema } from '../../shared/domain/ids.ts';
import type { FactorRefusal, SecondFactors } from '../session/second-factors.ts';
import type { Sessions } from '../session/sessions.ts';
import { HttpRefusal } from './open-http.ts';
import { parseBody, requireAnySession, requireSession } from './session-routes.ts';

/** Adds `GET /api/account`, `/api/account/second-factor…` and `DELETE /api/admin/agents/:agentId/second-factor`. */
export function addFactorRoutes(http: FastifyInstance, sessions: Sessions, factors: SecondFactors): void {
  http.get('/api/account', async (request): Promise<z.input<typeof accountSchema>> => {
    const of = await requireAnySession(sessions, request);
    return await factors.account(of);
  });
  http.post('/api/account/second-factor', async (request): Promise<z.input<typeof begunFactorSchema>> => {
    const begun = await factors.begin(await requireAnySession(sessions, request));
    if (!begun.ok) throw refusalOf(begun);
    return { secret: begun.secret, uri: begun.uri };
  });
  for (const [path, act] of [
    ['confirm', factors.confirm],
    ['recovery-codes', factors.renewRecoveryCodes],
  ] as const)
    http.post(`/api/account/second-factor/${path}`, async (request): Promise<z.input<typeof recoveryCodesSchema>> => {
      const of = await requireAnySession(sessions, request);
      const done = await act(of, parseBody(factorCodeSchema, request.body).code);
      if (!done.ok) throw refusalOf(done);
      return { recoveryCodes: done.recoveryCodes };
    });
  http.post('/api/account/second-factor/off', async (request, reply) => {
    const of = await requireSession(sessions, request);
    const done = await factors.turnOff(of, parseBody(factorCodeSchema, request.body).code);
    if (!done.ok) throw refusalOf(done);
    return await reply.status(204).send();
  });
  http.delete<{ Params: { agentId: string } }>('/api/admin/agents/:agentId/second-factor', async (request, reply) => {
    const by = await requireSession(sessions, request);
    const { agentId } = parseBody(z.object({ agentId: agentIdSchema }), request.params);
    const done = await factors.removeOf(by, agentId);
    if (!done.ok)
      throw done.why === 'not-allowed'
        ? new HttpRefusal(403, done.why, 'only an administrator removes a second factor')
        : new HttpRefusal(404, done.why, 'there is no such agent, or no second factor of theirs');
    return await reply.status(204).send();
  });
}

function refusalOf(answer: FactorRefusal): HttpRefusal {
  switch (answer.why) {
    // Not 401: that says to a console that its session has ended.
    case 'wrong-code':
      return new HttpRefusal(403, answer.why, 'this code is wrong, too old, or was used already', { field: 'code' });
    case 'factor-is-on':
      return new HttpRefusal(409, answer.why, 'a second factor is in force; turn it off before setting up another');
    case 'factor-is-required':
      return new HttpRefusal(409, answer.why, 'your role asks for a second factor; it cannot be turned off');
    case 'too-many-attempts':
      return new HttpRefusal(429, answer.why, 'too many wrong codes; wait before the next one', {
        retryAfterMs: answer.waitMs,
      });
  }
}
