/** What others are writing in a conversation, for who leads there, and what an agent's own drafts were before. */
import { and, desc, eq, isNull, ne } from 'drizzle-orm';
import type { z } from 'zod';
import type { ConversationId } from '../../shared/domain/ids.ts';
import type { colleagueDraftSchema, draftVersionSchema } from '../../shared/draft-asks.ts';
import { agent, draft, draftVersion } from '../db/schema.ts';
import type { Queries } from '../db/server-database.ts';
import type { OrderingAgent } from '../sync/decide-command.ts';
import { reachOf } from '../sync/rights.ts';

/** Versions that are given at most, newest first. */
const MOST_VERSIONS = 50;

/** Whether an agent leads where a conversation stands now: only there may they read what others are writing. */
export async function leadsIn(queries: Queries, by: OrderingAgent, conversationId: string): Promise<boolean> {
  return by.role !== 'agent' && (await reachOf(queries, by, conversationId)) === 'holds';
}

/** Null when this agent may not read them. */
export async function readDrafts(
  queries: Queries,
  by: OrderingAgent,
  conversationId: string,
): Promise<z.output<typeof colleagueDraftSchema>[] | null> {
  if (!(await leadsIn(queries, by, conversationId))) return null;
  return await queries
    .select({
      draftId: draft.id,
      agentName: agent.displayName,
      what: draft.what,
      text: draft.text,
      mail: draft.mail,
      copiedAt: draft.copiedAt,
      takenOverByName: draft.takenOverByName,
    })
    .from(draft)
    .innerJoin(agent, eq(agent.id, draft.agentId))
    .where(
      and(
        eq(draft.conversationId, conversationId as ConversationId),
        ne(draft.agentId, by.id),
        isNull(draft.supersededAt),
      ),
    )
    .orderBy(desc(draft.copiedAt));
}

/** An agent's own, of one conversation, newest first. */
export async function readVersions(
  queries: Queries,
  by: OrderingAgent,
  conversationId: string,
): Promise<z.output<typeof draftVersionSchema>[]> {
  return await queries
    .select({ what: draftVersion.what, text: draftVersion.text, savedAt: draftVersion.savedAt })
    .from(draftVersion)
    .where(and(eq(draftVersion.agentId, by.id), eq(draftVersion.conversationId, conversationId as ConversationId)))
    .orderBy(desc(draftVersion.savedAt))
    .limit(MOST_VERSIONS);
}
