/** Every store of files keeps the same promises: the folder, and a bucket of a real S3 server on loopback. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import S3rver from '@20minutes/s3rver';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FileStore, folderStore } from '../../src/server/attachments/file-store.ts';
import { s3Store } from '../../src/server/attachments/s3-store.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe.each(['folder', 'S3'] as const)('a store of files in a %s', (kind) => {
  const directory = mkdtempSync(path.join(tmpdir(), 'kanade-store-'));
  let s3: S3rver | null = null;
  let store: FileStore;
  beforeAll(async () => {
    if (kind === 'folder') {
      store = folderStore(directory);
      return;
    }
    s3 = new S3rver({
      address: '127.0.0.1',
      port: 0,
      silent: true,
      directory,
      // It works out the signature of a listing without the slash that the SDK signs, as S3 itself wants it.
      allowMismatchedSignatures: true,
      configureBuckets: [{ name: 'kanade' }],
    });
    const { port } = await s3.run();
    store = s3Store({
      bucket: 'kanade',
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${port}`,
      prefix: 'centre-1/',
      accessKeyId: 'S3RVER',
      secretAccessKey: 'S3RVER',
    });
  });
  afterAll(async () => {
    await s3?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test('gives back what was put in, and keeps equal bytes once under their SHA-256', async () => {
    const first = await store.put(bytesOf('請求書'));
    expect(first).toEqual({
      sha256: first.sha256,
      path: `${first.sha256.slice(0, 2)}/${first.sha256}`,
      size: 9,
    });
    expect(await store.put(bytesOf('請求書'))).toEqual(first);
    expect(text(await store.get(first.path))).toBe('請求書');
    const empty = await store.put(new Uint8Array(0));
    expect((await store.get(empty.path)).byteLength).toBe(0);
  });

  test('puts a file together from its parts, also when one came twice or one from before a cut is longer', async () => {
    const id = randomUUID();
    await store.putPart(id, 0, bytesOf('abcd'));
    await store.putPart(id, 4, bytesOf('efXX'));
    await store.putPart(id, 6, bytesOf('gh'));
    await store.putPart(id, 4, bytesOf('ef'));
    expect(text(await store.getParts(id, 8))).toBe('abcdefgh');
    expect(text(await store.getParts(id, 5))).toBe('abcde');
    await expect(store.getParts(id, 9)).rejects.toThrow();
    await store.dropParts(id);
    await expect(store.getParts(id, 1)).rejects.toThrow();
    await store.dropParts(id);
  });

  test('hands out nothing that is kept apart, and no name that is none of its own', async () => {
    const apart = await store.quarantine(bytesOf('infected'));
    await expect(store.get(apart.path)).rejects.toThrow('not a path of the file store');
    for (const foreign of ['../master.key', 'coming/x', `aa/../${apart.path}`, '/etc/passwd'])
      await expect(store.get(foreign), foreign).rejects.toThrow('not a path of the file store');
    await expect(store.putPart('../../x', 0, bytesOf('x'))).rejects.toThrow('not the id of a file');
    await expect(store.get(`ff/${'f'.repeat(64)}`)).rejects.toThrow();
  });
});
