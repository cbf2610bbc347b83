/** A centre is saved while it works, destroyed, and put back: the consoles that were connected are level again, and what waited is applied once. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderStore } from '../../src/server/attachments/file-store.ts';
import { checkBackupFile } from '../../src/server/backup/backup-file.ts';
import { keepNewest, makeBackup } from '../../src/server/backup/make-backup.ts';
import { restoreBackup, type RestoreWish } from '../../src/server/backup/restore-backup.ts';
import { holdFolder } from '../../src/server/db/hold-folder.ts';
import { migrate } from '../../src/server/db/migrate.ts';
import { migrations } from '../../src/server/db/migrations/list-migrations.ts';
import { openConnection } from '../../src/server/backup/open-connection.ts';
import { openDb } from '../../src/server/db/open-db.ts';
import { blob, channelAccount, conversation, message, organisation, outbound } from '../../src/server/db/schema.ts';
import { coreThreads, isOffline, isOnline, newFolder, signIn } from '../support/core-threads.ts';
import type { Engine } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { newPostgresDatabase } from '../support/real-postgres.ts';
import { addConversation, TEST_MASTER_KEY } from '../support/small-centre.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

const masterKey = Buffer.from(TEST_MASTER_KEY).toString('base64');
const wrongKey = Buffer.alloc(32, 1).toString('base64');
const cleanUps: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const clean of cleanUps.reverse()) await clean();
});
async function aFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kanade-backup-'));
  cleanUps.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs one of the commands, and gives what it said. */
async function command(
  name: 'backup' | 'restore',
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; said: string }> {
  const entry = path.join(import.meta.dirname, `../../src/server/${name}.ts`);
  const child = spawn(process.execPath, [entry, ...args], { env: { ...process.env, DATABASE_URL: '', ...env } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said };
}

const wishOf = (server: TestServer, file: string, more: Partial<RestoreWish> = {}): RestoreWish => ({
  file,
  dataDir: server.dataDir,
  databaseUrl: server.databaseUrl,
  masterKey,
  replace: null,
  withoutMasterKey: false,
  now: server.source.clock.now(),
  epoch: 'another-history',
  ...more,
});

/** Started once; the suite below goes on with the one on PGlite. */
const servers: Partial<Record<Engine, TestServer>> = {};

for (const engine of ['postgresql', 'pglite'] as const satisfies Engine[]) {
  describe(`a restored centre (${engine})`, () => {
    let server: TestServer;
    let folder: string;
    const cores = coreThreads(() => server.url);
    beforeAll(async () => {
      server = await startTestServer({ engine });
      servers[engine] = server;
      cleanUps.push(() => server.stop());
      folder = await aFolder();
    });

    test('has its consoles level again, applies what waited once, and sends nothing twice', async () => {
      const database = () => server.running.database;
      const bytes = Buffer.from('写真のつもり');
      const stored = await folderStore(path.join(server.dataDir, 'files')).put(bytes);
      await database()
        .orm.insert(blob)
        .values({ ...stored, storedAt: 1 });
      const old = await addConversation(database(), server.source, server.centre, { channel: 'line', messages: 2 });
      const { api } = await cores.start(newFolder());
      await signIn(api, server.centre.agents.suzuki);
      // The account is off: this reply stands in the backup as one that waits.
      const sent = await api.replies.send({
        conversationId: old.conversationId,
        text: '確認いたします',
        mail: null,
        seenSeq: (await api.conversations.get({ conversationId: old.conversationId })).seenSeq,
      });
      await eventually(async () => (await api.outbox.list({})).rows.length === 0);

      const file = path.join(folder, 'centre.backup');
      const { code, said } = await command('backup', ['--data', server.dataDir, '--to', file], {
        KANADE_MASTER_KEY: masterKey,
        DATABASE_URL: server.databaseUrl ?? '',
      });
      expect(said).toMatch(/^Saved \d+ rows and 1 files of messages to /);
      expect(code).toBe(0);
      expect(statSync(file).mode & 0o077).toBe(0);
      expect(readFileSync(file).includes(Buffer.from(TEST_MASTER_KEY))).toBe(false);

      const later = await addConversation(database(), server.source, server.centre, { text: '控えの後に来た' });
      const inbox = async () =>
        (await api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 50 })).rows.map(
          (row) => row.conversationId,
        );
      await eventually(async () => (await inbox()).includes(later.conversationId));
      await server.running.stop();
      await eventually(() => isOffline(api));
      await api.notes.add({ conversationId: old.conversationId, text: '線のない間のメモ' });
      expect((await api.connection.get({})).waiting).toBe(1);

      await rm(path.join(server.dataDir, 'files'), { recursive: true, force: true });
      if (engine === 'pglite') await rm(path.join(server.dataDir, 'database'), { recursive: true, force: true });
      // On PostgreSQL the centre still stands there: it has to be given up by its name.
      else {
        await expect(restoreBackup(wishOf(server, file))).rejects.toThrow(/--replace "Kanade"/);
        await expect(restoreBackup(wishOf(server, file, { replace: 'Other' }))).rejects.toThrow(/called "Kanade", not/);
      }
      const restored = await restoreBackup(wishOf(server, file, { replace: engine === 'pglite' ? null : 'Kanade' }));
      expect(restored).toMatchObject({ files: 1, missingFiles: 0, aside: null });

      await server.restart();
      await eventually(() => isOnline(api), { withinMs: 30_000 });
      await eventually(async () => (await api.outbox.list({})).rows.length === 0, { withinMs: 30_000 });
      await eventually(async () => {
        const now = await inbox();
        return now.includes(old.conversationId) && !now.includes(later.conversationId);
      });
      const notes = (await database().orm.select().from(message)).filter((row) => row.direction === 'note');
      expect(notes.map((row) => row.text)).toEqual(['線のない間のメモ']);
      const [waited] = await database().orm.select().from(outbound).where(eq(outbound.messageId, sent.messageId));
      expect(waited).toMatchObject({ state: 'needsReview', lastError: 'restored-from-backup' });
      const [centre] = await database().orm.select().from(organisation);
      expect(centre?.epoch).toBe('another-history');
      expect(Buffer.from(await folderStore(path.join(server.dataDir, 'files')).get(stored.path))).toEqual(bytes);
      // Numbers that people say on the telephone go on; none is given twice.
      const [one] = await database().orm.select().from(conversation).where(eq(conversation.id, old.conversationId));
      const next = await addConversation(database(), server.source, server.centre, {});
      const [two] = await database().orm.select().from(conversation).where(eq(conversation.id, next.conversationId));
      expect(two?.number).not.toBe(one?.number);
    }, 120_000);
  });
}

describe('a backup that cannot be put back', () => {
  let server: TestServer;
  let folder: string;
  let good: string;
  let size: number;
  beforeAll(async () => {
    if (!servers.pglite) throw new Error('the suite above did not start');
    server = servers.pglite;
    folder = await aFolder();
    good = path.join(folder, 'good.backup');
    await addConversation(server.running.database, server.source, server.centre, {});
    await makeBackup({ dataDir: server.dataDir, databaseUrl: undefined, masterKey, file: good, now: 1_000 });
    size = statSync(good).size;
  });

  /** The good one with another first line. */
  function withHeader(name: string, change: (header: { version: number; migrations: string[] }) => void): string {
    const bytes = readFileSync(good);
    const at = bytes.indexOf(10);
    const header = JSON.parse(bytes.subarray(0, at).toString()) as { version: number; migrations: string[] };
    change(header);
    const rest = bytes.subarray(at + 1);
    const lastLine = rest.lastIndexOf('{"t":"end"');
    const body = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), rest.subarray(0, lastLine)]);
    const end = JSON.parse(rest.subarray(lastLine).toString()) as Record<string, unknown>;
    const file = path.join(folder, name);
    const sha256 = createHash('sha256').update(body).digest('hex');
    writeFileSync(file, Buffer.concat([body, Buffer.from(`${JSON.stringify({ ...end, sha256 })}\n`)]));
    return file;
  }
  function cut(name: string, length: number): string {
    const file = path.join(folder, name);
    writeFileSync(file, readFileSync(good).subarray(0, length));
    return file;
  }
  function flip(name: string, at: number): string {
    const file = path.join(folder, name);
    copyFileSync(good, file);
    const bytes = readFileSync(file);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    return file;
  }

  test('is refused with what is wrong and the remedy, and leaves the place as it was', async () => {
    const letter = path.join(folder, 'letter.txt');
    writeFileSync(letter, 'Dear Sir or Madam,\n');
    const empty = path.join(folder, 'empty.backup');
    writeFileSync(empty, '');
    const cases: [string, RegExp][] = [
      [path.join(folder, 'nowhere'), /cannot be read \(ENOENT\)/],
      [letter, /is no backup of Kanade\. Give a file that `npm run backup` made/],
      [empty, /is no backup of Kanade/],
      [cut('half.backup', Math.floor(size / 2)), /cut off/],
      [cut('no-end.backup', readFileSync(good).lastIndexOf('{"t":"end"')), /cut off/],
      [flip('flipped.backup', Math.floor(size / 2)), /is damaged|cut off/],
      [flip('flipped-end.backup', size - 5), /is damaged/],
      [withHeader('newer.backup', (header) => (header.version = 2)), /newer version of Kanade \(format 2/],
      [
        withHeader('newer-schema.backup', (header) => header.migrations.push('9999-of-the-future')),
        /newer version of Kanade \(its database has "9999-of-the-future"\)/,
      ],
      [
        withHeader('foreign.backup', (header) => (header.migrations[0] = '0001-of-others')),
        /belongs to another program/,
      ],
    ];
    const place = await aFolder();
    for (const [file, sentence] of cases)
      await expect(restoreBackup({ ...wishOf(server, file), dataDir: place }), path.basename(file)).rejects.toThrow(
        sentence,
      );
    expect(readdirSync(place)).toEqual([]);
    const wish = { ...wishOf(server, good), dataDir: place };
    await expect(restoreBackup({ ...wish, masterKey: undefined })).rejects.toThrow(/there is no master key in/);
    await expect(restoreBackup({ ...wish, masterKey: wrongKey })).rejects.toThrow(/or give --without-master-key/);
    expect(readdirSync(place)).toEqual([]);
    const { code, said } = await command('restore', [letter, '--data', place]);
    expect(said.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  });

  test('is not put over a centre that stands or runs; given up by name, the old one is kept aside', async () => {
    const release = holdFolder(server.dataDir);
    await expect(restoreBackup(wishOf(server, good))).rejects.toThrow(/Another server/);
    release();
    await server.running.stop();
    await expect(restoreBackup(wishOf(server, good))).rejects.toThrow(/a centre here already \("Kanade"\)/);
    const { aside } = await restoreBackup(wishOf(server, good, { replace: 'Kanade' }));
    expect(existsSync(aside ?? '')).toBe(true);
    expect(existsSync(path.join(server.dataDir, 'database'))).toBe(true);
    // A stopped server is read from its folder; what comes out is what went in.
    const again = path.join(folder, 'again.backup');
    await makeBackup({ dataDir: server.dataDir, databaseUrl: undefined, masterKey, file: again, now: 2_000 });
    expect((await checkBackupFile(again)).tables).toEqual((await checkBackupFile(good)).tables);
  }, 120_000);

  test('is read by the other engine, and of an older schema it is brought forward', async () => {
    const url = await newPostgresDatabase();
    await restoreBackup({ ...wishOf(server, good), dataDir: await aFolder(), databaseUrl: url });
    const lossyUrl = await newPostgresDatabase();
    const lossy = { databaseUrl: lossyUrl, masterKey: undefined, withoutMasterKey: true };
    await restoreBackup({ ...wishOf(server, good), ...lossy, dataDir: await aFolder() });
    const withoutKey = await openDb({ url: lossyUrl });
    expect(await withoutKey.orm.select({ keyProof: organisation.keyProof }).from(organisation)).toEqual([
      { keyProof: null },
    ]);
    expect((await withoutKey.orm.select().from(channelAccount)).map((row) => row.sealedSettings + row.state)).toEqual(
      Array(7).fill('off'),
    );
    await withoutKey.close();
    const file = path.join(folder, 'from-postgres.backup');
    await makeBackup({ dataDir: folder, databaseUrl: url, masterKey, file, now: 3_000 });
    expect((await checkBackupFile(file)).tables).toEqual((await checkBackupFile(good)).tables);

    const oldUrl = await newPostgresDatabase();
    const { run, close } = await openConnection({ url: oldUrl });
    const older = migrations.slice(0, 3);
    await migrate(run, older);
    await run(
      `insert into organisation (id, name, time_zone, locale, epoch, identity_key) values (gen_random_uuid(), 'Old', 'Asia/Tokyo', 'ja', 'e', '\\x01')`,
    );
    await close();
    const old = path.join(folder, 'old.backup');
    await makeBackup({ dataDir: folder, databaseUrl: oldUrl, masterKey, file: old, now: 4_000 });
    expect((await checkBackupFile(old)).header.migrations).toEqual(older.map(({ name }) => name));
    const newUrl = await newPostgresDatabase();
    await restoreBackup({ ...wishOf(server, old), dataDir: await aFolder(), databaseUrl: newUrl });
    const restored = await openDb({ url: newUrl });
    expect(await restored.orm.select().from(organisation)).toMatchObject([{ name: 'Old', epoch: 'another-history' }]);
    await restored.close();
  }, 60_000);
});

test('only the newest backups of a folder are kept, and nothing else is touched', async () => {
  const folder = await aFolder();
  for (const name of ['kanade-20260101-000000.backup', 'kanade-20260102-000000.backup', 'notes.txt'])
    writeFileSync(path.join(folder, name), '');
  expect(await keepNewest(folder, 1)).toEqual(['kanade-20260101-000000.backup']);
  expect(readdirSync(folder).sort()).toEqual(['kanade-20260102-000000.backup', 'notes.txt']);
});
