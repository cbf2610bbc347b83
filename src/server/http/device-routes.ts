/** HTTP for what a device needs besides its session: the secret of its key, the receipt of a wipe, and being revoked. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { clientIdSchema } from '../../shared/domain/ids.ts';
import { deviceKeySchema, deviceWipeSchema } from '../../shared/sync-protocol.ts';
import type { DeviceKeys } from '../session/device-keys.ts';
import type { Sessions } from '../session/sessions.ts';
import { HttpRefusal } from './open-http.ts';
import { parseBody, requireSession } from './session-routes.ts';

/** Adds `POST /api/device-keys`, `POST /api/device-wipes` and `POST /api/devices/:clientId/revoke`. */
export function addDeviceRoutes(http: FastifyInstance, sessions: Sessions, keys: DeviceKeys): void {
  http.post('/api/device-keys', async (request) => {
    const of = await requireSession(sessions, request);
    const answer = await keys.give(of, parseBody(deviceKeySchema, request.body));
    if (answer.ok) return answer.given;
    switch (answer.why) {
      case 'not-found':
        throw new HttpRefusal(404, answer.why, 'this server holds no secret for that key');
      case 'revoked':
        throw new HttpRefusal(
          410,
          answer.why,
          'the secret of that key was dropped: the files cannot be opened any more',
        );
      case 'too-many-attempts':
        throw new HttpRefusal(429, answer.why, 'too many keys were asked for; wait before the next one', {
          retryAfterMs: answer.waitMs,
        });
    }
  });
  http.post('/api/device-wipes', async (request, reply) => {
    if (!(await keys.noteWipe(parseBody(deviceWipeSchema, request.body))))
      throw new HttpRefusal(401, 'signed-out', 'nobody with this token was signed in on that device');
    return await reply.status(204).send();
  });
  http.post<{ Params: { clientId: string } }>('/api/devices/:clientId/revoke', async (request, reply) => {
    const by = await requireSession(sessions, request);
    const { clientId } = parseBody(z.object({ clientId: clientIdSchema }), request.params);
    const outcome = await sessions.revokeDevice(by, clientId);
    if (outcome === 'not-allowed') throw new HttpRefusal(403, outcome, 'only an administrator revokes a device');
    if (outcome === 'not-found') throw new HttpRefusal(404, outcome, 'there is no such device');
    return await reply.status(204).send();
  });
}
