/** `npm run admin`: a centre from the command line: founding it, making an administrator, setting a password, looking who is there. */
import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ADMIN_USAGE, type AdminOptions, AdminRefused, carryOutAdmin } from './admin/admin-commands.ts';
import { sentenceOf } from './backup/sentence-of.ts';
import { ensureOrganisation } from './db/ensure-organisation.ts';
import { holdFolder } from './db/hold-folder.ts';
import { openDb } from './db/open-db.ts';
import type { Source } from './db/write.ts';
import { readOptions } from './read-options.ts';

const PARTS_OF_ONE = 2 ** 47;
const source: Source = {
  clock: { now: () => Date.now() },
  random: {
    next: () => randomInt(PARTS_OF_ONE) / PARTS_OF_ONE,
    bytes: (length) => new Uint8Array(randomBytes(length)),
  },
};

try {
  await main(process.argv.slice(2));
} catch (error) {
  const words = error instanceof AdminRefused ? error.message : sentenceOf(error, 'This was not done');
  process.stderr.write(`${words}\n`);
  process.exitCode = 1;
}

async function main(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args);
  const [command, ...rest] = positionals;
  if (values.help === true || command === undefined) {
    process.stdout.write(ADMIN_USAGE);
    if (command === undefined && values.help !== true) process.exitCode = 1;
    return;
  }
  const place = [values.data, values.config].flatMap((value, at) =>
    value === undefined ? [] : [at === 0 ? '--data' : '--config', value],
  );
  const configuration = readOptions(place, process.env, readText);
  const { databaseUrl } = configuration;
  const dataDir = path.resolve(configuration.dataDir);
  // A PGlite is one process: its server must stand still. A PostgreSQL is changed while its servers run.
  const release = databaseUrl === undefined ? holdFolder(dataDir) : () => undefined;
  try {
    const database = await openDb(
      databaseUrl === undefined ? { folder: path.join(dataDir, 'database') } : { url: databaseUrl },
    );
    try {
      await ensureOrganisation(database, source.clock, source.random, {
        name: 'Kanade',
        timeZone: 'Asia/Tokyo',
        locale: 'ja',
      });
      const options: AdminOptions = { ...values, passwordOf: readPassword, publicUrl: configuration.publicUrl };
      process.stdout.write(await carryOutAdmin(database, source, command, rest, options));
    } finally {
      await database.close();
    }
  } finally {
    release();
  }
}

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        data: { type: 'string' },
        config: { type: 'string' },
        organisation: { type: 'string' },
        workspace: { type: 'string' },
        name: { type: 'string' },
        login: { type: 'string' },
        'password-file': { type: 'string' },
        language: { type: 'string' },
        'time-zone': { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new AdminRefused(`${error instanceof Error ? error.message : 'bad option'} (see --help)`);
  }
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** `-` reads standard input. A password is never an argument: everybody on the computer can read those. */
function readPassword(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8').replace(/\r?\n$/, '');
  } catch {
    throw new AdminRefused(`--password-file ${file} cannot be read.`);
  }
}
