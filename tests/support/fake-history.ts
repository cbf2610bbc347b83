/** What the server in memory says of the history of one conversation, as the real one cuts it. */
import type { RowOf, SyncedKind } from '../../src/shared/domain/synced-kinds.ts';

type Rows = ReadonlyMap<string, RowOf<SyncedKind>>;
type Entry = { kind: SyncedKind; id: string; sv: number; gone: boolean };

/** When a child was received; what hangs on a message or a call goes by that. A root has no such time. */
export function receivedAtOf(rows: Rows, { kind, id }: Pick<Entry, 'kind' | 'id'>): number | null {
  const row = rows.get(`${kind} ${id}`) as unknown as Record<string, unknown> | undefined;
  switch (kind) {
    case 'message':
      return Number(row?.['receivedAt']);
    case 'call':
      return Number(row?.['offeredAt']);
    case 'attachment':
      return receivedAtOf(rows, { kind: 'message', id: String(row?.['messageId']) });
    case 'callNote':
      return receivedAtOf(rows, { kind: 'call', id: String(row?.['callId']) });
    default:
      return null;
  }
}

/** A page of a conversation's children received at or before `upto`, newest first; everything from its cut on is in it. */
export function historyOf(
  rows: Rows,
  { conversationId, upto }: { conversationId: string; upto: number },
  rowsPerPage: number,
): { entries: Entry[]; upto: number | null } {
  const all = [...rows]
    .flatMap(([key, row]) => {
      const [kind, id] = key.split(' ') as [SyncedKind, string];
      const at = receivedAtOf(rows, { kind, id });
      const isOf = (row as unknown as { conversationId?: string }).conversationId === conversationId;
      return isOf && at !== null && at <= upto ? [{ kind, id, sv: row.sv, gone: false, at }] : [];
    })
    .sort((a, b) => b.at - a.at);
  const cut = all[rowsPerPage - 1]?.at ?? null;
  const entries = all.filter(({ at }) => cut === null || at >= cut);
  return { entries, upto: entries.length < all.length && cut !== null ? cut - 1 : null };
}
