/** HTTP by which a console brings the files that its agent sends, part by part. The rules are in `attachments/uploads.ts`. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { LARGEST_FILE, LARGEST_PART } from '../../shared/domain/file.ts';
import { uploadIdSchema } from '../../shared/domain/ids.ts';
import { type uploadReplySchema, uploadSchema } from '../../shared/sync-protocol.ts';
import type { UploadAnswer, Uploads } from '../attachments/uploads.ts';
import type { Sessions } from '../session/sessions.ts';
import type { SignedInDevice } from '../session/tokens.ts';
import { HttpRefusal } from './open-http.ts';
import { parseBody, requireSession } from './session-routes.ts';

const partSchema = z.object({
  id: uploadIdSchema,
  'upload-offset': z.coerce.number().int().min(0).max(LARGEST_FILE),
});

/** Adds `POST /api/uploads` and `PATCH /api/uploads/:id`. */
export function addUploadRoutes(http: FastifyInstance, sessions: Sessions, uploads: Uploads): void {
  http.post('/api/uploads', async (request) => {
    const of = await requireSession(sessions, request);
    return replyOf(await uploads.begin(of.agentId, parseBody(uploadSchema, request.body)));
  });
  void http.register(async (parts) => {
    // In this scope only: a part is bytes, whatever it says it is.
    parts.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    const signedIn = new WeakMap<object, SignedInDevice>();
    parts.patch(
      '/api/uploads/:id',
      {
        bodyLimit: LARGEST_PART,
        // Before the body is read: nobody else may make the server hold a megabyte.
        onRequest: async (request) => void signedIn.set(request, await requireSession(sessions, request)),
      },
      async (request) => {
        const of = signedIn.get(request);
        if (!of) throw new Error('a part was taken before anybody was signed in');
        const { id, 'upload-offset': offset } = parseBody(partSchema, {
          ...(request.params as object),
          'upload-offset': request.headers['upload-offset'],
        });
        if (!Buffer.isBuffer(request.body) || request.body.byteLength === 0)
          throw new HttpRefusal(400, 'bad-input', 'a part is a body of application/octet-stream and not empty');
        return replyOf(await uploads.take(of.agentId, id, offset, request.body));
      },
    );
  });
}

function replyOf(answer: UploadAnswer): z.output<typeof uploadReplySchema> {
  if (answer.ok) return { received: answer.received };
  switch (answer.why) {
    case 'not-found':
      throw new HttpRefusal(404, answer.why, 'there is no such upload of this agent; begin it');
    case 'other-file':
      throw new HttpRefusal(409, answer.why, 'this id belongs to a file of another content; take a new id', {
        field: 'id',
      });
    case 'wrong-offset':
      throw new HttpRefusal(409, answer.why, 'the part does not follow what has come; ask how much that is', {
        field: 'upload-offset',
      });
    case 'wrong-content':
      throw new HttpRefusal(422, answer.why, 'the bytes do not have the SHA-256 that was named; send them again', {
        field: 'sha256',
      });
    case 'file-not-allowed':
      throw new HttpRefusal(415, answer.why, 'a file that runs or is infected is not sent to customers');
    case 'not-scanned':
      throw new HttpRefusal(503, answer.why, 'the virus scanner does not answer; send the last part again later', {
        retryAfterMs: answer.retryAfterMs,
      });
    case 'too-many':
      throw new HttpRefusal(429, answer.why, 'too many files at once; wait and go on', {
        retryAfterMs: answer.retryAfterMs,
      });
  }
}
