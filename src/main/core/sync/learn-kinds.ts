/**
 * After an update of the console: takes in what the server had sent and the version before did not know, rows of new
 * kinds and new columns, from where it was kept. Where anything is missing, the caller reads everything once more.
 */
import { z } from 'zod';
import { rowSchemas, type SyncedKind, columnsOf, syncedKinds } from '../../../shared/domain/synced-kinds.ts';
import type { DbFile, Writer } from '../db/connection.ts';
import { localShapeOf } from '../db/local-columns.ts';
import { codecOf } from '../db/row-codec.ts';
import { write } from '../db/write.ts';
import { HIGHEST_SV } from '../../../shared/domain/rows.ts';
import { checkRows } from './check-row.ts';
import { hasKeptAll, listAside } from './set-aside.ts';
import type { Scopes } from './scopes.ts';

const knownSchema = z.record(z.string(), z.array(z.string()));

/** What this version knows of each kind: its columns, and last what this device adds to them. */
export function knownKinds(): string {
  return JSON.stringify(
    Object.fromEntries(syncedKinds.map((kind) => [kind, [...columnsOf(kind), localShapeOf(kind)]])),
  );
}

/** What this version knows and the one that wrote `before` did not, or null when that cannot be told column by column. */
export function newsSince(before: string): { kinds: SyncedKind[]; columns: [SyncedKind, string[]][] } | null {
  const known = knownSchema.safeParse(JSON.parse(before)).data;
  if (!known) return null;
  const kinds: SyncedKind[] = [];
  const columns: [SyncedKind, string[]][] = [];
  for (const kind of syncedKinds) {
    const earlier = known[kind];
    if (!earlier) {
      kinds.push(kind);
      continue;
    }
    if (earlier.at(-1) !== localShapeOf(kind)) return null;
    const added = columnsOf(kind).filter((column) => !earlier.slice(0, -1).includes(column));
    if (added.length > 0) columns.push([kind, added]);
  }
  return { kinds, columns };
}

/** Whether every row that was set aside of these kinds is what this version takes for one. */
export function isAsideClean(cache: DbFile, scopes: Scopes, kinds: readonly SyncedKind[]): boolean {
  if (kinds.length > 0 && !hasKeptAll(cache.reader)) return false;
  const nameOf = new Map([...scopes.list(), ...scopes.dropping()].map(({ n, name }) => [n, name]));
  return kinds.every((kind) =>
    listAside(cache.reader, kind).every(({ scopeN, table }) => {
      const name = nameOf.get(scopeN);
      return name !== undefined && checkRows(name, table, HIGHEST_SV, new Map())?.rows.length === 1;
    }),
  );
}

/** Moves new columns from `extra` into their own; false, with nothing changed, when a row lacks one or has a wrong type. */
export function takeInColumns(cache: DbFile, columns: readonly [SyncedKind, string[]][]): boolean {
  try {
    write(cache, (writer) => {
      for (const [kind, added] of columns) takeInOf(writer, kind, added);
    });
    return true;
  } catch (error) {
    if (error instanceof Incomplete) return false;
    throw error;
  }
}

/** A row lacks a column, or has something else in it. */
class Incomplete extends Error {}

function takeInOf(writer: Writer, kind: SyncedKind, added: readonly string[]): void {
  const codec = codecOf(kind);
  const shape: Record<string, z.ZodType> = rowSchemas[kind].shape;
  const stored = added.map((property) => codec.columnOf(property));
  const update = `update ${codec.table} set ${stored.map(({ name }) => `${name} = ?`).join(', ')}, extra = ? where id = ?`;
  for (const { id, extra } of writer.all<{ id: string; extra: string | null }>(
    `select id, extra from ${codec.table}`,
  )) {
    const kept = z.record(z.string(), z.unknown()).parse(JSON.parse(extra ?? '{}'));
    const values = added.map((property, at) => {
      const parsed = shape[property]?.safeParse(kept[property]);
      if (!Object.hasOwn(kept, property) || !parsed?.success) throw new Incomplete();
      return stored[at]?.toValue(parsed.data) ?? null;
    });
    const rest = Object.entries(kept).filter(([property]) => !added.includes(property));
    writer.run(update, ...values, rest.length === 0 ? null : JSON.stringify(Object.fromEntries(rest)), id);
  }
}
