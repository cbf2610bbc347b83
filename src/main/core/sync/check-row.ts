/**
 * Decides whether a row from the server may be written: known kind, right types, and a kind that belongs into the scope
 * that brought it. A row that may not is left out and named in the log, never with its values.
 */
import type { z } from 'zod';
import { type RowOf, rowSchemas, type SyncedKind, isSyncedKind } from '../../../shared/domain/synced-kinds.ts';
import type { Scope } from '../../../shared/domain/scope.ts';

type ScopeKind = 'settings' | 'directory' | 'personalData' | 'queue' | 'mine' | 'customer';

const besideConversations = ['conversation', 'message', 'attachment', 'call', 'callNote'] as const;

const besideCustomers = ['customer', 'channelIdentity', 'caution', 'handoverNote', 'consent', 'duplicate'] as const;

const kindsIn: Record<ScopeKind, readonly SyncedKind[]> = {
  settings: ['workspace', 'agent', 'queue', 'channelAccount', 'wrapUpCode', 'knowledge'],
  directory: [...besideCustomers],
  personalData: ['personalData'],
  queue: [...besideConversations, 'order'],
  mine: [...besideConversations, 'draft'],
  customer: [...besideCustomers, 'order', ...besideConversations],
};

/** Whether rows of a kind may stand in a scope. */
export function mayStandIn(scope: Scope, kind: SyncedKind): boolean {
  return kindsIn[scope.slice(0, scope.indexOf(':')) as ScopeKind].includes(kind);
}

/** The one reason that is nobody's mistake: the server is newer. */
export const UNKNOWN_KIND = 'a kind that this version does not know';

/** Characters of one text in a row. A mail's HTML is the longest that an honest server has. */
const LONGEST_TEXT = 4_000_000;

export type CheckedRow = { row: RowOf<SyncedKind>; extra: Record<string, unknown> | null };

/** Reads the rows of one table of a page. `refused` counts by reason; a reason names kind and column, never a value. */
export function checkRows(
  scope: Scope,
  table: { kind: string; columns: readonly string[]; rows: readonly (readonly unknown[])[] },
  upTo: number,
  refused: Map<string, number>,
): { kind: SyncedKind; rows: CheckedRow[] } | null {
  const refuse = (reason: string, count = 1) => void refused.set(reason, (refused.get(reason) ?? 0) + count);
  if (!isSyncedKind(table.kind)) {
    refuse(UNKNOWN_KIND, table.rows.length);
    return null;
  }
  const { kind } = table;
  if (!mayStandIn(scope, kind)) {
    refuse(`${kind} in a scope where it does not belong`, table.rows.length);
    return null;
  }
  const columns = rowSchemas[kind].shape;
  const schema = rowSchemas[kind] as unknown as z.ZodType<RowOf<SyncedKind>>;
  const unknownAt = table.columns.flatMap((column, at) => (Object.hasOwn(columns, column) ? [] : [at]));
  const rows: CheckedRow[] = [];
  for (const values of table.rows) {
    if (values.length !== table.columns.length) {
      refuse(`${kind} with a wrong number of columns`);
      continue;
    }
    const given: Record<string, unknown> = {};
    let longest = 0;
    for (let at = 0; at < values.length; at++) {
      const value = values[at];
      if (typeof value === 'string' && value.length > longest) longest = value.length;
      given[table.columns[at] ?? ''] = value;
    }
    if (longest > LONGEST_TEXT) {
      refuse(`${kind} with a text that is too long`);
      continue;
    }
    const parsed = schema.safeParse(given);
    if (!parsed.success) {
      refuse(`${kind}.${parsed.error.issues[0]?.path.slice(0, 2).map(String).join('.') ?? '?'} of a wrong type`);
      continue;
    }
    const row = parsed.data;
    if (row.sv > upTo) {
      refuse(`${kind} of a change that is still to come`);
      continue;
    }
    if (!isOf(scope, kind, given)) {
      refuse(`${kind} of another scope`);
      continue;
    }
    const extra =
      unknownAt.length === 0
        ? null
        : Object.fromEntries(unknownAt.map((at): [string, unknown] => [table.columns[at] ?? '', values[at]]));
    rows.push({ row, extra });
  }
  return { kind, rows };
}

/** Whether a row itself says that it belongs to the scope, where it says so at all. Children go by their conversation. */
function isOf(scope: Scope, kind: SyncedKind, row: Record<string, unknown>): boolean {
  const at = scope.indexOf(':');
  const id = scope.slice(at + 1);
  switch (scope.slice(0, at) as ScopeKind) {
    case 'settings':
    case 'directory':
    case 'personalData':
      if (kind === 'workspace') return row['id'] === id;
      return row['workspaceId'] === undefined || row['workspaceId'] === id;
    case 'queue':
      return kind !== 'conversation' || row['queueId'] === id;
    case 'mine':
      return kind === 'draft' ? row['agentId'] === id : kind !== 'conversation' || row['assigneeId'] === id;
    case 'customer':
      return kind === 'customer' ? row['id'] === id : row['customerId'] === undefined || row['customerId'] === id;
  }
}
