/** One bare connection to a database of either engine, as it stands: no migration, no second connection, no listener. */
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import type { RunSql } from '../db/migrate.ts';

export type Connection = { run: RunSql; close(): Promise<void> };
export type ConnectionAddress = { folder: string } | { url: string };

/** @throws the driver's error when there is no database to reach */
export async function openConnection(address: ConnectionAddress): Promise<Connection> {
  if ('folder' in address) {
    const client = await PGlite.create({ dataDir: address.folder });
    return {
      // `exec` takes several statements and no values, `query` one statement with values.
      run: async (text, values) =>
        values
          ? { rows: (await client.query<Record<string, unknown>>(text, values)).rows }
          : { rows: (await client.exec(text)).flatMap((result) => result.rows as Record<string, unknown>[]) },
      close: () => client.close(),
    };
  }
  const client = new pg.Client({ connectionString: address.url });
  // What breaks while nothing is asked is told by the next question.
  client.on('error', () => {});
  await client.connect();
  return {
    run: async (text, values) => {
      const result = (await client.query(text, values)) as
        | pg.QueryResult<Record<string, unknown>>
        | pg.QueryResult<Record<string, unknown>>[];
      return { rows: Array.isArray(result) ? result.flatMap((one) => one.rows) : result.rows };
    },
    close: () => client.end(),
  };
}

/** Runs `fn` in a transaction that reads one moment of the database and writes nothing. */
export async function inSnapshot<T>({ run }: Connection, fn: () => Promise<T>): Promise<T> {
  await run('begin isolation level repeatable read read only');
  try {
    return await fn();
  } finally {
    await run('rollback');
  }
}

/** Runs `fn` in a transaction that is kept whole or not at all. */
export async function inTransaction<T>({ run }: Connection, fn: () => Promise<T>): Promise<T> {
  await run('begin');
  try {
    const result = await fn();
    await run('commit');
    return result;
  } catch (error) {
    await run('rollback').catch(() => {});
    throw error;
  }
}
