/**
 * Applies what the server said: one transaction for each page, with the cursor inside. Never decides anything, never
 * touches the outbox. A row is written only when it is newer than what is there, so a page may come twice or late.
 */
import type { ConversationRow } from '../../../shared/domain/rows.ts';
import {
  type ChildKind,
  isChildKind,
  isSyncedKind,
  type RowOf,
  type SyncedKind,
} from '../../../shared/domain/synced-kinds.ts';
import type { Page } from '../../../shared/sync-protocol.ts';
import type { DbFile, Writer } from '../db/connection.ts';
import { codecOf, tableOf, VERSIONS_PER_EPOCH } from '../db/row-codec.ts';
import { type Touch, write } from '../db/write.ts';
import { noteLeftOut, wantWhole } from './absence.ts';
import { type CheckedRow, checkRows, mayStandIn } from './check-row.ts';
import type { ScopeState } from './scopes.ts';
import { dropAsideRow, setAsideRows } from './set-aside.ts';
import { touchRow } from './topics-of-row.ts';

export type Applied = {
  /** Rows and tombstones that the page held. */
  rows: number;
  /** Conversations that came or changed: what waits for them in the outbox may go on. */
  conversations: string[];
  /** Whether a message came: the search index has work. */
  hasMessages: boolean;
  /** Whether a copy of a draft came: another device has gone on with one, perhaps. */
  hasDrafts: boolean;
  /** Whether a row lost its last scope: something is to be removed. */
  hasDoomed: boolean;
  refused: Map<string, number>;
};

export type PageContext = {
  cache: DbFile;
  agentId: string;
  epochNumber: number;
  /** Conversations that were active at or after this (server epoch ms) shall be whole. */
  keepSince: number;
};

/**
 * Writes a page of a scope. `advance` moves the cursor in the same transaction: saved before the rows, a crash would
 * skip them for good; saved after, they would only be applied twice.
 * @param upTo the highest number that a row of this page can have: one above it could never be written over
 */
export function applyPage(
  context: PageContext,
  scope: ScopeState,
  page: Page,
  upTo: number,
  advance: (writer: Writer, rows: number) => void,
): Applied {
  const applied: Applied = {
    rows: 0,
    conversations: [],
    hasMessages: false,
    hasDrafts: false,
    hasDoomed: false,
    refused: new Map(),
  };
  const tables = page.tables.map((table) => checkRows(scope.name, table, upTo, applied.refused));
  applied.rows = page.gone.length + page.tables.reduce((sum, table) => sum + table.rows.length, 0);
  write(context.cache, (writer, touch) => {
    const parents = new Set<string>();
    for (const table of page.tables) if (!isSyncedKind(table.kind)) setAsideRows(writer, scope.n, table);
    for (const table of tables) {
      if (!table) continue;
      for (const checked of table.rows) {
        applyRow(context, writer, touch, scope, table.kind, checked, applied);
        if (isChildKind(table.kind)) parents.add((checked.row as RowOf<ChildKind>).conversationId);
        else hold(writer, scope, checked.row.id, table.kind);
      }
    }
    // A walk goes from the newest down, so children come before their conversation. Without this hold, a conversation
    // that leaves another scope now would take with it the children that this walk has already passed.
    for (const conversationId of parents) hold(writer, scope, conversationId, 'conversation');
    for (const gone of page.gone) applyGone(context, writer, touch, scope, gone, applied);
    advance(writer, applied.rows);
  });
  return applied;
}

function applyRow(
  { agentId, epochNumber, keepSince }: PageContext,
  writer: Writer,
  touch: Touch,
  scope: ScopeState,
  kind: SyncedKind,
  { row, extra }: CheckedRow,
  applied: Applied,
): void {
  const codec = codecOf(kind);
  const { changes } = writer.run(codec.upsert, ...codec.encode(row, extra, epochNumber, agentId));
  if (changes > 0) touchRow(writer, touch, kind, row);
  if (kind === 'conversation') {
    applied.conversations.push(row.id);
    noteLeftOut(writer, scope, row as ConversationRow);
    wantWhole(writer, row as ConversationRow, keepSince);
  }
  if (kind === 'message' && changes > 0) applied.hasMessages = true;
  if (kind === 'draft') applied.hasDrafts = true;
  if (scope.isResync) writer.run('insert or ignore into seen (scope_n, row_id) values (?, ?)', scope.n, row.id);
}

function hold(writer: Writer, scope: ScopeState, rowId: string, kind: SyncedKind): void {
  const { changes } = writer.run(
    'insert or ignore into held (scope_n, row_id, kind) values (?, ?, ?)',
    scope.n,
    rowId,
    kind,
  );
  // It had lost its last scope a moment ago and has come back by this one: a move, not an end.
  if (changes > 0) writer.run('delete from doomed where row_id = ?', rowId);
}

function applyGone(
  { epochNumber }: PageContext,
  writer: Writer,
  touch: Touch,
  scope: ScopeState,
  gone: Page['gone'][number],
  applied: Applied,
): void {
  const { kind, id } = gone;
  if (!isSyncedKind(kind)) dropAsideRow(writer, scope.n, kind, id);
  if (!isSyncedKind(kind) || !mayStandIn(scope.name, kind)) {
    return refuseTombstone(applied);
  }
  if (isChildKind(kind)) {
    // A child has no scope of its own: its tombstone says that it was deleted. A newer row of it stays.
    const codec = codecOf(kind);
    const [values] = writer.rows(`select ${codec.select} from ${codec.table} where id = ?`, id);
    if (!values) return;
    const { conversationId } = codec.decode(values) as RowOf<ChildKind>;
    if (writer.value('select 1 from held where scope_n = ? and row_id = ?', scope.n, conversationId) === undefined) {
      return refuseTombstone(applied);
    }
    const { changes } = writer.run(
      `delete from ${tableOf(kind)} where id = ? and sv < ?`,
      id,
      epochNumber * VERSIONS_PER_EPOCH + gone.sv,
    );
    if (changes > 0) touchRow(writer, touch, kind, codec.decode(values));
    return;
  }
  if (letGo(writer, scope.n, id, kind)) applied.hasDoomed = true;
}

function refuseTombstone({ refused }: Applied): void {
  const reason = 'a tombstone that does not belong here';
  refused.set(reason, (refused.get(reason) ?? 0) + 1);
}

/** Takes a root row out of a scope. True when no other scope holds it, so that it is to be removed. */
export function letGo(writer: Writer, scopeN: number, rowId: string, kind: SyncedKind): boolean {
  const { changes } = writer.run('delete from held where scope_n = ? and row_id = ?', scopeN, rowId);
  if (changes === 0 || writer.value('select 1 from held where row_id = ? limit 1', rowId) !== undefined) return false;
  writer.run('insert or ignore into doomed (row_id, kind) values (?, ?)', rowId, kind);
  return true;
}
