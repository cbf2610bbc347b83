import { getTableConfig, PgDialect, type PgTable } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { ensureOrganisation } from '../../src/server/db/ensure-organisation.ts';
import { migrate } from '../../src/server/db/migrate.ts';
import { migrations } from '../../src/server/db/migrations/list-migrations.ts';
import * as schema from '../../src/server/db/schema.ts';
import { rowsOf } from '../../src/server/db/server-database.ts';
import { columnsOf, syncedKinds } from '../../src/shared/domain/synced-kinds.ts';
import { openDb } from '../../src/server/db/open-db.ts';
import { describeOnEveryDatabase, pgliteTemplate } from '../support/databases.ts';
import { newPostgresDatabase } from '../support/real-postgres.ts';
import { testSource } from '../support/test-source.ts';

/** The names that the database sees are made by the dialect, so the dialect is asked. */
const dialect = new PgDialect({ casing: 'snake_case' });
const nameOf = (column: unknown) => /"([^"]+)"$/.exec(dialect.sqlToQuery(sql`${column}`).sql)?.[1] ?? '';
const isTable = (value: unknown) =>
  typeof value === 'object' && value !== null && Symbol.for('drizzle:IsDrizzleTable') in value;
const tables = Object.values(schema as Record<string, unknown>).filter(isTable) as PgTable[];

describeOnEveryDatabase('the migrated database', (openFresh) => {
  test('has exactly the tables, columns, types and nulls of the schema', async () => {
    const database = await openFresh();
    const found = await rowsOf<{ table: string; column: string; type: string; nullable: boolean }>(
      database.orm,
      sql`select table_name as "table", column_name as "column", data_type as type, is_nullable = 'YES' as nullable
        from information_schema.columns where table_schema = 'public' and table_name <> 'migration'`,
    );
    const inDatabase = found.map(
      (row) => `${row.table}.${row.column} ${row.type} ${row.nullable ? 'null' : 'not null'}`,
    );
    const inSchema = tables.flatMap((table) => {
      const { name, columns } = getTableConfig(table);
      return columns.map(
        (column) => `${name}.${nameOf(column)} ${column.getSQLType()} ${column.notNull ? 'not null' : 'null'}`,
      );
    });
    expect(inDatabase.toSorted()).toEqual(inSchema.toSorted());
  });

  test('has every index of the schema', async () => {
    const database = await openFresh();
    const found = await rowsOf<{ name: string }>(
      database.orm,
      sql`select indexname as name from pg_indexes where schemaname = 'public'`,
    );
    const inSchema = tables.flatMap((table) => getTableConfig(table).indexes.map((index) => index.config.name));
    expect(found.map((row) => row.name)).toEqual(expect.arrayContaining(inSchema));
  });

  test('has a column for everything that travels', () => {
    for (const kind of syncedKinds) {
      const columns = Object.keys(schema.tableOf[kind]);
      expect(columns, kind).toEqual(expect.arrayContaining(columnsOf(kind)));
    }
  });
});

test('a database on PGlite that is newer than the code, or of another program, is refused unchanged', async () => {
  const database = await openDb({ memory: true, from: await pgliteTemplate() });
  const run = (text: string, values?: unknown[]) => database.execute(text, values);
  await migrate(run, migrations);
  await expect(migrate(run, migrations.slice(0, 1))).rejects.toThrow(/newer version of this server/);
  await expect(migrate(run, [{ name: 'another', sql: 'select 1' }, ...migrations.slice(1)])).rejects.toThrow(
    /another program/,
  );
  expect((await database.execute('select count(*)::int as n from migration')).rows).toEqual([{ n: migrations.length }]);
  await database.close();
});

test('two servers that start together on an empty PostgreSQL make one organisation, and refuse it when it is newer than they', async () => {
  const url = await newPostgresDatabase();
  const opened = await Promise.all([openDb({ url }), openDb({ url })]);
  const { clock, random } = testSource();
  const settings = { name: 'Kanade', timeZone: 'Asia/Tokyo', locale: 'ja' };
  const made = await Promise.all(opened.map((database) => ensureOrganisation(database, clock, random, settings)));
  expect(made[0]?.epoch).toBe(made[1]?.epoch);
  await opened[0].execute(
    `insert into migration (position, name) values (${migrations.length}, '9999-from-the-future')`,
  );
  await expect(openDb({ url })).rejects.toThrow(/9999-from-the-future/);
  await opened[0].execute(`delete from migration where name = '9999-from-the-future'`);
  await (await openDb({ url })).close();
  for (const database of opened) await database.close();
});
