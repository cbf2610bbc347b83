/**
 * Reads the files that were started, one after the other, in the background. Rows and how far it has come are one
 * transaction, so after a crash it goes on behind the last row that is there; a node that died lets go of its file by itself.
 */
import { unlink } from 'node:fs/promises';
import { and, asc, eq, inArray, isNull, lt, or } from 'drizzle-orm';
import type { ImportMapping, ImportTrouble } from '../../shared/administration/import-calls.ts';
import { importJob, importRefusal } from '../db/schema.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import { type Source, write, type Writing } from '../db/write.ts';
import { type Log, nameOfError } from '../log/log.ts';
import { type CellFault, type CheckedRow, checkRow } from './check-row.ts';
import { type Reading, rowsOfFile, troubleOf } from './open-import.ts';
import type { CsvRow } from './read-csv.ts';
import { type Stored, storeCustomers } from './store-customers.ts';
import { storeOrders } from './store-orders.ts';

export type ImportJob = typeof importJob.$inferSelect;
export type ImportRunner = {
  /** Looks for what waits. Never throws. */
  wake(): void;
  /** The same for the durable job: resolves when nothing waits any more. */
  sweep(): Promise<void>;
  /** Ends after the rows that are being written. */
  stop(): Promise<void>;
};

/** Rows of one transaction: between two of them replies get their turn. */
const ROWS_AT_ONCE = 500;
/** A node that has not written for so long is gone, in ms. */
const HELD_FOR_MS = 60_000;

/** @param fileOf path of an import's bytes */
export function runImports(parts: {
  database: ServerDatabase;
  source: Source;
  log: Log;
  fileOf: (id: string) => string;
}): ImportRunner {
  const { database, source, log, fileOf } = parts;
  let isStopped = false;
  let underWay: Promise<void> | null = null;

  async function runAll(): Promise<void> {
    while (!isStopped) {
      const job = await take();
      if (!job) return;
      try {
        await read(job);
      } catch (error) {
        log.error('imports.failed', { importId: job.id, ...nameOfError(error) });
        await end(job.id, 'failed', null);
      }
    }
  }

  /** The oldest that waits, now in this node's hand. */
  async function take(): Promise<ImportJob | null> {
    const { result } = await write(database, source, async (w) => {
      const isFree = or(isNull(importJob.heldUntil), lt(importJob.heldUntil, w.now));
      const [next] = await w.tx
        .select()
        .from(importJob)
        .where(and(inArray(importJob.state, ['queued', 'running']), isFree))
        .orderBy(asc(importJob.createdAt))
        .limit(1);
      if (!next) return null;
      const set = { state: 'running' as const, heldUntil: w.now + HELD_FOR_MS };
      await w.tx.update(importJob).set(set).where(eq(importJob.id, next.id));
      return { ...next, ...set };
    });
    return result;
  }

  async function read(job: ImportJob): Promise<void> {
    const reading = { encoding: job.encoding, delimiter: job.delimiter } as Reading;
    const file = fileOf(job.id);
    let total = job.total;
    try {
      // Counted first, which also proves every letter and quote of the file before the first row is written.
      if (total === null) {
        total = -1;
        for await (const _ of rowsOfFile(file, reading)) total += 1;
        await database.orm
          .update(importJob)
          .set({ total: Math.max(0, total) })
          .where(eq(importJob.id, job.id));
      }
    } catch (error) {
      await end(job.id, 'failed', troubleOf(error));
      return;
    }
    let at = -1;
    let batch: CsvRow[] = [];
    for await (const row of rowsOfFile(file, reading)) {
      at += 1;
      if (at === 0 || at <= job.done) continue;
      batch.push(row);
      if (batch.length < ROWS_AT_ONCE) continue;
      if (!(await writeRows(job, batch))) return;
      batch = [];
      if (isStopped) {
        await database.orm.update(importJob).set({ heldUntil: null }).where(eq(importJob.id, job.id));
        return;
      }
    }
    if (await writeRows(job, batch)) await end(job.id, 'done', null);
  }

  /** False when it was cancelled meanwhile. */
  async function writeRows(job: ImportJob, batch: readonly CsvRow[]): Promise<boolean> {
    const mapping = job.mapping ?? {};
    const checked = batch.map((row) => ({ ...row, ...checkRow(job.kind, mapping, row.cells) }));
    const { result } = await write(database, source, async (w) => {
      const [now] = await w.tx.select().from(importJob).where(eq(importJob.id, job.id));
      if (now?.state !== 'running') return false;
      const good = checked.filter(({ faults }) => faults.length === 0);
      const stored = await store(
        w,
        job,
        good.map(({ row }) => row),
        mapping,
      );
      const refused: { line: number; cells: string[]; faults: CellFault[] }[] = checked.filter(
        ({ faults }) => faults.length > 0,
      );
      const count = { made: 0, changed: 0, same: 0 };
      for (const [n, what] of stored.entries()) {
        const of = good[n];
        if (typeof what === 'string') count[what] += 1;
        else if (of) refused.push({ line: of.line, cells: of.cells, faults: what });
      }
      if (refused.length > 0)
        await w.tx
          .insert(importRefusal)
          .values(refused.map(({ line, cells, faults }) => ({ id: w.newId(), importId: job.id, line, cells, faults })));
      await w.tx
        .update(importJob)
        .set({
          done: now.done + batch.length,
          made: now.made + count.made,
          changed: now.changed + count.changed,
          same: now.same + count.same,
          refused: now.refused + refused.length,
          heldUntil: w.now + HELD_FOR_MS,
        })
        .where(eq(importJob.id, job.id));
      return true;
    });
    return result;
  }

  async function end(id: string, state: 'done' | 'failed', trouble: ImportTrouble | null): Promise<void> {
    await database.orm
      .update(importJob)
      .set({
        state,
        heldUntil: null,
        finishedAt: source.clock.now(),
        troubleWhy: trouble?.why ?? null,
        troubleLine: trouble?.line ?? null,
      })
      .where(and(eq(importJob.id, id), eq(importJob.state, 'running')));
    await unlink(fileOf(id)).catch(() => {});
    log.info('imports.ended', { importId: id, state });
  }

  function sweep(): Promise<void> {
    underWay ??= runAll().finally(() => (underWay = null));
    return underWay;
  }
  return {
    wake: () => void sweep().catch((error: unknown) => log.error('imports.failed', nameOfError(error))),
    sweep,
    async stop() {
      isStopped = true;
      await underWay;
    },
  };
}

async function store(
  w: Writing,
  job: ImportJob,
  rows: readonly CheckedRow[],
  mapping: ImportMapping,
): Promise<Stored[]> {
  if (rows.length === 0) return [];
  return job.kind === 'customers'
    ? await storeCustomers(w, job.workspaceId, rows, mapping)
    : await storeOrders(w, job.workspaceId, rows, mapping);
}
