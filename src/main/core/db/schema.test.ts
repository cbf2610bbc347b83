/** The SQL of the migrations and the drizzle schema say the same. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { expect, test } from 'vitest';
import * as cacheSchema from './cache-schema.ts';
import * as deviceSchema from './device-schema.ts';
import { type FileName, openDb } from './open-db.ts';
import * as outboxSchema from './outbox-schema.ts';
import * as schema from './schema.ts';
import * as searchSchema from './search-schema.ts';

const files: [FileName, Record<string, unknown>][] = [
  ['cache', { ...schema, ...cacheSchema }],
  ['outbox', { ...outboxSchema }],
  ['device', { ...deviceSchema }],
  ['search', { ...searchSchema }],
];

test.each(files)(
  'the migrations of %s.db make exactly the tables, columns and indices of the schema',
  (name, tables) => {
    const folder = mkdtempSync(join(tmpdir(), 'schema-'));
    const { file } = openDb(name, { folder, key: 'ab'.repeat(32), clock: { now: () => 0 }, announce: () => undefined });
    const configs = Object.values(tables)
      .filter((table) => is(table, SQLiteTable))
      .map((table) => getTableConfig(table));
    const wanted = configs.map((config) => ({
      table: config.name,
      columns: config.columns
        .map((column) => `${column.name} ${column.getSQLType()}${column.notNull && !column.primary ? ' not null' : ''}`)
        .sort(),
      indices: config.indexes.map((index) => index.config.name).sort(),
    }));
    const made = file.reader
      .column<string>(
        "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like 'find%'",
      )
      .map((table) => ({
        table,
        columns: file.reader
          .all<{ name: string; type: string; notnull: number; pk: number }>(
            'select name, type, "notnull", pk from pragma_table_xinfo(?)',
            table,
          )
          .map(
            (column) =>
              `${column.name} ${column.type.toLowerCase().replace(' generated always', '')}${column.notnull && !column.pk ? ' not null' : column.pk && wantedNotNull(configs, table, column.name) ? ' not null' : ''}`,
          )
          .sort(),
        indices: file.reader
          .column<string>(
            "select name from sqlite_master where type = 'index' and tbl_name = ? and name not like 'sqlite_%'",
            table,
          )
          .sort(),
      }));
    const byTable = (a: { table: string }, b: { table: string }) => a.table.localeCompare(b.table);
    expect(made.sort(byTable)).toEqual(wanted.sort(byTable));
    file.close();
  },
);

function wantedNotNull(configs: ReturnType<typeof getTableConfig>[], table: string, column: string): boolean {
  const found = configs.find((config) => config.name === table)?.columns.find((each) => each.name === column);
  return found !== undefined && found.notNull && !found.primary;
}
