/** HTTP of the first start: the page's two questions. The rules are in `set-up/set-up.ts`. */
import type { FastifyInstance } from 'fastify';
import { lookAtSetUpSchema, setUpSchema } from '../../shared/set-up-protocol.ts';
import type { SetUp, SetUpRefusal } from '../set-up/set-up.ts';
import { HttpRefusal } from './open-http.ts';
import { parseBody } from './session-routes.ts';

/** Adds `POST /api/set-up/look` and `POST /api/set-up`. */
export function addSetUpRoutes(http: FastifyInstance, setUp: SetUp): void {
  http.post('/api/set-up/look', async (request, reply) => {
    const answer = await setUp.look(parseBody(lookAtSetUpSchema, request.body).word, request.ip);
    if (!answer.ok) throw refusalOf(answer);
    return await reply.status(204).send();
  });
  http.post('/api/set-up', async (request, reply) => {
    const answer = await setUp.carryOut(parseBody(setUpSchema, request.body), request.ip);
    if (!answer.ok) throw refusalOf(answer);
    return await reply.status(204).send();
  });
}

function refusalOf(answer: SetUpRefusal): HttpRefusal {
  switch (answer.why) {
    case 'not-found':
      return new HttpRefusal(
        404,
        answer.why,
        'this is not the set-up link of this server; the newest one is printed at its start',
      );
    case 'link-used':
      return new HttpRefusal(410, answer.why, 'this link was used or replaced by a newer one');
    case 'link-expired':
      return new HttpRefusal(410, answer.why, 'this link has expired; start the server again, it prints a new one');
    case 'weak-password':
      return new HttpRefusal(422, answer.why, `the password breaks a rule: ${answer.faults.join(', ')}`, {
        field: 'password',
        faults: answer.faults,
      });
    case 'too-many-attempts':
      return new HttpRefusal(429, answer.why, 'too many attempts; wait before the next one', {
        retryAfterMs: answer.waitMs,
      });
  }
}
