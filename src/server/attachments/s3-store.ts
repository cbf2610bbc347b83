/**
 * Keeps files in a bucket of any service that speaks S3, instead of a folder of this machine. Parts of a file that is still
 * coming are objects of their own until the file is whole: S3 has no writing into the middle of one.
 */
import { createHash } from 'node:crypto';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { checkedPath, checkedUploadId, type FileStore, pathOf } from './file-store.ts';

export type S3Settings = {
  bucket: string;
  region: string;
  /** Of a service that is not Amazon's; its buckets are named in the path then. */
  endpoint: string | undefined;
  /** Before every name, so that several centres can share a bucket; ends in `/` or is empty. */
  prefix: string;
  /** Both absent: the SDK looks where it always does (environment, instance role). */
  accessKeyId: string | undefined;
  secretAccessKey: string | undefined;
};

/** Digits of an offset in a name, so that names stand in the order of the file. */
const OFFSET_DIGITS = 12;
/** Objects that one call deletes at most (S3, DeleteObjects). */
const DELETED_AT_ONCE = 1_000;

/** A store in a bucket, which must exist. Makes no call yet. */
export function s3Store(settings: S3Settings): FileStore {
  const { bucket, region, endpoint, prefix, accessKeyId, secretAccessKey } = settings;
  const client = new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey } }),
  });
  const at = (name: string) => ({ Bucket: bucket, Key: `${prefix}${name}` });
  const partsOf = (id: string): string => `coming/${checkedUploadId(id)}/`;

  async function read(name: string): Promise<Uint8Array> {
    const { Body } = await client.send(new GetObjectCommand(at(name)));
    if (Body === undefined) throw new Error('the file store gave no bytes');
    return await Body.transformToByteArray();
  }

  async function isThere(name: string, size: number): Promise<boolean> {
    try {
      const head = await client.send(new HeadObjectCommand(at(name)));
      return head.ContentLength === size;
    } catch (error) {
      if (error instanceof Error && (error.name === 'NotFound' || error.name === 'NoSuchKey')) return false;
      throw error;
    }
  }

  /** Names of the parts of a file in the order of their offsets, with the prefix of the bucket taken off. */
  async function listParts(id: string): Promise<{ name: string; offset: number; size: number }[]> {
    const found: { name: string; offset: number; size: number }[] = [];
    let from: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: `${prefix}${partsOf(id)}`,
          ...(from === undefined ? {} : { ContinuationToken: from }),
        }),
      );
      for (const { Key, Size } of page.Contents ?? [])
        if (Key !== undefined)
          found.push({ name: Key.slice(prefix.length), offset: Number(Key.slice(-OFFSET_DIGITS)), size: Size ?? 0 });
      from = page.NextContinuationToken;
    } while (from !== undefined);
    return found.toSorted((a, b) => a.offset - b.offset);
  }

  async function put(bytes: Uint8Array, isQuarantined: boolean) {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const path = pathOf(sha256, isQuarantined);
    if (!(await isThere(path, bytes.byteLength)))
      await client.send(new PutObjectCommand({ ...at(path), Body: bytes, ContentType: 'application/octet-stream' }));
    return { sha256, path, size: bytes.byteLength };
  }

  return {
    put: (bytes) => put(bytes, false),
    quarantine: (bytes) => put(bytes, true),
    get: async (path) => await read(checkedPath(path)),
    async putPart(id, offset, bytes) {
      const name = `${partsOf(id)}${String(offset).padStart(OFFSET_DIGITS, '0')}`;
      await client.send(new PutObjectCommand({ ...at(name), Body: bytes, ContentType: 'application/octet-stream' }));
    },
    async getParts(id, size) {
      const whole = new Uint8Array(size);
      let end = 0;
      for (const part of await listParts(id)) {
        if (part.offset >= size) break;
        if (part.offset > end) throw new Error('parts of the file are missing');
        const bytes = await read(part.name);
        whole.set(bytes.subarray(0, size - part.offset), part.offset);
        end = Math.max(end, part.offset + bytes.byteLength);
      }
      if (end < size) throw new Error('parts of the file are missing');
      return whole;
    },
    async dropParts(id) {
      const names = (await listParts(id)).map(({ name }) => name);
      for (let from = 0; from < names.length; from += DELETED_AT_ONCE)
        await client.send(
          new DeleteObjectsCommand({
            Bucket: bucket,
            Delete: { Objects: names.slice(from, from + DELETED_AT_ONCE).map((name) => ({ Key: at(name).Key })) },
          }),
        );
    },
  };
}
