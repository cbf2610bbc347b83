/**
 * The server's two databases for tests: PGlite, copied from one that was made once, and a real PostgreSQL. Suites that
 * read or write the database run on both.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, describe } from 'vitest';
import { migrate } from '../../src/server/db/migrate.ts';
import { migrations } from '../../src/server/db/migrations/list-migrations.ts';
import { openDb } from '../../src/server/db/open-db.ts';
import type { ServerDatabase } from '../../src/server/db/server-database.ts';
import { newPostgresDatabase } from './real-postgres.ts';

export type Engine = ServerDatabase['engine'];
/** Opens a new database with all migrations and nothing in it; it is closed when the suite ends. */
export type OpenFresh = () => Promise<ServerDatabase>;

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/kanade/', import.meta.url));

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

/** A migrated, empty PGlite as a file: making one takes 5 s of a core, copying it a fraction. Kept over runs, by what it is made of. */
export async function pgliteTemplate(): Promise<Blob> {
  const { version } = JSON.parse(
    await readFile(new URL('../../node_modules/@electric-sql/pglite/package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  const madeOf = createHash('sha256')
    .update(version)
    .update(migrations.map(({ name, sql }) => name + sql).join('\n'))
    .digest('hex')
    .slice(0, 16);
  const file = path.join(CACHE, `pglite-${madeOf}.tar`);
  const known = await readFile(file).catch(() => null);
  if (known) return new Blob([new Uint8Array(known)]);
  const client = await PGlite.create();
  await migrate(
    async (text, values) => ({
      rows: values
        ? (await client.query<Record<string, unknown>>(text, values)).rows
        : ((await client.exec(text)).at(-1)?.rows ?? []),
    }),
    migrations,
  );
  const dump = await client.dumpDataDir('none');
  await client.close();
  const bytes = new Uint8Array(await dump.arrayBuffer());
  await mkdir(CACHE, { recursive: true });
  // Two suites may make it at the same time; either file is right, half of one is not.
  await writeFile(`${file}.${process.pid}`, bytes);
  await rename(`${file}.${process.pid}`, file);
  return new Blob([bytes]);
}
