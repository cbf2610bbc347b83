/**
 * Takes in the files that agents send, in parts that may be cut and go on where they were: `received` is what is safely
 * here. Whole, a file is proven by its SHA-256, judged and stored; a reply puts it into its message (`takeUploads`).
 */
import { createHash } from 'node:crypto';
import { and, eq, inArray, lt, sum } from 'drizzle-orm';
import type { z } from 'zod';
import type { SentFile } from '../../shared/domain/file.ts';
import type { AgentId, UploadId } from '../../shared/domain/ids.ts';
import type { uploadSchema } from '../../shared/sync-protocol.ts';
import { openBuckets, type Taken } from '../../shared/domain/token-bucket.ts';
import { auditEvent, upload } from '../db/schema.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import { type Source, write, type Writing } from '../db/write.ts';
import type { StoredFile } from './attachments.ts';
import type { FileStore } from './file-store.ts';
import { judgeFile } from './judge-file.ts';
import type { Scan } from './scan-file.ts';

export type UploadAnswer =
  | { ok: true; received: number }
  | { ok: false; why: 'not-found' | 'other-file' | 'wrong-offset' | 'wrong-content' | 'file-not-allowed' }
  | { ok: false; why: 'too-many' | 'not-scanned'; retryAfterMs: number };

export type Uploads = {
  /** Begins a file, or tells how much of it has come. */
  begin(agentId: AgentId, asked: z.output<typeof uploadSchema>): Promise<UploadAnswer>;
  /** Takes a part that begins at `offset`, which is where the parts before it ended. */
  take(agentId: AgentId, id: UploadId, offset: number, part: Uint8Array): Promise<UploadAnswer>;
  /** Forgets files that nobody has gone on with or used for seven days; gives their number. */
  forgetUnused(): Promise<number>;
};

type UploadRecord = typeof upload.$inferSelect;

const KEPT_MS = 7 * 24 * 3_600_000;
/** Bytes of one agent that wait here for their message at most. */
const MOST_WAITING = 400 * 1024 * 1024;
/** New files and parts of one agent: ten files of 10 MB at once, in the long run 5 MB a second. */
const FILES_OF_AGENT = { burst: 60, perSecond: 0.2 };
const PARTS_OF_AGENT = { burst: 600, perSecond: 20 };
/** An agent whose room is full asks again after this, in ms: a reply that goes out makes room. */
const ROOM_AGAIN_MS = 30_000;
/** A scanner that is down or busy is asked again after this, in ms. */
const SCAN_AGAIN_MS = 30_000;

/**
 * @param store keeps the parts and the whole files
 * @param scan looks for viruses; null = nobody does
 */
export function openUploads(
  database: ServerDatabase,
  source: Source,
  store: FileStore,
  scan: Scan | null = null,
): Uploads {
  const newFiles = openBuckets(FILES_OF_AGENT, source.clock);
  const newParts = openBuckets(PARTS_OF_AGENT, source.clock);
  /** Whoever works on a file, by its id: two connections must not write into one file at once. */
  const underWay = new Map<string, Promise<unknown>>();

  async function inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = underWay.get(id) ?? Promise.resolve();
    const mine = before.then(work, work);
    underWay.set(id, mine);
    try {
      return await mine;
    } finally {
      if (underWay.get(id) === mine) underWay.delete(id);
    }
  }

  async function find(agentId: AgentId, id: UploadId): Promise<UploadRecord | undefined> {
    const [found] = await database.orm
      .select()
      .from(upload)
      .where(and(eq(upload.id, id), eq(upload.agentId, agentId)));
    return found;
  }

  async function set(id: string, fields: Partial<UploadRecord>): Promise<void> {
    await write(database, source, (w) =>
      w.tx
        .update(upload)
        .set({ ...fields, touchedAt: w.now })
        .where(eq(upload.id, id)),
    );
  }

  /** All parts are here. The bytes go into the store before the row says so. */
  async function finish(of: UploadRecord): Promise<UploadAnswer> {
    const bytes = await store.getParts(of.id, of.size);
    if (createHash('sha256').update(bytes).digest('hex') !== of.sha256) {
      await set(of.id, { received: 0 });
      await store.dropParts(of.id);
      return { ok: false, why: 'wrong-content' };
    }
    const judged = await judgeFile(of.name, of.declaredType, bytes);
    const scanned = judged.isBlocked ? undefined : await scan?.(bytes);
    // The parts stay, and the last of them comes again: the file is whole as soon as the scanner answers.
    if (scanned?.is === 'unknown') return { ok: false, why: 'not-scanned', retryAfterMs: SCAN_AGAIN_MS };
    if (scanned?.is === 'infected') await keepApart(of, bytes, scanned.name);
    if (judged.isBlocked || scanned?.is === 'infected') {
      await set(of.id, { state: 'refused', received: of.size });
      await store.dropParts(of.id);
      return { ok: false, why: 'file-not-allowed' };
    }
    const { path } = await store.put(bytes);
    await set(of.id, {
      state: 'stored',
      received: of.size,
      name: judged.name,
      sniffedType: judged.sniffedType,
      path,
    });
    await store.dropParts(of.id);
    return { ok: true, received: of.size };
  }

  async function keepApart(of: UploadRecord, bytes: Uint8Array, virus: string): Promise<void> {
    const { sha256 } = await store.quarantine(bytes);
    await write(database, source, (w) =>
      w.tx.insert(auditEvent).values({
        id: w.newId(),
        at: w.now,
        agentId: of.agentId,
        what: 'file.infected',
        target: of.id,
        after: { virus, sha256 },
      }),
    );
  }

  return {
    begin: (agentId, asked) =>
      inTurn(asked.id, async () => {
        const [known] = await database.orm.select().from(upload).where(eq(upload.id, asked.id));
        if (known) {
          // What belongs to another agent and what is not there get the same answer.
          if (known.agentId !== agentId) return { ok: false, why: 'not-found' };
          if (known.size !== asked.size || known.sha256 !== asked.sha256) return { ok: false, why: 'other-file' };
          if (known.state === 'refused') return { ok: false, why: 'file-not-allowed' };
          await set(known.id, {});
          return { ok: true, received: known.received };
        }
        const taken = newFiles.take(agentId);
        if (!taken.ok) return tooMany(taken);
        const { result } = await write(database, source, async (w): Promise<UploadAnswer> => {
          const [waiting] = await w.tx
            .select({ bytes: sum(upload.size).mapWith(Number) })
            .from(upload)
            .where(and(eq(upload.agentId, agentId), inArray(upload.state, ['receiving', 'stored'])));
          if ((waiting?.bytes ?? 0) + asked.size > MOST_WAITING)
            return { ok: false, why: 'too-many', retryAfterMs: ROOM_AGAIN_MS };
          const { id, name, type, size, sha256 } = asked;
          await w.tx.insert(upload).values({
            id,
            agentId,
            name,
            declaredType: type,
            size,
            sha256,
            received: 0,
            state: 'receiving',
            touchedAt: w.now,
          });
          return { ok: true, received: 0 };
        });
        return result;
      }),
    take: (agentId, id, offset, part) =>
      inTurn(id, async () => {
        const taken = newParts.take(agentId);
        if (!taken.ok) return tooMany(taken);
        const of = await find(agentId, id);
        if (!of) return { ok: false, why: 'not-found' };
        if (of.state === 'refused') return { ok: false, why: 'file-not-allowed' };
        const end = offset + part.byteLength;
        if (of.state !== 'receiving' || offset !== of.received || end > of.size)
          return { ok: false, why: 'wrong-offset' };
        await store.putPart(id, offset, part);
        if (end === of.size) return await finish(of);
        await set(id, { received: end });
        return { ok: true, received: end };
      }),
    async forgetUnused() {
      const { result: forgotten } = await write(database, source, (w) =>
        w.tx
          .delete(upload)
          .where(lt(upload.touchedAt, w.now - KEPT_MS))
          .returning({ id: upload.id }),
      );
      for (const { id } of forgotten) await store.dropParts(id);
      return forgotten.length;
    },
  };
}

function tooMany({ retryAfterMs }: Extract<Taken, { ok: false }>): UploadAnswer {
  return { ok: false, why: 'too-many', retryAfterMs };
}

/**
 * Takes the files of a reply for its message, in their order. Changes nothing unless it gives files: a file that did not
 * come, is used already or is another agent's is missing.
 */
export async function takeUploads(
  w: Writing,
  agentId: AgentId,
  files: readonly SentFile[],
): Promise<StoredFile[] | 'file-missing' | 'file-not-allowed'> {
  if (files.length === 0) return [];
  const ids = files.map(({ uploadId }) => uploadId);
  const found = await w.tx
    .select()
    .from(upload)
    .where(and(eq(upload.agentId, agentId), inArray(upload.id, ids)));
  if (found.some(({ state }) => state === 'refused')) return 'file-not-allowed';
  const stored: StoredFile[] = [];
  for (const id of ids) {
    const of = found.find((one) => one.id === id);
    if (of?.state !== 'stored' || of.path === null || of.sniffedType === null) return 'file-missing';
    stored.push({
      name: of.name,
      sniffedType: of.sniffedType,
      isBlocked: false,
      blockedBecause: null,
      virus: null,
      sha256: of.sha256,
      path: of.path,
      size: of.size,
      declaredType: of.declaredType,
      inlineCid: null,
    });
  }
  return stored;
}

/** The files stand in their message now: no other may take them. */
export async function markUploadsUsed(w: Writing, files: readonly SentFile[]): Promise<void> {
  if (files.length === 0) return;
  const ids = files.map(({ uploadId }) => uploadId);
  await w.tx.update(upload).set({ state: 'used', touchedAt: w.now }).where(inArray(upload.id, ids));
}
