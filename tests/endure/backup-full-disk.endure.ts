/** The disk is full while a backup is written: the old backup stays, no half file is left, and the sentence says what to do. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makeBackup } from '../../src/server/backup/make-backup.ts';
import { mayMount, mountSmallDisk } from './small-disk.ts';
import { startTestServer } from '../support/start-test-server.ts';

describe.runIf(mayMount)('a full disk during a backup', () => {
  const stops: (() => Promise<void> | void)[] = [];
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  test('leaves the old backup as it was and no half one beside it, and with room the backup is made', async () => {
    const server = await startTestServer();
    stops.push(() => server.stop());
    const disk = mountSmallDisk(1);
    stops.push(() => disk.unmount());
    const file = path.join(disk.folder, 'centre.backup');
    writeFileSync(file, 'the old one');
    disk.fill();
    const wish = { dataDir: server.dataDir, databaseUrl: undefined, masterKey: undefined, file, now: 1_000 };
    await expect(makeBackup(wish)).rejects.toThrow(/^The disk is full: the backup was not made, and .* is as it was\./);
    expect(readFileSync(file, 'utf8')).toBe('the old one');
    expect(readdirSync(disk.folder).sort()).toEqual(['centre.backup', 'filler']);
    disk.free();
    expect((await makeBackup(wish)).rows).toBeGreaterThan(0);
    // The server was asked twice, and answers still.
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });
});
