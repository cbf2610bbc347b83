/**
 * The server's two databases for tests: PGlite, copied from one that was made once, and a real PostgreSQL. Suites that
 * read or write the database run on both.
 */
import { afterAll, describe } from 'vitest';
import { openDb } from '../../src/server/db/open-db.ts';
import type { ServerDatabase } from '../../src/server/db/server-database.ts';
import { pgliteTemplate } from './pglite-template.ts';
import { newPostgresDatabase } from './real-postgres.ts';

export type Engine = ServerDatabase['engine'];
export { pgliteTemplate };
/** Opens a new database with all migrations and nothing in it; it is closed when the suite ends. */
export type OpenFresh = () => Promise<ServerDatabase>;

/** Runs a suite twice: once on PGlite, once on PostgreSQL. Its title gets the engine's name. */
export function describeOnEveryDatabase(title: string, suite: (openFresh: OpenFresh, engine: Engine) => void): void {
  for (const engine of ['pglite', 'postgresql'] as const) {
    describe(`${title} (${engine})`, () => {
      const opened: ServerDatabase[] = [];
      afterAll(async () => {
        for (const database of opened) await database.close();
      });
      suite(async () => {
        const database =
          engine === 'pglite'
            ? await openDb({ memory: true, from: await pgliteTemplate() })
            : await openDb({ url: await newPostgresDatabase() });
        opened.push(database);
        return database;
      }, engine);
    });
  }
}
