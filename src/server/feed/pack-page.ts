/**
 * Makes a page of the wire out of feed entries: rows as JSON arrays, written by the database itself, so that the server
 * never parses what it only passes on. Compresses above 8 KiB. Decides neither order nor rights.
 */
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import { type Column, type SQL, sql } from 'drizzle-orm';
import { columnsOf, type SyncedKind, syncedKinds } from '../../shared/domain/synced-kinds.ts';
import { BYTES_PER_PAGE, COMPRESS_ABOVE_BYTES, type PackedPage, ROWS_PER_PAGE } from '../../shared/sync-protocol.ts';
import { tableOf } from '../db/schema.ts';
import { type Queries, rowsOf } from '../db/server-database.ts';
import { idList } from './scopes-of.ts';

export type Entry = { kind: SyncedKind; row_id: string; sv: number; gone: boolean };
/** `taken`: how many of the entries are in the page, from the first on; fewer than were given when the page is full. */
export type MadePage = { json: string; taken: number };

const compress = promisify(zstdCompress);

/** The rows of entries as JSON arrays, by id; each is read once however often it is named. */
export async function fetchRows(queries: Queries, entries: readonly Entry[]): Promise<Map<string, string>> {
  const idsOf = new Map<SyncedKind, Set<string>>();
  for (const entry of entries) {
    if (entry.gone) continue;
    const ids = idsOf.get(entry.kind) ?? new Set();
    idsOf.set(entry.kind, ids.add(entry.row_id));
  }
  const texts = new Map<string, string>();
  for (const [kind, ids] of idsOf) {
    const rows = await rowsOf<{ id: string; json: string }>(queries, rowsAsJson(kind, [...ids]));
    for (const row of rows) texts.set(row.id, row.json);
  }
  return texts;
}

/** Puts entries into a page, in their order, until it has its bytes. At least one entry is taken. */
export function fillPage(entries: readonly Entry[], texts: ReadonlyMap<string, string>): MadePage {
  const rows = new Map<SyncedKind, string[]>();
  const gone: string[] = [];
  let bytes = 0;
  let taken = 0;
  for (const entry of entries) {
    const text = entry.gone
      ? JSON.stringify({ kind: entry.kind, id: entry.row_id, sv: entry.sv })
      : texts.get(entry.row_id);
    const size = text === undefined ? 0 : Buffer.byteLength(text) + 1;
    if (taken > 0 && bytes + size > BYTES_PER_PAGE) break;
    taken++;
    bytes += size;
    // An entry without its row was deleted without remove(): there is nothing to show of it.
    if (text === undefined) continue;
    if (entry.gone) {
      gone.push(text);
      continue;
    }
    const ofKind = rows.get(entry.kind) ?? [];
    rows.set(entry.kind, ofKind);
    ofKind.push(text);
  }
  return { json: pageOf(rows, gone), taken };
}

/** Puts all entries into one page, however many bytes they have. */
export function wholePage(entries: readonly Entry[], texts: ReadonlyMap<string, string>): string {
  const rows = new Map<SyncedKind, string[]>();
  for (const entry of entries) {
    const text = texts.get(entry.row_id);
    if (text === undefined) continue;
    const ofKind = rows.get(entry.kind) ?? [];
    rows.set(entry.kind, ofKind);
    ofKind.push(text);
  }
  return pageOf(rows, []);
}

/** The JSON of a page; a kind with more rows than a table of a page may have stands in several. */
function pageOf(rows: ReadonlyMap<SyncedKind, readonly string[]>, gone: readonly string[]): string {
  const tables = syncedKinds.flatMap((kind) => {
    const all = rows.get(kind) ?? [];
    const parts = Array.from({ length: Math.ceil(all.length / ROWS_PER_PAGE) }, (_, part) =>
      all.slice(part * ROWS_PER_PAGE, (part + 1) * ROWS_PER_PAGE),
    );
    return parts.map(
      (part) => `{"kind":"${kind}","columns":${JSON.stringify(columnsOf(kind))},"rows":[${part.join(',')}]}`,
    );
  });
  return `{"tables":[${tables.join(',')}],"gone":[${gone.join(',')}]}`;
}

/** Packs a page for the wire: as text when small, as zstd (level 1) when not. */
export async function packPage(json: string): Promise<PackedPage> {
  if (Buffer.byteLength(json) <= COMPRESS_ABOVE_BYTES) return { json };
  return { zstd: await compress(json, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }) };
}

function rowsAsJson(kind: SyncedKind, ids: readonly string[]): SQL {
  const table = tableOf[kind];
  const named = table as unknown as Record<string, Column>;
  const columns = columnsOf(kind).map((column) => sql`${named[column]}`);
  return sql`select ${table.id} as id, json_build_array(${sql.join(columns, sql`, `)})::text as json
    from ${table} where ${table.id} = any(${idList(ids)})`;
}
