/**
 * CONTRACT of a backup: what stands in the file, in which order. One header, rows of tables, numbers of sequences, files of
 * messages, and an end that proves the rest. Each record is one line of JSON, and after it as many bytes as the line says.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';

/** Moves when a program that knows the older form could not read the newer one. */
export const BACKUP_VERSION = 1;

/** A backup cannot be made, read or put back. The message is for the operator: what is wrong, and what to do. */
export class BackupRefused extends Error {
  override name = 'BackupRefused';
}

const count = z.number().int().nonnegative();

const headerSchema = z.object({
  t: z.literal('header'),
  kind: z.literal('kanade-backup'),
  version: z.literal(BACKUP_VERSION),
  /** When the snapshot was taken, epoch ms. */
  createdAt: count,
  organisation: z.object({ id: z.string(), name: z.string() }),
  /** Names of the migrations that the database had, in their order: its schema number is how many. */
  migrations: z.array(z.string()).min(1),
  /** Which master key sealed the secrets in it, to tell a wrong one; the key itself is nowhere here. */
  masterKeyId: z.string().nullable(),
});
const rowsSchema = z.object({
  t: z.literal('rows'),
  table: z.string().regex(/^[a-z_]{1,60}$/),
  count,
  /** Length of the body: a JSON array of rows in zstd. */
  bytes: count,
});
const sequenceSchema = z.object({
  t: z.literal('sequence'),
  name: z.string().regex(/^[a-z_]{1,60}$/),
  lastValue: z.string().regex(/^\d{1,19}$/),
});
/** What the running server sends when it has sent all rows; what follows in a file comes from the folder of files. */
const databaseEndSchema = z.object({ t: z.literal('databaseEnd'), tables: z.record(z.string(), count) });
const fileSchema = z.object({
  t: z.literal('file'),
  path: z.string().regex(/^[0-9a-f]{2}\/[0-9a-f]{64}$/),
  bytes: count,
});
const endSchema = z.object({
  t: z.literal('end'),
  files: count,
  /** Files that the database names and the folder did not have. */
  missingFiles: count,
  /** SHA-256 of every byte before this line, in hexadecimal. */
  sha256: z.string(),
});
const recordSchema = z.discriminatedUnion('t', [
  headerSchema,
  rowsSchema,
  sequenceSchema,
  databaseEndSchema,
  fileSchema,
  endSchema,
]);

export type BackupHeader = z.output<typeof headerSchema>;
export type BackupRecord = z.output<typeof recordSchema>;
/** Takes one record with its body, and is ready for the next when it resolves. */
export type PutRecord = (record: BackupRecord, body?: Uint8Array) => Promise<void>;

/** Longest line, in bytes: the names of some hundred tables and migrations. */
const LONGEST_LINE = 64 * 1024;
/** Longest body, in bytes: the largest mail of a provider, twice as long in hexadecimal. */
const LONGEST_BODY = 512 * 1024 * 1024;

/** The bytes of a record without its body. */
export const lineOf = (record: BackupRecord): Buffer => Buffer.from(`${JSON.stringify(record)}\n`);

/**
 * Reads records as they come. The end is checked against everything before it, and must be the last byte.
 * @param what the source in words, for the refusals
 * @param last the record after which nothing comes; a running server sends its database and no more
 * @throws BackupRefused for a foreign, newer, damaged or truncated one
 */
export async function* readRecords(
  source: AsyncIterable<Uint8Array>,
  what: string,
  last: 'end' | 'databaseEnd' = 'end',
): AsyncGenerator<{ record: BackupRecord; body: Uint8Array }> {
  const hash = createHash('sha256');
  const bytes = takeFrom(source);
  let isFirst = true;
  for (;;) {
    const line = await bytes.line();
    if (line === null)
      throw new BackupRefused(
        isFirst ? foreign(what) : `${what} ends in the middle: it was cut off. Take another backup.`,
      );
    const record = parseRecord(line, isFirst, what);
    isFirst = false;
    if (record.t === 'end') {
      if (record.sha256 !== hash.digest('hex') || !(await bytes.isAtEnd())) throw new BackupRefused(damaged(what));
      yield { record, body: new Uint8Array() };
      return;
    }
    hash.update(line).update('\n');
    const length = 'bytes' in record ? record.bytes : 0;
    if (length > LONGEST_BODY) throw new BackupRefused(damaged(what));
    const body = length === 0 ? new Uint8Array() : await bytes.exactly(length);
    if (body === null) throw new BackupRefused(`${what} ends in the middle: it was cut off. Take another backup.`);
    hash.update(body);
    yield { record, body };
    if (record.t === last) return;
  }
}

const foreign = (what: string): string => `${what} is no backup of Kanade. Give a file that \`npm run backup\` made.`;
const damaged = (what: string): string =>
  `${what} is damaged: its checksum does not fit what stands in it. Take another backup.`;

function parseRecord(line: Buffer, isFirst: boolean, what: string): BackupRecord {
  let json: unknown;
  try {
    json = JSON.parse(line.toString('utf8'));
  } catch {
    throw new BackupRefused(isFirst ? foreign(what) : damaged(what));
  }
  if (isFirst) {
    const kind = z.object({ kind: z.literal('kanade-backup'), version: z.number() }).safeParse(json);
    if (!kind.success) throw new BackupRefused(foreign(what));
    if (kind.data.version > BACKUP_VERSION)
      throw new BackupRefused(
        `${what} was made by a newer version of Kanade (format ${kind.data.version}, this one reads ${BACKUP_VERSION}). Restore it with that version.`,
      );
  }
  const parsed = recordSchema.safeParse(json);
  if (!parsed.success || isFirst !== (parsed.data.t === 'header')) throw new BackupRefused(damaged(what));
  return parsed.data;
}

/** Lines and runs of bytes out of a stream that is cut anywhere. */
function takeFrom(source: AsyncIterable<Uint8Array>) {
  const chunks = source[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  async function more(): Promise<boolean> {
    const next = await chunks.next();
    if (next.done === true) return false;
    held = held.length === 0 ? Buffer.from(next.value) : Buffer.concat([held, next.value]);
    return true;
  }
  return {
    /** The next line without its end; null when the stream ends before one. */
    async line(): Promise<Buffer | null> {
      for (;;) {
        const at = held.indexOf(10);
        if (at >= 0) {
          const line = held.subarray(0, at);
          held = held.subarray(at + 1);
          return line;
        }
        if (held.length > LONGEST_LINE || !(await more())) return null;
      }
    },
    async exactly(length: number): Promise<Uint8Array | null> {
      const parts: Buffer[] = [];
      let missing = length;
      while (missing > 0) {
        if (held.length === 0 && !(await more())) return null;
        const part = held.subarray(0, missing);
        parts.push(part);
        held = held.subarray(part.length);
        missing -= part.length;
      }
      return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
    },
    async isAtEnd(): Promise<boolean> {
      while (held.length === 0) if (!(await more())) return true;
      return false;
    },
  };
}
