/** How the server in memory reads a scope from the top, and the history of one conversation: as the real one cuts them. */
import type { Scope } from '../../src/shared/domain/scope.ts';
import type { RowOf, SyncedKind } from '../../src/shared/domain/synced-kinds.ts';

type Rows = ReadonlyMap<string, RowOf<SyncedKind>>;
type Entry = { kind: SyncedKind; id: string; sv: number; gone: boolean };

/** When a child was received; what hangs on a message or a call goes by that. A root has no such time. */
function receivedAtOf(rows: Rows, { kind, id }: Pick<Entry, 'kind' | 'id'>): number | null {
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

/** The next page of a walk over the entries of its scope. */
export function walkOf(
  rows: Rows,
  all: readonly Entry[],
  { ceiling, below, since = 0 }: { scope: Scope; ceiling: number | null; below: number | null; since?: number },
  { sv, rowsPerPage }: { sv: number; rowsPerPage: number },
): { entries: Entry[]; ceiling: number; below: number | null; left: number } {
  const top = ceiling ?? sv;
  const open = all
    .filter((entry) => !entry.gone && entry.sv <= top && (below === null || entry.sv < below))
    .filter((entry) => (receivedAtOf(rows, entry) ?? since) >= since)
    .reverse();
  const entries = open.slice(0, rowsPerPage);
  const more = entries.length < open.length;
  return {
    entries,
    ceiling: top,
    below: more ? (entries.at(-1)?.sv ?? null) : null,
    left: open.length - entries.length,
  };
}
