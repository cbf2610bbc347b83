/** Conversations for other systems: read as they change with their messages; a note and tags go in as those of an agent do. */
import { and, asc, eq, gt } from 'drizzle-orm';
import { z } from 'zod';
import { tagsSchema } from '../../shared/domain/command.ts';
import { conversationStatusSchema } from '../../shared/domain/conversation.ts';
import type { CommandId, ConversationId, CustomerId, MessageId } from '../../shared/domain/ids.ts';
import { decideNote } from '../conversations/decide-note.ts';
import { decideTag } from '../conversations/decide-place.ts';
import { conversation, message } from '../db/schema.ts';
import { ApiProblem } from './api-problem.ts';
import { type ApiRead, change, idParams, look, pageOf, pageQuery, timeSchema, toPage, toTime } from './api-route.ts';
import { orderingAgentOf } from './as-import.ts';

const conversationSchema = z.object({
  id: z.uuid(),
  revision: z.number().int(),
  number: z.string(),
  customerId: z.uuid(),
  channel: z.string(),
  queueId: z.uuid(),
  assigneeId: z.uuid().nullable(),
  status: conversationStatusSchema,
  subject: z.string().nullable(),
  tags: z.array(z.string()),
  openedAt: timeSchema,
  lastActivityAt: timeSchema,
  resolvedAt: timeSchema.nullable(),
});
const messageSchema = z.object({
  id: z.uuid(),
  revision: z.number().int(),
  seq: z.number().int(),
  direction: z.string(),
  authorKind: z.string(),
  authorName: z.string(),
  text: z.string(),
  sentAt: timeSchema,
  receivedAt: timeSchema,
  deliveryState: z.string().nullable(),
});
type ConversationRecord = typeof conversation.$inferSelect;

function show(row: ConversationRecord): z.input<typeof conversationSchema> {
  const { id, number, customerId, channel, queueId, assigneeId, status, subject, tags } = row;
  return {
    id,
    revision: row.sv,
    number,
    customerId,
    channel,
    queueId,
    assigneeId,
    status,
    subject,
    tags,
    openedAt: toTime(row.openedAt),
    lastActivityAt: toTime(row.lastActivityAt),
    resolvedAt: row.resolvedAt === null ? null : toTime(row.resolvedAt),
  };
}
function showMessage(row: typeof message.$inferSelect): z.input<typeof messageSchema> {
  const { id, seq, direction, authorKind, authorName, text, deliveryState } = row;
  const times = { sentAt: toTime(row.sentAt), receivedAt: toTime(row.receivedAt) };
  return { id, revision: row.sv, seq, direction, authorKind, authorName, text, ...times, deliveryState };
}

/** @throws ApiProblem `not-found`, also for one of another workspace */
async function find({ queries, caller }: ApiRead, id: string): Promise<ConversationRecord> {
  const [found] = await queries
    .select()
    .from(conversation)
    .where(and(eq(conversation.id, id as ConversationId), eq(conversation.workspaceId, caller.workspaceId)));
  if (!found) throw new ApiProblem('not-found');
  return found;
}

export const conversationRoutes = [
  look(
    {
      path: '/conversations',
      scope: 'conversations:read',
      summary: 'Conversations, oldest change first',
      query: z.strictObject({
        ...pageQuery,
        customerId: z.uuid().optional(),
        status: conversationStatusSchema.optional(),
      }),
      answer: pageOf(conversationSchema),
    },
    async ({ queries, caller }, { query }) => {
      const rows = await queries
        .select()
        .from(conversation)
        .where(
          and(
            eq(conversation.workspaceId, caller.workspaceId),
            gt(conversation.sv, Number(query.cursor ?? 0)),
            query.customerId === undefined ? undefined : eq(conversation.customerId, query.customerId as CustomerId),
            query.status === undefined ? undefined : eq(conversation.status, query.status),
          ),
        )
        .orderBy(asc(conversation.sv))
        .limit(query.limit + 1);
      return toPage(rows, query, show);
    },
  ),
  look(
    {
      path: '/conversations/:id',
      scope: 'conversations:read',
      summary: 'One conversation',
      params: idParams,
      answer: conversationSchema,
    },
    async (on, { params }) => show(await find(on, params.id)),
  ),
  look(
    {
      path: '/conversations/:id/messages',
      scope: 'conversations:read',
      summary: 'Messages and notes of a conversation, oldest change first',
      params: idParams,
      query: z.strictObject(pageQuery),
      answer: pageOf(messageSchema),
    },
    async (on, { params, query }) => {
      const of = await find(on, params.id);
      const rows = await on.queries
        .select()
        .from(message)
        .where(and(eq(message.conversationId, of.id), gt(message.sv, Number(query.cursor ?? 0))))
        .orderBy(asc(message.sv))
        .limit(query.limit + 1);
      return toPage(rows, query, showMessage);
    },
  ),
  change(
    {
      method: 'POST',
      path: '/conversations/:id/notes',
      scope: 'conversations:write',
      summary: 'Adds an internal note under the name of the token; customers never see it',
      params: idParams,
      body: z.strictObject({ text: z.string().trim().min(1).max(20_000) }),
      answer: messageSchema,
    },
    async (on, { params, body }) => {
      const of = await find(on, params.id);
      const messageId = on.w.newId<MessageId>();
      const decided = await decideNote(on.w, orderingAgentOf(on.caller), {
        id: on.w.newId<CommandId>(),
        composedAt: on.w.now,
        body: { kind: 'note.add', messageId, conversationId: of.id, text: body.text },
      });
      if (decided.outcome !== 'applied')
        throw new ApiProblem('not-valid', { errors: [{ field: 'text', fault: decided.reason }] });
      await on.w.settle();
      const [made] = await on.w.tx.select().from(message).where(eq(message.id, messageId));
      if (!made) throw new Error('a note was added and is not there');
      return { status: 201, body: showMessage(made) };
    },
  ),
  change(
    {
      method: 'POST',
      path: '/conversations/:id/tags',
      scope: 'conversations:write',
      summary: 'Adds tags and takes tags away',
      params: idParams,
      body: z.strictObject({ add: tagsSchema.default([]), remove: tagsSchema.default([]) }),
      answer: conversationSchema,
    },
    async (on, { params, body }) => {
      const of = await find(on, params.id);
      const decided = await decideTag(on.w, orderingAgentOf(on.caller), {
        id: on.w.newId<CommandId>(),
        composedAt: on.w.now,
        body: { kind: 'conversation.tag', conversationId: of.id, ...body },
      });
      if (decided.outcome !== 'applied')
        throw new ApiProblem('not-valid', { errors: [{ field: 'add', fault: decided.reason }] });
      await on.w.settle();
      return { status: 200, body: show(await find(on, of.id)) };
    },
  ),
];
