/**
 * The door of a running server for the operator of its computer: an address of this computer only, and a word in a file of
 * the data folder that its owner alone can read. PGlite has one process, so a backup of it while it runs comes through here.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { rowsOf, type ServerDatabase } from '../db/server-database.ts';
import type { Source } from '../db/write.ts';
import { type Log, nameOfError } from '../log/log.ts';
import { BackupRefused, lineOf, type PutRecord, readRecords } from './backup-records.ts';
import { dumpDatabase } from './dump-database.ts';

const NOTE = 'operator.json';
const noteSchema = z.object({ url: z.url(), word: z.string() });

/** While a backup is read from PGlite nobody else can ask it: whoever takes nothing for so long, in ms, is let go. */
const TAKES_WITHIN_MS = 30_000;

/**
 * Opens the door.
 * @returns the function that closes it
 */
export async function openOperatorDoor(
  database: ServerDatabase,
  { clock, random }: Source,
  dataDir: string,
  log: Log,
): Promise<() => Promise<void>> {
  const word = Buffer.from(random.bytes(32)).toString('base64url');
  const server = createServer((request, response) => {
    if (request.url !== '/backup' || request.method !== 'POST') {
      response.writeHead(404).end();
      return;
    }
    if (!isSame(request.headers.authorization ?? '', `Bearer ${word}`)) {
      response.writeHead(403).end();
      return;
    }
    void sendDatabase(database, clock.now(), response).catch((error: unknown) => {
      log.error('backup.failed', nameOfError(error));
      // Half a backup must not look like a whole one: the line breaks, and there is no last record.
      response.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const note = path.join(dataDir, NOTE);
  const { port } = server.address() as AddressInfo;
  // A note of a server that was killed: its rights are those of that one.
  rmSync(note, { force: true });
  writeFileSync(note, JSON.stringify({ url: `http://127.0.0.1:${port}`, word }), { mode: 0o600 });
  return async () => {
    rmSync(note, { force: true });
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
}

async function sendDatabase(database: ServerDatabase, now: number, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const send = async (bytes: Uint8Array): Promise<void> => {
    gone.signal.throwIfAborted();
    if (response.write(bytes)) return;
    await once(response, 'drain', { signal: AbortSignal.any([gone.signal, AbortSignal.timeout(TAKES_WITHIN_MS)]) });
  };
  const put: PutRecord = async (record, body) => {
    await send(lineOf(record));
    if (body && body.byteLength > 0) await send(body);
  };
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  await database.orm.transaction(
    async (tx) => {
      await dumpDatabase(async (text) => ({ rows: await rowsOf(tx, sql.raw(text)) }), put, {
        now,
        masterKeyId: null,
      });
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
  response.end();
}

function isSame(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

/**
 * Takes the database of the server that runs on this folder.
 * @returns false when none runs there
 * @throws BackupRefused when it runs and does not give it whole
 */
export async function takeFromRunningServer(dataDir: string, put: PutRecord): Promise<boolean> {
  const answer = await knock(dataDir);
  if (!answer) return false;
  if (!answer.ok || !answer.body) throw new BackupRefused('The running server does not give its database: restart it.');
  const body = answer.body as unknown as AsyncIterable<Uint8Array>;
  for await (const { record, body: bytes } of readRecords(body, 'What the running server sent', 'databaseEnd')) {
    await put(record, bytes);
  }
  return true;
}

async function knock(dataDir: string): Promise<Response | null> {
  let note: z.output<typeof noteSchema>;
  try {
    note = noteSchema.parse(JSON.parse(readFileSync(path.join(dataDir, NOTE), 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES')
      throw new BackupRefused(`${path.join(dataDir, NOTE)} is of another user: run the backup as the server's user.`);
    return null;
  }
  try {
    return await fetch(`${note.url}/backup`, { method: 'POST', headers: { authorization: `Bearer ${note.word}` } });
  } catch {
    // The server that wrote the note is gone.
    return null;
  }
}
