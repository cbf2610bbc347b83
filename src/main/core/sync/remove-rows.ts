/**
 * Removes what this device may not hold any more, in slices so that no question waits: rows without a scope, the rows
 * of a dropped scope, and what a second reading of a scope did not meet. Survives a crash at any point.
 */
import type { SyncedKind } from '../../../shared/domain/synced-kinds.ts';
import { type ChildKind, conversationChildren } from '../../../shared/domain/synced-kinds.ts';
import type { DbFile, Writer } from '../db/connection.ts';
import { codecOf, tableOf } from '../db/row-codec.ts';
import { type Touch, write } from '../db/write.ts';
import { type Absence, findAbsence, narrowAbsence } from './absence.ts';
import { letGo } from './apply-page.ts';
import type { Scopes, ScopeState } from './scopes.ts';
import { touchRow } from './topics-of-row.ts';

/** Rows removed in one transaction. 500 rows with their indices took 5 ms; a slice shall stay below 8. */
const ROWS_PER_SLICE = 500;
const CONVERSATIONS_PER_SLICE = 50;

export type Removal = { isDone: boolean; conversations: string[] };

/** Removes one slice of doomed rows. `conversations` are those that are now gone from this device. */
export function removeDoomed(cache: DbFile): Removal {
  return write(cache, (writer, touch) => {
    const conversations: string[] = [];
    let left = ROWS_PER_SLICE;
    for (const { rowId, kind } of writer.all<{ rowId: string; kind: SyncedKind }>(
      'select row_id as rowId, kind from doomed limit ?',
      ROWS_PER_SLICE,
    )) {
      if (left <= 0) break;
      if (writer.value('select 1 from held where row_id = ? limit 1', rowId) === undefined) {
        if (kind === 'conversation') {
          left -= removeChildren(writer, touch, rowId, left, null);
          if (left <= 0) break;
          conversations.push(rowId);
        }
        removeRow(writer, touch, kind, rowId);
        left -= 1;
      }
      writer.run('delete from doomed where row_id = ?', rowId);
    }
    return { isDone: writer.value('select 1 from doomed limit 1') === undefined, conversations };
  });
}

function removeRow(writer: Writer, touch: Touch, kind: SyncedKind, rowId: string): void {
  const codec = codecOf(kind);
  const [values] = writer.rows(`select ${codec.select} from ${codec.table} where id = ?`, rowId);
  if (!values) return;
  touchRow(writer, touch, kind, codec.decode(values));
  writer.run(`delete from ${codec.table} where id = ?`, rowId);
}

/** When a child was received: what hangs on a message or a call goes by that, and last when it is gone. */
const receivedAt: Record<ChildKind, string> = {
  message: 'received_at',
  attachment: 'coalesce((select received_at from message where message.id = attachment.message_id), 0)',
  call: 'offered_at',
  callNote: 'coalesce((select offered_at from call where call.id = call_note.call_id), 0)',
};

/**
 * Removes up to `limit` children of a conversation; gives how many.
 * @param upto only those received at or before this (server epoch ms); null for all
 */
export function removeChildren(
  writer: Writer,
  touch: Touch,
  conversationId: string,
  limit: number,
  upto: number | null,
): number {
  let removed = 0;
  for (const kind of conversationChildren) {
    if (removed >= limit) break;
    const ids = writer.column<string>(
      `select id from ${tableOf(kind)} where conversation_id = ? and ${receivedAt[kind]} <= ? limit ?`,
      conversationId,
      upto ?? Number.MAX_SAFE_INTEGER,
      limit - removed,
    );
    for (const id of ids) removeRow(writer, touch, kind, id);
    removed += ids.length;
  }
  return removed;
}

/** Lets go one slice of a dropped scope; true when nothing of it is left and the scope is forgotten. */
export function letGoOfScope(cache: DbFile, scopes: Scopes, scope: ScopeState): boolean {
  return write(cache, (writer) => {
    const rows = writer.all<{ rowId: string; kind: SyncedKind }>(
      'select row_id as rowId, kind from held where scope_n = ? limit ?',
      scope.n,
      ROWS_PER_SLICE,
    );
    for (const { rowId, kind } of rows) letGo(writer, scope.n, rowId, kind);
    if (rows.length === ROWS_PER_SLICE) return false;
    scopes.forget(writer, scope);
    return true;
  });
}

/** Where the sweep after a second reading stands: the last row looked at. */
export type Sweep = { after: string };

/**
 * Lets go one slice of what a second reading did not meet: root rows, and children of conversations that it did meet.
 * True when the whole scope was looked at; it is an ordinary complete scope then.
 */
export function sweepUnseen(cache: DbFile, scopes: Scopes, scope: ScopeState, sweep: Sweep): boolean {
  return write(cache, (writer, touch) => {
    const rows = writer.all<{ rowId: string; kind: SyncedKind; isSeen: number }>(
      `select row_id as rowId, kind, exists (select 1 from seen where seen.scope_n = held.scope_n and seen.row_id = held.row_id) as isSeen
       from held where scope_n = ? and row_id > ? order by row_id limit ?`,
      scope.n,
      sweep.after,
      CONVERSATIONS_PER_SLICE,
    );
    for (const { rowId, kind, isSeen } of rows) {
      sweep.after = rowId;
      if (isSeen === 0) letGo(writer, scope.n, rowId, kind);
      else if (kind === 'conversation') removeUnseenChildren(writer, touch, scope, rowId);
    }
    if (rows.length === CONVERSATIONS_PER_SLICE) return false;
    writer.run('delete from seen where scope_n = ?', scope.n);
    scopes.put(writer, scope, { isResync: false });
    return true;
  });
}

/** A reading with a boundary says nothing of what is older; only where an absence is noted that may go too. */
function removeUnseenChildren(writer: Writer, touch: Touch, scope: ScopeState, conversationId: string): void {
  const mayLack = findAbsence(writer, conversationId)?.upto ?? -1;
  const from = scope.since === null || mayLack >= scope.since - 1 ? 0 : scope.since;
  for (const kind of conversationChildren) {
    const ids = writer.column<string>(
      `select id from ${tableOf(kind)} where conversation_id = ? and ${receivedAt[kind]} >= ?
       and id not in (select row_id from seen where scope_n = ? and row_id = ${tableOf(kind)}.id)`,
      conversationId,
      from,
      scope.n,
    );
    for (const id of ids) removeRow(writer, touch, kind, id);
  }
}

/** Where the taking away of absences stands. */
export type Filling = { after: string };

/** Takes away one slice of the absences that a scope has filled, because it has brought everything; true when all were looked at. */
export function takeAbsencesAway(cache: DbFile, scopes: Scopes, scope: ScopeState, filling: Filling): boolean {
  return write(cache, (writer, touch) => {
    const rows = writer.all<Absence & { isHeld: number }>(
      `select conversation_id as conversationId, customer_id as customerId, upto,
         exists (select 1 from held where held.scope_n = ? and held.row_id = absence.conversation_id) as isHeld
       from absence where conversation_id > ? order by conversation_id limit ?`,
      scope.n,
      filling.after,
      ROWS_PER_SLICE,
    );
    for (const row of rows) {
      filling.after = row.conversationId;
      if (row.isHeld === 1) narrowAbsence(writer, touch, row, null);
    }
    if (rows.length === ROWS_PER_SLICE) return false;
    scopes.put(writer, scope, { claim: 'settled' });
    return true;
  });
}
