/** The one PGlite of a process on which simulated worlds live, one after the other: opened, emptied, counted. */
import { openDb } from '../../../src/server/db/open-db.ts';
import type { ServerDatabase } from '../../../src/server/db/server-database.ts';

/** One PGlite serves many worlds, one after the other: making one takes seconds. */
export async function openServerDatabase(): Promise<ServerDatabase> {
  const database = await openDb({ memory: true });
  workOf.set(database, countWork(clientOf(database)));
  return database;
}

/** PGlite as drizzle holds it. */
type Client = {
  query: (...values: unknown[]) => Promise<unknown>;
  transaction: (...values: unknown[]) => Promise<unknown>;
};
const clientOf = (database: ServerDatabase) => (database.orm as unknown as { $client: Client }).$client;

/** Counts what the database is at work on. */
function countWork(client: Client): () => number {
  let working = 0;
  const { query, transaction } = client;
  const counted =
    (call: Client['query']) =>
    async (...values: unknown[]) => {
      working++;
      try {
        return await call.apply(client, values);
      } finally {
        working--;
      }
    };
  Object.assign(client, { query: counted(query), transaction: counted(transaction) });
  return () => working;
}
const workOf = new WeakMap<ServerDatabase, () => number>();

const knownTables = new WeakMap<ServerDatabase, Promise<string[]>>();

/** Names of the tables with rows of a centre. */
export function tablesOf(database: ServerDatabase): Promise<string[]> {
  const found = knownTables.get(database) ?? readTables(database);
  knownTables.set(database, found);
  return found;
}

async function readTables(database: ServerDatabase): Promise<string[]> {
  const { rows } = await database.execute(
    `select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'migration'`,
  );
  return rows.map((row) => String(row['name']));
}

/** Worlds after which the places of deleted rows are given back. */
const WORLDS_PER_VACUUM = 10;
const emptied = new WeakMap<ServerDatabase, number>();

/**
 * Deletes all rows, where `truncate` would make the files of all tables anew, which took a tenth of a run; without the
 * checks of references, so in any order.
 */
export async function deleteEverything(database: ServerDatabase): Promise<void> {
  const deletes = (await tablesOf(database)).map((name) => `delete from "${name}"`).join('; ');
  await database.execute(`begin; set local session_replication_role = replica; ${deletes}; commit`);
}

/** Makes the database as it was when it was opened. */
export async function emptyDatabase(database: ServerDatabase): Promise<void> {
  await deleteEverything(database);
  await database.execute('alter sequence conversation_number_seq restart');
  const worlds = (emptied.get(database) ?? 0) + 1;
  emptied.set(database, worlds);
  if (worlds % WORLDS_PER_VACUUM === 0) await database.execute('vacuum');
}

/** Calls that the database is at work on. */
export const workingOf = (database: ServerDatabase): number => workOf.get(database)?.() ?? 0;
