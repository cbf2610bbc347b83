/** The empty, migrated PGlite that test servers begin with; for suites of vitest and of Playwright alike. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { migrate } from '../../src/server/db/migrate.ts';
import { migrations } from '../../src/server/db/migrations/list-migrations.ts';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/kanade/', import.meta.url));

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
