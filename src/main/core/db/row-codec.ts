/**
 * Turns a row of the wire into the values of its table and back, for every synced kind alike. Knows types and columns,
 * never what a row means; the few columns that this device adds stand in `local-columns.ts`.
 */
import { getTableConfig } from 'drizzle-orm/sqlite-core';
import { HIGHEST_SV } from '../../../shared/domain/rows.ts';
import { type RowOf, rowSchemas, type SyncedKind, syncedKinds } from '../../../shared/domain/synced-kinds.ts';
import type { Value } from './connection.ts';
import { localColumns } from './local-columns.ts';
import { syncedTables } from './schema.ts';

/**
 * A server that was restored from a copy begins a new epoch and may count from a lower `sv` again. The local `sv` is
 * therefore epoch number × this + `sv`: it still only grows, and "newer wins" stays one comparison.
 */
export const VERSIONS_PER_EPOCH = HIGHEST_SV + 1;

type Form = 'plain' | 'boolean' | 'json';
type Column = { property: string; name: string; form: Form };

/** How one kind is stored. `select` names the columns that `decode` wants, in its order. */
export type RowCodec<K extends SyncedKind = SyncedKind> = {
  kind: K;
  table: string;
  select: string;
  /** Inserts, or replaces when the row is newer than what is there; `changes` is 0 when it was not. */
  upsert: string;
  encode(row: RowOf<K>, extra: Record<string, unknown> | null, epochNumber: number, agentId: string): Value[];
  /** `values` begins with those of `select`; what stands behind them is the caller's. */
  decode(values: unknown[]): RowOf<K>;
  /** Where one column of the wire is kept, and how. */
  columnOf(property: string): { name: string; toValue(value: unknown): Value };
};

const codecs = Object.fromEntries(syncedKinds.map((kind) => [kind, makeCodec(kind)])) as {
  [K in SyncedKind]: RowCodec<K>;
};

/** The codec of a kind. */
export function codecOf<K extends SyncedKind>(kind: K): RowCodec<K> {
  return codecs[kind];
}

/** Name of a kind's table in `cache.db`. */
export function tableOf(kind: SyncedKind): string {
  return codecs[kind].table;
}

function makeCodec<K extends SyncedKind>(kind: K): RowCodec<K> {
  const config = getTableConfig(syncedTables[kind]);
  const byProperty = new Map(Object.entries(syncedTables[kind]));
  const columns: Column[] = Object.keys(rowSchemas[kind].shape).map((property) => {
    const column: unknown = byProperty.get(property);
    const found = config.columns.find((candidate) => candidate === column);
    if (!found) throw new Error(`schema.ts has no column for ${kind}.${property}`);
    const form = found.dataType === 'boolean' ? 'boolean' : found.dataType === 'json' ? 'json' : 'plain';
    return { property, name: found.name, form };
  });
  const own = localColumns[kind];
  const names = [...columns.map((column) => column.name), 'extra', ...own.map((column) => column.name)];
  const updates = names.filter((name) => name !== 'id').map((name) => `${name} = excluded.${name}`);
  const properties = columns.map((column) => column.property);
  const formed = columns.filter((column) => column.form !== 'plain');
  const svAt = columns.findIndex((column) => column.property === 'sv');
  return {
    kind,
    table: config.name,
    select: columns.map((column) => `${config.name}.${column.name}`).join(', '),
    upsert: `insert into ${config.name} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})
      on conflict (id) do update set ${updates.join(', ')} where excluded.sv > ${config.name}.sv`,
    encode(row, extra, epochNumber, agentId) {
      const given = row as Record<string, unknown>;
      const values = columns.map((column) => toValue(column.form, given[column.property]));
      values[svAt] = epochNumber * VERSIONS_PER_EPOCH + row.sv;
      values.push(extra === null ? null : JSON.stringify(extra));
      for (const column of own) values.push(column.valueOf(given, agentId));
      return values;
    },
    decode(values) {
      const row: Record<string, unknown> = {};
      for (let at = 0; at < properties.length; at++) row[properties[at] ?? ''] = values[at];
      for (const { property, form } of formed) row[property] = fromValue(form, row[property]);
      row['sv'] = Number(values[svAt]) % VERSIONS_PER_EPOCH;
      return row as RowOf<K>;
    },
    columnOf(property) {
      const column = columns.find((candidate) => candidate.property === property);
      if (!column) throw new Error(`${kind} has no column ${property}`);
      return { name: column.name, toValue: (value) => toValue(column.form, value) };
    },
  };
}

function toValue(form: Form, value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (form === 'boolean') return value === true ? 1 : 0;
  if (form === 'json') return JSON.stringify(value);
  return value as Value;
}

function fromValue(form: Form, value: unknown): unknown {
  if (value === null) return null;
  if (form === 'boolean') return value === 1;
  if (form === 'json') return typeof value === 'string' ? (JSON.parse(value) as unknown) : null;
  return value;
}
