/**
 * Opens the server's database: PGlite in a folder, or PostgreSQL by its address. Both give the same type, the same
 * schema and the same migrations. Holds no table and no rule.
 */
import { PGlite } from '@electric-sql/pglite';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import pg from 'pg';
import { createFeedHub } from '../feed/feed-hub.ts';
import { listenForGrowth } from '../feed/listen-for-growth.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/list-migrations.ts';
import { prepareStatements } from './prepare-statements.ts';
import * as schema from './schema.ts';
import type { Orm, ServerDatabase } from './server-database.ts';

/** Where the database is. `from` is a copy of a PGlite folder (`dumpDataDir`) to begin with; tests use it to start fast. */
export type DatabaseAddress = { folder: string; from?: Blob } | { memory: true; from?: Blob } | { url: string };

/** PostgreSQL's number of the type int8; read as a JavaScript number, since no `sv` and no time comes near 2^53. */
const INT8 = 20;

/**
 * Opens the database and brings it to this version's shape.
 * @throws DatabaseTooNew, or the driver's error when there is no database to reach
 */
export async function openDb(address: DatabaseAddress): Promise<ServerDatabase> {
  return 'url' in address ? await openPostgres(address.url) : await openPglite(address);
}

type PgliteAddress = Exclude<DatabaseAddress, { url: string }>;

async function openPglite(address: PgliteAddress): Promise<ServerDatabase> {
  const client = await PGlite.create({
    ...('folder' in address ? { dataDir: address.folder } : {}),
    ...(address.from ? { loadDataDir: address.from } : {}),
    parsers: { [INT8]: Number },
  });
  const run = async (text: string, values?: unknown[]) => {
    // `exec` takes several statements and no values, `query` one statement with values.
    if (values && values.length > 0) return { rows: (await client.query<Record<string, unknown>>(text, values)).rows };
    try {
      return { rows: (await client.exec(text)).flatMap((result) => result.rows as Record<string, unknown>[]) };
    } catch (error) {
      // There is one connection: a transaction that the text began and did not end would spoil it for everybody.
      await client.exec('rollback');
      throw error;
    }
  };
  try {
    await migrate(run, migrations);
  } catch (error) {
    await client.close();
    throw error;
  }
  return {
    engine: 'pglite',
    orm: drizzlePglite({ client: prepareStatements(client) as PGlite, schema, casing: 'snake_case' }) as unknown as Orm,
    hub: createFeedHub(),
    execute: run,
    close: () => client.close(),
  };
}

async function openPostgres(url: string): Promise<ServerDatabase> {
  pg.types.setTypeParser(INT8, Number);
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  // A connection that breaks is thrown away by the pool, and whoever was asking gets the error. It is an event as well, of
  // the pool while the connection is idle and of the connection while somebody has it: without a listener for each it
  // would end the server.
  pool.on('error', () => {});
  pool.on('connect', (connection) => connection.on('error', () => {}));
  const connection = await pool.connect();
  try {
    await migrate(async (text, values) => ({ rows: rowsOfAll(await connection.query(text, values)) }), migrations);
  } catch (error) {
    connection.release();
    await pool.end();
    throw error;
  }
  connection.release();
  const hub = createFeedHub();
  const stopListening = await listenForGrowth(url, hub);
  return {
    engine: 'postgresql',
    orm: drizzlePostgres(pool, { schema, casing: 'snake_case' }) as unknown as Orm,
    hub,
    execute: (text, values) => executeOn(pool, text, values),
    close: async () => {
      await stopListening();
      await pool.end();
    },
  };
}

async function executeOn(
  pool: pg.Pool,
  text: string,
  values: unknown[] | undefined,
): Promise<{ rows: Record<string, unknown>[] }> {
  const connection = await pool.connect();
  try {
    const result = { rows: rowsOfAll(await connection.query(text, values)) };
    connection.release();
    return result;
  } catch (error) {
    // The text may have begun a transaction and not ended it: such a connection must not go back to the others.
    connection.release(true);
    throw error;
  }
}

/** node-postgres gives an array of results for a text of several statements. */
function rowsOfAll(
  result: pg.QueryResult<Record<string, unknown>> | pg.QueryResult<Record<string, unknown>>[],
): Record<string, unknown>[] {
  return Array.isArray(result) ? result.flatMap((one) => one.rows) : result.rows;
}
