/** Brings the database to the shape that this code knows, or refuses to start. Never changes data outside a transaction. */
import type { Migration } from './migrations/list-migrations.ts';

/** Runs SQL text, possibly of several statements, on one connection. */
export type RunSql = (text: string, values?: unknown[]) => Promise<{ rows: Record<string, unknown>[] }>;

/** Any number will do; it must be the same in every node. */
const MIGRATION_LOCK = 4_251_906;

/**
 * Runs the missing migrations in one transaction under an advisory lock, so that two nodes starting together do not
 * run them twice. `run` must use one connection throughout.
 * @throws DatabaseTooNew when the database has migrations that this code does not know
 */
export async function migrate(run: RunSql, migrations: readonly Migration[]): Promise<void> {
  await run('begin');
  try {
    await migrateInside(run, migrations);
    await run('commit');
  } catch (error) {
    await run('rollback');
    throw error;
  }
}

/**
 * The same inside a transaction that the caller has begun and ends.
 * @throws DatabaseTooNew, DatabaseOfAnotherHistory
 */
export async function migrateInside(run: RunSql, migrations: readonly Migration[]): Promise<void> {
  await run(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
  await run('create table if not exists migration (position integer primary key, name text not null)');
  const { rows } = await run('select position, name from migration order by position');
  for (const [index, row] of rows.entries()) {
    const known = migrations[index];
    if (!known) throw new DatabaseTooNew(String(row['name']));
    if (known.name !== row['name']) throw new DatabaseOfAnotherHistory(known.name, String(row['name']));
  }
  for (const [index, migration] of migrations.entries()) {
    if (index < rows.length) continue;
    await run(migration.sql);
    await run('insert into migration (position, name) values ($1, $2)', [index, migration.name]);
  }
}

export class DatabaseTooNew extends Error {
  override name = 'DatabaseTooNew';
  constructor(migration: string) {
    super(
      `The database was made by a newer version of this server (it has "${migration}"). Start that version or a newer one; nothing was changed.`,
    );
  }
}

export class DatabaseOfAnotherHistory extends Error {
  override name = 'DatabaseOfAnotherHistory';
  constructor(expected: string, found: string) {
    super(
      `The database has "${found}" where this server expects "${expected}": it belongs to another program. Nothing was changed.`,
    );
  }
}
