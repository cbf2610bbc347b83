/**
 * Who may hold which scope and reach which conversation. Asked again at every page, every command and every live call:
 * a right that was taken away ends with the next read. Grants nothing itself.
 */
import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { AgentId, CustomerId } from '../../shared/domain/ids.ts';
import {
  directoryScope,
  mineScope,
  personalDataScope,
  queueScope,
  type Scope,
  settingsScope,
} from '../../shared/domain/scope.ts';
import { agent, customer, feedEntry, pin, queue } from '../db/schema.ts';
import { type Queries, rowsOf } from '../db/server-database.ts';
import type { OrderingAgent } from './decide-command.ts';

/** The agent as the database has them now, or null when unknown or disabled. */
export async function findActiveAgent(queries: Queries, agentId: AgentId): Promise<OrderingAgent | null> {
  const [found] = await queries.select().from(agent).where(eq(agent.id, agentId));
  if (found?.state !== 'active') return null;
  const { id, workspaceId, displayName, role, queueIds, rights } = found;
  return { id, workspaceId, displayName, role, queueIds, rights };
}

/** Everything that an agent's device may hold, most urgent first. Queues of another workspace do not count. */
export async function scopesOfAgent(queries: Queries, of: OrderingAgent): Promise<Scope[]> {
  const queues = await ownQueues(queries, of);
  const scopes = [settingsScope(of.workspaceId), mineScope(of.id), ...queues];
  if (of.rights.includes('directory'))
    scopes.push(directoryScope(of.workspaceId), ...(await pinnedScopes(queries, of)));
  if (of.rights.includes('personalData')) scopes.push(personalDataScope(of.workspaceId));
  return scopes;
}

/** Whether an agent may hold one scope now. */
export async function mayHold(queries: Queries, agentId: AgentId, scope: Scope): Promise<boolean> {
  const of = await findActiveAgent(queries, agentId);
  return of !== null && (await scopesOfAgent(queries, of)).includes(scope);
}

async function ownQueues(queries: Queries, of: OrderingAgent): Promise<Scope[]> {
  if (of.queueIds.length === 0) return [];
  const rows = await queries
    .select({ id: queue.id })
    .from(queue)
    .where(and(inArray(queue.id, of.queueIds), eq(queue.workspaceId, of.workspaceId)));
  const own = new Set(rows.map((row) => row.id));
  return of.queueIds.filter((id) => own.has(id)).map(queueScope);
}

async function pinnedScopes(queries: Queries, of: OrderingAgent): Promise<Scope[]> {
  const rows = await queries
    .select({ scope: pin.scope })
    .from(pin)
    .innerJoin(customer, sql`${pin.scope} = 'customer:' || ${customer.id}`)
    .where(and(eq(pin.agentId, of.id), eq(customer.workspaceId, of.workspaceId)))
    .orderBy(desc(pin.pinnedAt));
  return rows.map((row) => row.scope as Scope);
}

/** Whether an agent may open this customer's whole timeline. */
export async function mayOpenCustomer(queries: Queries, of: OrderingAgent, customerId: CustomerId): Promise<boolean> {
  if (!of.rights.includes('directory')) return false;
  const [found] = await queries
    .select({ id: customer.id })
    .from(customer)
    .where(and(eq(customer.id, customerId), eq(customer.workspaceId, of.workspaceId)));
  return found !== undefined;
}

/** `left`: the agent had the conversation and it went to a queue that is not theirs. `never`: not theirs, or not there. */
export type Reach = 'holds' | 'left' | 'never';

/** Whether an agent may act on a conversation, through any of their scopes. */
export async function reachOf(queries: Queries, of: OrderingAgent, conversationId: string): Promise<Reach> {
  const scopes = await scopesOfAgent(queries, of);
  const entries = await queries
    .select({ gone: feedEntry.gone })
    .from(feedEntry)
    .where(
      and(eq(feedEntry.rowId, conversationId), eq(feedEntry.kind, 'conversation'), inArray(feedEntry.scope, scopes)),
    );
  if (entries.some((entry) => !entry.gone)) return 'holds';
  return entries.length > 0 ? 'left' : 'never';
}

/** Whether a row of a root kind stands in a scope that the agent holds. */
export async function holdsRow(queries: Queries, of: OrderingAgent, rowId: string): Promise<boolean> {
  const scopes = await scopesOfAgent(queries, of);
  const entries = await queries
    .select({ scope: feedEntry.scope })
    .from(feedEntry)
    .where(and(eq(feedEntry.rowId, rowId), eq(feedEntry.gone, false), inArray(feedEntry.scope, scopes)))
    .limit(1);
  return entries.length > 0;
}

/**
 * Where scopes stand: the organisation's `sv` and the last one in each scope, in one statement and so in one snapshot.
 * Never below the horizon: when the last tombstone of a scope is forgotten, what is left would make a device that missed
 * it look level.
 */
export async function readLevels(
  queries: Queries,
  scopes: readonly Scope[],
): Promise<{ sv: number; latest: Map<Scope, number> }> {
  const rows = await rowsOf<{ scope: string | null; latest: number; sv: number }>(
    queries,
    sql`select o.sv, s.scope, greatest((select max(f.sv) from feed_entry f where f.scope = s.scope), o.horizon) as latest
      from organisation o left join unnest(${sql.param(scopes)}::text[]) as s(scope) on true`,
  );
  const latest = new Map<Scope, number>();
  for (const row of rows) if (row.scope !== null) latest.set(row.scope as Scope, row.latest);
  return { sv: rows[0]?.sv ?? 0, latest };
}
