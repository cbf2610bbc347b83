/** The files of one agent with a text in each, under a key that the host opens, and a second key that was ordered. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type DeskKeys, makeDeskKeys } from '../../src/main/core/keys/desk-keys.ts';
import { seededRandom } from '../../src/shared/domain/clock.ts';

export const HOST_KEY = '7e'.repeat(32);
export const AGENT = '019d0000-0000-7000-8000-000000000001';
export const NAMES = ['outbox.db', 'cache.db', 'search.db'] as const;
const ROWS = 400;

/** The keys of a folder as a console that starts there has them. `life` makes other keys than an earlier start. */
export function keysOf(dataDir: string, life: number): DeskKeys {
  return makeDeskKeys({
    dataDir,
    hostKey: HOST_KEY,
    clock: { now: () => 1_764_000_000_000 },
    random: seededRandom(life),
    askHttp: ({ path }) =>
      Promise.resolve({
        status: path === '/api/device-keys' ? 200 : 404,
        type: 'application/json',
        body: new TextEncoder().encode(JSON.stringify({ secret: 'A'.repeat(43), offlineForHours: 168 })),
      }),
    log: () => undefined,
  });
}

export function openWith(path: string, key: string): Database.Database {
  const connection = new Database(path);
  connection.pragma("cipher = 'aegis'");
  connection.pragma(`key = "x'${key}'"`);
  return connection;
}

/** A folder whose outbox was left by a crash: its last rows stand in the journal only. */
export async function makeAgentFolder(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'rekey-'));
  const keys = keysOf(dataDir, 1);
  const key = keys.openHere(AGENT) ?? '';
  for (const name of NAMES) {
    const file = openWith(join(dataDir, AGENT, name), key);
    file.pragma('journal_mode = WAL');
    file.pragma('wal_autocheckpoint = 0');
    file.exec('create table said (n integer primary key autoincrement, text)');
    const insert = file.prepare('insert into said (text) values (?)');
    for (let n = 0; n < ROWS; n++) insert.run(`${name} ことば ${n}`);
    file.pragma('user_version = 3');
    // As a killed process leaves it: with everything in the journal.
    if (name !== 'outbox.db') file.close();
  }
  await keys.orderNewKey(AGENT, 'token');
  return dataDir;
}

/** Opens the folder as the next start would, and gives what is wrong with it. */
export function faultsOf(dataDir: string, life: number): string[] {
  const key = keysOf(dataDir, life).openHere(AGENT);
  if (key === null) return ['the host’s key opens nothing'];
  return NAMES.flatMap((name) => {
    try {
      const file = openWith(join(dataDir, AGENT, name), key);
      const rows = file.prepare('select count(*) as n from said').get() as { n: number };
      const check = file.pragma('quick_check', { simple: true });
      file.close();
      return rows.n === ROWS && check === 'ok' ? [] : [`${name}: ${rows.n} rows, ${String(check)}`];
    } catch (error) {
      return [`${name}: ${error instanceof Error ? error.message : 'unknown'}`];
    }
  });
}
