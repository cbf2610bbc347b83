/** What the rest of the server knows of its database, whichever of the two engines runs it. Opens nothing itself. */
import type { ExtractTablesWithRelations, SQL } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT, PgTransaction } from 'drizzle-orm/pg-core';
import type { FeedHub } from '../feed/feed-hub.ts';
import type * as schema from './schema.ts';

export type Orm = PgDatabase<PgQueryResultHKT, typeof schema>;
export type Transaction = PgTransaction<PgQueryResultHKT, typeof schema, ExtractTablesWithRelations<typeof schema>>;
/** Either: for functions that only read. */
export type Queries = Orm | Transaction;

export type ServerDatabase = {
  engine: 'pglite' | 'postgresql';
  /** For reading. Inside `write()` use `w.tx` only: on PGlite there is one connection, so `orm` would wait for ever. */
  orm: Orm;
  /** Hears after each commit which scopes have grown. */
  hub: FeedHub;
  /** Runs SQL text with numbered values, or several statements without; gives the rows of all. For pg-boss and the migrations. */
  execute(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  /** Waits for nothing: whoever still reads gets an error. */
  close(): Promise<void>;
};

/** Runs a statement and gives its rows. The caller names their shape; it is the shape of its own SQL. */
export async function rowsOf<T extends Record<string, unknown>>(queries: Queries, statement: SQL): Promise<T[]> {
  const { rows } = (await queries.execute<T>(statement)) as { rows: T[] };
  return rows;
}
