import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { agreeOnKey } from '../../src/server/db/agree-on-key.ts';
import { BadMasterKey, makeNextKey, readMasterKey } from '../../src/server/db/master-key.ts';
import { rotateKey } from '../../src/server/db/rotate-key.ts';
import { channelAccount, organisation } from '../../src/server/db/schema.ts';
import { idOfKey, openSettings, sealSettings } from '../../src/server/db/seal-settings.ts';
import { sealedColumns } from '../../src/server/db/sealed-columns.ts';
import { rowsOf, type ServerDatabase } from '../../src/server/db/server-database.ts';
import { describeOnEveryDatabase } from '../support/databases.ts';
import { testSource } from '../support/test-source.ts';
import { foundWorkCentre, handClock, type WorkCentre } from '../support/work-centre.ts';

const source = testSource();
const SECRET = { imap: { password: 'swordfish-合言葉' } };
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

describeOnEveryDatabase('the master key', (openFresh) => {
  let database: ServerDatabase;
  let centre: WorkCentre;
  let folder: string;
  const folders: string[] = [];
  beforeAll(async () => {
    database = await openFresh();
    centre = await foundWorkCentre(database, handClock());
  });
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'kanade-key-'));
    folders.push(folder);
    await database.orm.update(organisation).set({ keyProof: null });
    await database.orm.update(channelAccount).set({ sealedSettings: '' });
  });
  afterAll(() => {
    for (const one of folders) rmSync(one, { recursive: true, force: true });
  });

  const agree = (given?: Uint8Array) =>
    agreeOnKey(database, source, readMasterKey(folder, given && base64(given), source.random));
  const seal = (key: Uint8Array) =>
    database.orm
      .update(channelAccount)
      .set({ sealedSettings: sealSettings(key, SECRET, source.random) })
      .where(eq(channelAccount.id, centre.accounts.mail));
  async function opened(key: Uint8Array): Promise<unknown> {
    const [row] = await database.orm.select().from(channelAccount).where(eq(channelAccount.id, centre.accounts.mail));
    return openSettings(key, row?.sealedSettings ?? '');
  }
  const rotate = (now?: Uint8Array, next?: Uint8Array) =>
    rotateKey(database, source, { folder, now: now && base64(now), next: next && base64(next) });

  test('is made on the first start in a file that only its owner reads, and is the same ever after', async () => {
    const key = await agree();
    expect(statSync(path.join(folder, 'master.key')).mode & 0o077).toBe(0);
    expect(base64(await agree())).toBe(base64(key));
  });

  test('that is another one is refused at the start, by the ids of both, and nothing is written', async () => {
    const right = await agree(randomBytes(32));
    const wrong = randomBytes(32);
    const refusal = await agree(wrong).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(BadMasterKey);
    expect(String(refusal)).toContain(`under the master key ${idOfKey(right)}`);
    expect(String(refusal)).toContain(`KANADE_MASTER_KEY holds the key ${idOfKey(wrong)}`);
    expect(String(refusal)).not.toContain(base64(wrong));
  });

  test('that is missing is refused by the name of its file, and no new one is put there', async () => {
    await agree(randomBytes(32));
    await expect(agree()).rejects.toThrow(/there is no file .*master\.key.*Restore the right key/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is proven by secrets that an earlier version sealed without a proof', async () => {
    const key = randomBytes(32);
    await seal(key);
    await expect(agree(randomBytes(32))).rejects.toThrow(BadMasterKey);
    expect(base64(await agree(key))).toBe(base64(key));
  });

  test('is rotated: every secret opens under the new key and under no other, the old file stays for old backups', async () => {
    const old = await agree();
    await seal(old);
    const rotation = await rotate();
    expect(rotation).toEqual({ from: idOfKey(old), to: expect.any(String) as string, secrets: 1 });
    const now = await agree();
    expect(idOfKey(now)).toBe(rotation.to);
    expect(await opened(now)).toEqual(SECRET);
    await expect(opened(old)).rejects.toThrow();
    expect(readdirSync(folder).sort()).toEqual(['master.key', `master.key.${rotation.from}`]);
    expect(readFileSync(path.join(folder, `master.key.${rotation.from}`), 'utf8').trim()).toBe(base64(old));
  });

  test('is rotated from one of the environment to another, which must be given', async () => {
    const old = await agree(randomBytes(32));
    await seal(old);
    await expect(rotate(old)).rejects.toThrow(/KANADE_NEXT_MASTER_KEY/);
    await expect(rotate(old, old)).rejects.toThrow(/Make a new one/);
    await expect(rotate(randomBytes(32), randomBytes(32))).rejects.toThrow(/not the one of this database/);
    const next = randomBytes(32);
    expect((await rotate(old, next)).secrets).toBe(1);
    expect(await opened(next)).toEqual(SECRET);
    expect((await rotate(old, next)).secrets, 'asked again').toBe(0);
  });

  test('is the next one when a rotation was cut between its commit and the files, and the old one before the commit', async () => {
    const old = await agree();
    await seal(old);
    makeNextKey(folder, source.random);
    expect(base64(await agree()), 'cut before the commit').toBe(base64(old));
    const next = makeNextKey(folder, source.random);
    await rotateKey(database, source, { folder, now: base64(old), next: base64(next) });
    expect(base64(await agree()), 'cut after the commit').toBe(base64(next));
    expect(readFileSync(path.join(folder, 'master.key'), 'utf8').trim()).toBe(base64(next));
    expect(await opened(next)).toEqual(SECRET);
  });

  test('is not rotated when one secret does not open: its row is named and nothing is changed', async () => {
    const old = await agree();
    await seal(randomBytes(32));
    await expect(rotate()).rejects.toThrow(`channel_account.sealed_settings of ${centre.accounts.mail}`);
    expect(base64(await agree())).toBe(base64(old));
  });

  test('reaches every column whose name says that it is sealed', async () => {
    const columns = await rowsOf<{ name: string }>(
      database.orm,
      sql`select table_name || '.' || column_name as name from information_schema.columns
        where table_schema = 'public' and column_name like 'sealed%'`,
    );
    const known = sealedColumns.map(({ table, column }) => `${table}.${column}`);
    expect(known.toSorted()).toEqual(columns.map((row) => row.name).toSorted());
  });
});
