/**
 * Takes in an older page of one conversation that somebody asked for: one transaction with what is missing after it.
 * Nothing is written when the conversation has left this device meanwhile.
 */
import { isChildKind, isSyncedKind, type RowOf, type SyncedKind } from '../../../shared/domain/synced-kinds.ts';
import { HIGHEST_SV } from '../../../shared/domain/rows.ts';
import { scopeSchema } from '../../../shared/domain/scope.ts';
import type { Page } from '../../../shared/sync-protocol.ts';
import type { DbFile, Writer } from '../db/connection.ts';
import { codecOf } from '../db/row-codec.ts';
import { write } from '../db/write.ts';
import { findAbsence, narrowAbsence } from './absence.ts';
import { checkRows } from './check-row.ts';
import { rememberLost } from './set-aside.ts';
import { touchRow } from './topics-of-row.ts';

export type AppliedHistory = { hasMessages: boolean; refused: Map<string, number> };

export type HistoryContext = {
  cache: DbFile;
  agentId: string;
  epochNumber: number;
  /** Server epoch ms. */
  now: number;
};

/**
 * Writes the rows of the page. A row is written only when it is newer than what is there: live frames may have overtaken it.
 * @param upto what is still missing was received at or before this; null when nothing is
 */
export function applyHistory(
  context: HistoryContext,
  conversationId: string,
  page: Page,
  upto: number | null,
): AppliedHistory {
  const applied: AppliedHistory = { hasMessages: false, refused: new Map() };
  write(context.cache, (writer, touch) => {
    const absence = findAbsence(writer, conversationId);
    const scope = scopeOf(writer, conversationId);
    // Gone, or whole by now: then the page says nothing that is not here.
    if (!absence || scope === null || (upto !== null && upto >= absence.upto)) return;
    for (const table of page.tables) {
      const checked = checkRows(scope, table, HIGHEST_SV, applied.refused);
      // Not kept by a scope, so it could not be taken in by the version that knows it.
      if (!isSyncedKind(table.kind)) rememberLost(writer);
      if (!checked) continue;
      const codec = codecOf(checked.kind);
      for (const { row, extra } of checked.rows) {
        if (!isPartOf(conversationId, checked.kind, row)) {
          applied.refused.set('a row of another conversation', 1);
          continue;
        }
        const { changes } = writer.run(codec.upsert, ...codec.encode(row, extra, context.epochNumber, context.agentId));
        if (changes === 0) continue;
        touchRow(writer, touch, checked.kind, row);
        if (checked.kind === 'message') applied.hasMessages = true;
      }
    }
    narrowAbsence(writer, touch, absence, upto);
    writer.run(
      `insert into brought_back (conversation_id, used_at) values (?, ?)
       on conflict (conversation_id) do update set used_at = excluded.used_at`,
      conversationId,
      context.now,
    );
  });
  return applied;
}

/** A scope by which the conversation is held; null when it is not here or about to go. */
function scopeOf(writer: Writer, conversationId: string) {
  const name = writer.value<string>(
    `select scope.name from held join scope on scope.n = held.scope_n
     where held.row_id = ? and scope.state <> 'dropping' and exists (select 1 from conversation where id = held.row_id) limit 1`,
    conversationId,
  );
  return scopeSchema.safeParse(name).data ?? null;
}

function isPartOf(conversationId: string, kind: SyncedKind, row: RowOf<SyncedKind>): boolean {
  return isChildKind(kind) && (row as { conversationId?: string }).conversationId === conversationId;
}
