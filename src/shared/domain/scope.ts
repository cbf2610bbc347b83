/** The names of scopes: what a device may hold. Only names; who may hold which is decided in `src/server/sync`. */
import { z } from 'zod';
import type { AgentId, CustomerId, QueueId, WorkspaceId } from './ids.ts';

export const scopeSchema = z
  .string()
  .regex(/^(settings|directory|personalData|queue|mine|customer):[0-9a-f-]{36}$/)
  .brand<'Scope'>();
export type Scope = z.output<typeof scopeSchema>;

/** Settings, queues, agents, channel accounts of a workspace: every member. */
export const settingsScope = (workspaceId: WorkspaceId): Scope => `settings:${workspaceId}` as Scope;
/** Names, masked identities, cautions, handover notes: agents with the right. */
export const directoryScope = (workspaceId: WorkspaceId): Scope => `directory:${workspaceId}` as Scope;
/** Full phone numbers, mail and postal addresses: only those with the right. */
export const personalDataScope = (workspaceId: WorkspaceId): Scope => `personalData:${workspaceId}` as Scope;
/** Conversations of a queue with their children, and the orders of their customers: members of the queue. */
export const queueScope = (queueId: QueueId): Scope => `queue:${queueId}` as Scope;
/** Conversations assigned to one agent: that agent. */
export const mineScope = (agentId: AgentId): Scope => `mine:${agentId}` as Scope;
/** One customer's whole timeline and orders: who has opened, or is rung by, that customer. */
export const customerScope = (customerId: CustomerId): Scope => `customer:${customerId}` as Scope;
