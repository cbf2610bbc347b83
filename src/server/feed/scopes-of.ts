/**
 * In which scopes a row stands now: one rule for each synced kind, as SQL over many rows at once. Only says where rows
 * stand; who may hold a scope is decided in `sync/rights.ts`.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { SyncedKind } from '../../shared/domain/synced-kinds.ts';
import { unreachable } from '../../shared/domain/unreachable.ts';

/**
 * Ids as one value: a statement with 20,000 parameters would be refused. As an array and not as text that is cast:
 * the cast would be done again for every row (20,000 messages took five minutes), and the planner would not see how many there are.
 */
export function idList(ids: readonly string[]): SQL {
  return sql`${sql.param(ids)}::uuid[]`;
}

/**
 * A select of `(row_id, scope)` for the rows of a kind, each pair once. A row that does not exist stands nowhere.
 * Children stand where their conversation's feed entries say, so the conversation must have been settled before.
 */
export function scopesOf(kind: SyncedKind, ids: readonly string[]): SQL {
  const list = idList(ids);
  switch (kind) {
    case 'workspace':
      return sql`select id as row_id, 'settings:' || id as scope from workspace where id = any(${list})`;
    case 'agent':
      return inSettings('agent', list);
    case 'queue':
      return inSettings('queue', list);
    case 'channelAccount':
      return inSettings('channel_account', list);
    case 'wrapUpCode':
      return inSettings('wrap_up_code', list);
    case 'knowledge':
      return inSettings('knowledge', list);
    case 'customer':
      return sql`select id as row_id, 'directory:' || workspace_id as scope from customer where id = any(${list})
        union all select id, 'customer:' || id from customer where id = any(${list})`;
    case 'channelIdentity':
      return besideCustomer('channel_identity', list);
    case 'caution':
      return besideCustomer('caution', list);
    case 'handoverNote':
      return besideCustomer('handover_note', list);
    case 'consent':
      return besideCustomer('consent', list);
    case 'duplicate':
      return besideCustomer('duplicate', list);
    case 'personalData':
      return sql`select p.id as row_id, 'personalData:' || c.workspace_id as scope
        from personal_data p join customer c on c.id = p.customer_id where p.id = any(${list})`;
    case 'order':
      // `union` without `all`: two conversations of the customer in one queue are one scope.
      return sql`select id as row_id, 'customer:' || customer_id as scope from "order" where id = any(${list})
        union select o.id, 'queue:' || c.queue_id from "order" o join conversation c on c.customer_id = o.customer_id
        where o.id = any(${list})`;
    case 'conversation':
      return sql`select id as row_id, 'queue:' || queue_id as scope from conversation where id = any(${list})
        union all select id, 'customer:' || customer_id from conversation where id = any(${list})
        union all select id, 'mine:' || assignee_id from conversation where id = any(${list}) and assignee_id is not null`;
    case 'message':
      return besideConversation('message', list);
    case 'attachment':
      return besideConversation('attachment', list);
    case 'call':
      return besideConversation('call', list);
    case 'callNote':
      return besideConversation('call_note', list);
    case 'draft':
      return sql`select id as row_id, 'mine:' || agent_id as scope from draft where id = any(${list})`;
    default:
      return unreachable(kind);
  }
}

function inSettings(table: string, list: SQL): SQL {
  return sql`select id as row_id, 'settings:' || workspace_id as scope from ${sql.identifier(table)} where id = any(${list})`;
}

function besideCustomer(table: string, list: SQL): SQL {
  const rows = sql.identifier(table);
  return sql`select r.id as row_id, 'directory:' || c.workspace_id as scope
      from ${rows} r join customer c on c.id = r.customer_id where r.id = any(${list})
    union all select id, 'customer:' || customer_id from ${rows} where id = any(${list})`;
}

function besideConversation(table: string, list: SQL): SQL {
  return sql`select r.id as row_id, f.scope from ${sql.identifier(table)} r
    join feed_entry f on f.row_id = r.conversation_id and f.kind = 'conversation' and not f.gone
    where r.id = any(${list})`;
}
