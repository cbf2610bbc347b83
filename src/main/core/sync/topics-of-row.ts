/** Which answers a changed row makes stale. One rule for each kind. */
import type { RowOf, SyncedKind } from '../../../shared/domain/synced-kinds.ts';
import { unreachable } from '../../../shared/domain/unreachable.ts';
import { storedGroup } from '../customers/customer-group.ts';
import type { Reader } from '../db/connection.ts';
import type { Touch } from '../db/write.ts';

/** Touches the topics of a row that was written or removed. */
export function touchRow(cache: Reader, touch: Touch, kind: SyncedKind, given: RowOf<SyncedKind>): void {
  const row = given as unknown as { id: string; customerId: string; conversationId: string };
  switch (kind) {
    case 'workspace':
    case 'agent':
      touch('settings');
      touch('session');
      // Names, time zone and queues stand in the rows of the inbox and in the ring.
      touch('inbox');
      return touch('calls');
    case 'queue':
    case 'channelAccount':
    case 'wrapUpCode':
      return touch('settings');
    case 'knowledge':
      return touch('knowledge');
    case 'customer':
      touchCustomer(cache, touch, row.id);
      touch('inbox');
      return touch('search');
    case 'duplicate':
      touchCustomer(cache, touch, (given as RowOf<'duplicate'>).otherId);
      return touchCustomer(cache, touch, row.customerId);
    case 'channelIdentity':
    case 'personalData':
    case 'handoverNote':
    case 'order':
      touch('search');
      return touchCustomer(cache, touch, row.customerId);
    case 'consent':
      // A stopped order about it shows what stands there now.
      touch('outbox');
      return touchCustomer(cache, touch, row.customerId);
    case 'caution':
      touch('search');
      touch('calls');
      return touchCustomer(cache, touch, row.customerId);
    case 'conversation':
      touch('inbox');
      touch('search');
      touch(`conversation:${row.id}`);
      return touchCustomer(cache, touch, row.customerId);
    case 'message':
      touch(`conversation:${row.conversationId}`);
      return touchCustomer(cache, touch, row.customerId);
    case 'call':
      touch('search');
      touch('calls');
      touch(`conversation:${row.conversationId}`);
      return touchCustomer(cache, touch, row.customerId);
    case 'draft':
      touch('outbox');
      touch('inbox');
      return touch(`draft:${row.conversationId}`);
    case 'attachment':
    case 'callNote': {
      touch('search');
      const customerId = cache.value<string>('select customer_id from conversation where id = ?', row.conversationId);
      if (customerId !== undefined) touchCustomer(cache, touch, customerId);
      return;
    }
    default:
      return unreachable(kind);
  }
}

/** Whose topics were touched in a transaction: a page brings many rows of one customer. */
const touched = new WeakMap<Touch, Set<string>>();

/** A window may show anybody of those who are merged, and shows what is all of theirs. */
function touchCustomer(cache: Reader, touch: Touch, customerId: string): void {
  touch(`customer:${customerId}`);
  const done = touched.get(touch) ?? new Set();
  if (done.has(customerId)) return;
  touched.set(touch, done.add(customerId));
  for (const id of storedGroup(cache, customerId).ids) touch(`customer:${id}`);
}
