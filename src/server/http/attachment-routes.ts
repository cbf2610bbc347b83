/** HTTP for the bytes of a file: to whoever may see its conversation now, as a download that no browser runs. */
import type { FastifyInstance } from 'fastify';
import type { AgentId, AttachmentId, ConversationId } from '../../shared/domain/ids.ts';
import { attachmentIdSchema } from '../../shared/domain/ids.ts';
import { conversationOfAttachment, readAttachment } from '../attachments/attachments.ts';
import type { FileStore } from '../attachments/file-store.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import type { Sessions } from '../session/sessions.ts';
import { findActiveAgent, reachOf } from '../sync/rights.ts';
import { HttpRefusal } from './open-http.ts';
import { requireSession } from './session-routes.ts';

const notFound = () => new HttpRefusal(404, 'not-found', 'there is no such file, or you may not see it');

/** Adds `GET /api/attachments/:id`. */
export function addAttachmentRoutes(
  http: FastifyInstance,
  database: ServerDatabase,
  files: FileStore,
  sessions: Sessions,
): void {
  http.get<{ Params: { id: string } }>('/api/attachments/:id', async (request, reply) => {
    const of = await requireSession(sessions, request);
    const id = attachmentIdSchema.safeParse(request.params.id);
    if (!id.success) throw new HttpRefusal(400, 'bad-input', 'the id of a file is a UUID', { field: 'id' });
    const conversationId = await mayRead(database, of.agentId, id.data);
    const file = await readAttachment(database.orm, files, conversationId, id.data);
    if (!file) throw notFound();
    // Never shown by a browser under this origin, whatever the file says that it is.
    return await reply
      .header('content-type', file.type)
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`)
      .header('content-security-policy', "sandbox; default-src 'none'")
      .send(Buffer.from(file.bytes));
  });
}

async function mayRead(
  database: ServerDatabase,
  agentId: AgentId,
  attachmentId: AttachmentId,
): Promise<ConversationId> {
  const conversationId = await conversationOfAttachment(database.orm, attachmentId);
  const agent = conversationId && (await findActiveAgent(database.orm, agentId));
  if (!agent || (await reachOf(database.orm, agent, conversationId)) !== 'holds') throw notFound();
  return conversationId;
}
