/**
 * Keeps rows of kinds that this version does not know, so that the version that does need not read everything again.
 * They stand by the scope that brought them and go with it. Reads nothing out of them but id, number and conversation.
 */
import type { Reader, Writer } from '../db/connection.ts';

export type AsideTable = { kind: string; columns: string[]; rows: unknown[][] };

/** Rows that are kept at most; a server that sends more of what nobody knows is read again after the update. */
const MOST_ROWS = 200_000;
const UNSAFE = /[^A-Za-z0-9]/;

/** Keeps the rows of one table of a page; what cannot be kept is remembered as lost. */
export function setAsideRows(writer: Writer, scopeN: number, table: AsideTable): void {
  const at = (column: string): number => table.columns.indexOf(column);
  const isFull = Number(writer.value<number>('select count(*) from aside_row')) + table.rows.length > MOST_ROWS;
  if (UNSAFE.test(table.kind) || at('id') === -1 || at('sv') === -1 || isFull) return rememberLost(writer);
  for (const values of table.rows) {
    const [id, sv, conversationId] = [values[at('id')], values[at('sv')], values[at('conversationId')]];
    if (typeof id !== 'string' || typeof sv !== 'number' || values.length !== table.columns.length) continue;
    writer.run(
      `insert into aside_row (scope_n, kind, id, sv, conversation_id, columns, row) values (?, ?, ?, ?, ?, ?, ?)
       on conflict (scope_n, kind, id) do update set sv = excluded.sv, conversation_id = excluded.conversation_id,
         columns = excluded.columns, row = excluded.row where excluded.sv > aside_row.sv`,
      scopeN,
      table.kind,
      id,
      sv,
      typeof conversationId === 'string' ? conversationId : null,
      JSON.stringify(table.columns),
      JSON.stringify(values),
    );
  }
}

/** The row has left the scope, or is no more. */
export function dropAsideRow(writer: Writer, scopeN: number, kind: string, id: string): void {
  writer.run('delete from aside_row where scope_n = ? and kind = ? and id = ?', scopeN, kind, id);
}

/** The scope is read again or goes: whatever it brought comes again or not at all. */
export function dropAsideRowsOf(writer: Writer, scopeN: number): void {
  writer.run('delete from aside_row where scope_n = ?', scopeN);
}

/** Something of an unknown kind was not kept: after the update everything is read again. */
export function rememberLost(writer: Writer): void {
  writer.run("delete from meta where key = 'keepsUnknown'");
}

/** Whether this copy has kept everything of unknown kinds from its first row on. */
export function hasKeptAll(cache: Reader): boolean {
  return cache.value("select 1 from meta where key = 'keepsUnknown'") !== undefined;
}

/** What was set aside of one kind, as pages of tables, by scope. */
export function listAside(cache: Reader, kind: string): { scopeN: number; table: AsideTable }[] {
  return cache
    .all<{ scopeN: number; columns: string; row: string }>(
      'select scope_n as scopeN, columns, row from aside_row where kind = ? order by scope_n, sv',
      kind,
    )
    .map(({ scopeN, columns, row }) => ({
      scopeN,
      table: { kind, columns: JSON.parse(columns) as string[], rows: [JSON.parse(row) as unknown[]] },
    }));
}

/** The rows of a kind are in their tables now. */
export function forgetAside(writer: Writer, kind: string): void {
  writer.run('delete from aside_row where kind = ?', kind);
}
