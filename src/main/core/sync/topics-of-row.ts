/** Which answers a changed row makes stale. One rule for each kind. */
import type { RowOf, SyncedKind } from '../../../shared/domain/synced-kinds.ts';
import { unreachable } from '../../../shared/domain/unreachable.ts';
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
    case 'customer':
      touch(`customer:${row.id}`);
      touch('inbox');
      return touch('search');
    case 'channelIdentity':
    case 'personalData':
    case 'handoverNote':
    case 'order':
      touch('search');
      return touch(`customer:${row.customerId}`);
    case 'consent':
      // A stopped order about it shows what stands there now.
      touch('outbox');
      return touch(`customer:${row.customerId}`);
    case 'caution':
      touch('search');
      touch('calls');
      return touch(`customer:${row.customerId}`);
    case 'conversation':
      touch('inbox');
      touch('search');
      touch(`conversation:${row.id}`);
      return touch(`customer:${row.customerId}`);
    case 'message':
      touch(`conversation:${row.conversationId}`);
      return touch(`customer:${row.customerId}`);
    case 'call':
      touch('search');
      touch('calls');
      touch(`conversation:${row.conversationId}`);
      return touch(`customer:${row.customerId}`);
    case 'draft':
      touch('outbox');
      touch('inbox');
      return touch(`draft:${row.conversationId}`);
    case 'attachment':
    case 'callNote': {
      touch('search');
      const customerId = cache.value<string>('select customer_id from conversation where id = ?', row.conversationId);
      if (customerId !== undefined) touch(`customer:${customerId}`);
      return;
    }
    default:
      return unreachable(kind);
  }
}
