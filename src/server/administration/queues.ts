/** Queues as administrators see and change them. A queue in which something stands is not taken away. */
import { and, eq, ne, sql } from 'drizzle-orm';
import type { QueueId, WorkspaceId } from '../../shared/domain/ids.ts';
import { agent, channelAccount, conversation, queue } from '../db/schema.ts';
import { type Queries, rowsOf } from '../db/server-database.ts';
import type { Changing, HandlersOfGroup } from './administration-handlers.ts';
import { Fault } from './fault.ts';
import { versionsOf } from './record-change.ts';

export const queueHandlers: HandlersOfGroup<'queues'> = {
  async list({ queries, workspaceId }) {
    const rows = await queries.select().from(queue).where(eq(queue.workspaceId, workspaceId)).orderBy(queue.name);
    const ids = rows.map((row) => row.id);
    const versions = await versionsOf(queries, 'queue', ids);
    const counted = await countIn(queries, workspaceId);
    return {
      queues: rows.map(({ id, name, replyTargets }) => ({
        id,
        name,
        replyTargets: knownChannels(replyTargets),
        version: versions.get(id) ?? 0,
        ...(counted.get(id) ?? { people: 0, accounts: 0, conversations: 0 }),
      })),
    };
  },

  async save(on, { id, seen, name, replyTargets }) {
    const { w, workspaceId } = on;
    const found = await findQueue(on, id);
    await refuseTakenName(on, id, name);
    const before = found && { name: found.name, replyTargets: found.replyTargets };
    const after = { name, replyTargets };
    const version = await on.record({ kind: 'queue', id, seen, before, after });
    await w.tx
      .insert(queue)
      .values({ id, workspaceId, ...after })
      .onConflictDoUpdate({ target: queue.id, set: after });
    w.append('queue', [id]);
    return { version };
  },

  async remove(on, { id, seen }) {
    const { w } = on;
    const found = await findQueue(on, id);
    if (found === null) throw new Fault('unknown');
    const counted = (await countIn(w.tx, on.workspaceId)).get(id);
    if (counted !== undefined && counted.people + counted.accounts + counted.conversations > 0)
      throw new Fault('in-use');
    await on.record({ kind: 'queue', id, seen, before: { name: found.name }, after: null });
    await w.tx.delete(queue).where(eq(queue.id, id));
    w.remove('queue', [id]);
    return {};
  },
};

/** A queue of this workspace; one of another workspace is not there. */
async function findQueue(on: Changing, id: QueueId) {
  const [found] = await on.queries.select().from(queue).where(eq(queue.id, id));
  if (found !== undefined && found.workspaceId !== on.workspaceId) throw new Fault('unknown');
  return found ?? null;
}

async function refuseTakenName(on: Changing, id: QueueId, name: string): Promise<void> {
  const [other] = await on.queries
    .select({ id: queue.id })
    .from(queue)
    .where(and(eq(queue.workspaceId, on.workspaceId), eq(queue.name, name), ne(queue.id, id)));
  if (other) throw new Fault('taken', 'name');
}

type Counts = { people: number; accounts: number; conversations: number };

async function countIn(queries: Queries, workspaceId: WorkspaceId): Promise<Map<string, Counts>> {
  const rows = await rowsOf<Counts & { id: string }>(
    queries,
    sql`select q.id,
      (select count(*)::int from ${agent} a where a.state = 'active' and a.queue_ids ? q.id::text) as people,
      (select count(*)::int from ${channelAccount} c where c.queue_id = q.id) as accounts,
      (select count(*)::int from ${conversation} c where c.queue_id = q.id) as conversations
      from ${queue} q where q.workspace_id = ${workspaceId}`,
  );
  return new Map(rows.map(({ id, people, accounts, conversations }) => [id, { people, accounts, conversations }]));
}

/** Targets of channels that this version does not know stay in the table and are not shown. */
function knownChannels(targets: typeof queue.$inferSelect.replyTargets) {
  const { other: _, ...known } = targets;
  return known;
}
