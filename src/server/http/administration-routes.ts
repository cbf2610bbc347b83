/** HTTP by which administrators look at and change a centre. Rights and rules are in `administration/`. */
import type { FastifyInstance } from 'fastify';
import type { AdministrationAnswer, AdministrationDoor } from '../administration/administration-door.ts';
import type { Sessions } from '../session/sessions.ts';
import { HttpRefusal } from './open-http.ts';
import { requireSession } from './session-routes.ts';

/** Adds `POST /api/administration/:group/:call`: one route for all, so that none is without the door. */
export function addAdministrationRoutes(http: FastifyInstance, sessions: Sessions, door: AdministrationDoor): void {
  http.post<{ Params: { group: string; call: string } }>('/api/administration/:group/:call', async (request) => {
    const of = await requireSession(sessions, request);
    const { group, call } = request.params;
    const answer = await door.answer(`${group}.${call}`, of.agentId, request.ip, request.body);
    if (!answer.ok) throw refusalOf(answer);
    return { output: answer.output };
  });
}

function refusalOf(answer: Exclude<AdministrationAnswer, { ok: true }>): HttpRefusal {
  switch (answer.why) {
    case 'unknown-call':
      return new HttpRefusal(404, 'unknown-method', 'this server does not know that call; update it');
    case 'not-allowed':
      return new HttpRefusal(403, 'not-allowed', 'only an administrator of this workspace may do this');
    case 'bad-input':
      return new HttpRefusal(
        400,
        'bad-input',
        answer.detail,
        answer.field === undefined ? {} : { field: answer.field },
      );
    case 'fault': {
      const { fault, field, message } = answer.fault;
      return new HttpRefusal(422, fault, message, field === undefined ? {} : { field });
    }
  }
}
