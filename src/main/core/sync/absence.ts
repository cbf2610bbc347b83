/**
 * What this device does not hold of a conversation that it does hold: everything that was received at or before `upto`
 * may be missing, everything after it is here as far as the cursors have come. A conversation without such a note is
 * whole. The note is written before rows go and taken away only after they have come, so it may be there without need,
 * never missing.
 */
import type { ConversationRow } from '../../../shared/domain/rows.ts';
import { isOpen } from '../../../shared/domain/conversation.ts';
import type { Reader, Writer } from '../db/connection.ts';
import type { Touch } from '../db/write.ts';
import type { ScopeState } from './scopes.ts';

export type Absence = { conversationId: string; customerId: string; upto: number };

type NewAbsence = Absence & {
  /** Where the timeline shows it (server epoch ms): not after `upto`, and as near as known to the last thing missing. */
  shownAt: number;
};

/** Notes that a conversation may lack what was received at or before `upto` (server epoch ms). */
export function noteAbsence(writer: Writer, { conversationId, customerId, upto, shownAt }: NewAbsence): void {
  writer.run(
    `insert into absence (conversation_id, customer_id, upto, shown_at, is_wanted) values (?, ?, ?, ?, 0)
     on conflict (conversation_id) do update set
       upto = max(upto, excluded.upto), shown_at = max(shown_at, excluded.shown_at)`,
    conversationId,
    customerId,
    upto,
    shownAt,
  );
}

/** What a conversation may lack, or undefined when it is whole. */
export function findAbsence(cache: Reader, conversationId: string): Absence | undefined {
  return cache.get<Absence>(
    'select conversation_id as conversationId, customer_id as customerId, upto from absence where conversation_id = ?',
    conversationId,
  );
}

/** Everything received after `upto` has come; with null the conversation is whole. */
export function narrowAbsence(writer: Writer, touch: Touch, before: Absence, upto: number | null): void {
  if (upto === null) writer.run('delete from absence where conversation_id = ?', before.conversationId);
  else
    writer.run(
      'update absence set upto = ?, shown_at = ? where conversation_id = ?',
      upto,
      upto,
      before.conversationId,
    );
  touch(`conversation:${before.conversationId}`);
  touch(`customer:${before.customerId}`);
}

/** A conversation came or changed: when it is worked on again, what it lacks shall be fetched without being asked for. */
export function wantWhole(writer: Writer, row: ConversationRow, keepSince: number): void {
  if (!isOpen(row.status) && row.lastActivityAt < keepSince) return;
  writer.run('update absence set is_wanted = 1 where conversation_id = ? and is_wanted = 0', row.id);
}

/**
 * A conversation came in a scope that is read with a boundary: what is older was left out, unless another scope has
 * brought all of it. Until the catch-up after the walk is done this must be asked for every conversation, for one that
 * changed during the walk is met by neither; what enters the scope later brings all its children along.
 */
export function noteLeftOut(writer: Writer, scope: ScopeState, row: ConversationRow): void {
  if (scope.since === null || row.openedAt >= scope.since || scope.claim !== 'new') return;
  const isWholeElsewhere = writer.value(
    `select 1 from held join scope on scope.n = held.scope_n
     where held.row_id = ? and held.scope_n <> ? and scope.state = 'complete' and scope.claim <> 'new' limit 1`,
    row.id,
    scope.n,
  );
  if (isWholeElsewhere !== undefined) return;
  const upto = scope.since - 1;
  // A note or an event may be younger than the last activity, so only the place where it is shown goes by that.
  const shownAt = Math.min(upto, row.lastActivityAt);
  noteAbsence(writer, { conversationId: row.id, customerId: row.customerId, upto, shownAt });
}
