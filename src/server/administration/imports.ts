/** Imports as administrators see and steer them. The rows themselves are read by `imports/run-imports.ts`. */
import { mkdir, open, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { and, asc, desc, eq, gt, inArray } from 'drizzle-orm';
import { CSV_MARK, csvLine } from '../../shared/domain/csv.ts';
import type { WorkspaceId } from '../../shared/domain/ids.ts';
import { agent, importJob, importRefusal, workspace } from '../db/schema.ts';
import type { Queries, ServerDatabase } from '../db/server-database.ts';
import { faultWords } from '../imports/fault-words.ts';
import { previewFile } from '../imports/open-import.ts';
import type { ImportJob } from '../imports/run-imports.ts';
import type { HandlersOfGroup } from './administration-handlers.ts';
import { Fault } from './fault.ts';

const MOST_SHOWN = 50;
/** Refused rows of one answer. */
const REFUSALS_AT_ONCE = 500;

/** Where the bytes of imports lie. */
export const importFiles = (dataDir: string) => (id: string) => path.join(dataDir, 'imports', `${id}.csv`);

export type ImportParts = {
  database: ServerDatabase;
  /** Path of an import's bytes. */
  fileOf(id: string): string;
  /** Tells the runner that something waits. */
  wake(): void;
};

/** See the file's head. */
export function importHandlers({ database, fileOf, wake }: ImportParts): HandlersOfGroup<'imports'> {
  return {
    async list({ queries, workspaceId }) {
      const rows = await queries
        .select({ job: importJob, byName: agent.displayName })
        .from(importJob)
        .innerJoin(agent, eq(agent.id, importJob.agentId))
        .where(eq(importJob.workspaceId, workspaceId))
        .orderBy(desc(importJob.createdAt))
        .limit(MOST_SHOWN);
      return { imports: rows.map(({ job, byName }) => ({ ...shownOf(job), byName })) };
    },

    async begin(on, { id, kind, fileName, size }) {
      const after = { kind, fileName, size };
      await on.record({ kind: 'import', id, seen: null, before: null, after });
      await on.w.tx.insert(importJob).values({
        id,
        workspaceId: on.workspaceId,
        agentId: on.by.id,
        ...after,
        state: 'receiving',
        createdAt: on.now,
      });
      return {};
    },

    async part({ workspaceId }, { id, offset, base64 }) {
      const job = await findImport(database.orm, workspaceId, id, ['receiving']);
      const bytes = Buffer.from(base64, 'base64');
      if (offset + bytes.byteLength > job.size) throw new Fault('out-of-range', 'offset');
      const file = fileOf(id);
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      const handle = await open(file, offset === 0 ? 'w' : 'r+', 0o600);
      try {
        await handle.write(bytes, 0, bytes.byteLength, offset);
      } finally {
        await handle.close();
      }
      return { received: offset + bytes.byteLength };
    },

    async preview({ workspaceId }, { id, kind, ...wished }) {
      const job = await findImport(database.orm, workspaceId, id, ['receiving']);
      await refuseHalfFile(fileOf(id), job.size);
      return await previewFile(fileOf(id), kind, wished);
    },

    async start(on, { id, ...how }) {
      const job = await findImport(on.queries, on.workspaceId, id, ['receiving']);
      await refuseHalfFile(fileOf(id), job.size);
      const { trouble, columns } = await previewFile(fileOf(id), job.kind, how);
      if (trouble !== null) throw new Fault('not-valid');
      await on.record({ kind: 'import', id, seen: 1, before: { ...shownHow(job) }, after: how, verb: 'started' });
      await on.w.tx
        .update(importJob)
        .set({ ...how, columns, state: 'queued' })
        .where(eq(importJob.id, id));
      on.w.afterCommit(wake);
      return {};
    },

    async cancel(on, { id }) {
      const job = await findImport(on.queries, on.workspaceId, id, ['receiving', 'queued', 'running']);
      const before = { state: job.state };
      const seen = job.state === 'receiving' ? 1 : 2;
      await on.record({ kind: 'import', id, seen, before, after: { state: 'cancelled' }, verb: 'cancelled' });
      await on.w.tx
        .update(importJob)
        .set({ state: 'cancelled', finishedAt: on.now, heldUntil: null })
        .where(eq(importJob.id, id));
      on.w.afterCommit(() => void unlink(fileOf(id)).catch(() => {}));
      return {};
    },

    async refusals({ workspaceId }, { id, offset }) {
      const job = await findImport(database.orm, workspaceId, id, ['running', 'done', 'cancelled', 'failed']);
      const rows = await database.orm
        .select()
        .from(importRefusal)
        .where(and(eq(importRefusal.importId, id), gt(importRefusal.line, offset)))
        .orderBy(asc(importRefusal.line))
        .limit(REFUSALS_AT_ONCE);
      const [of] = await database.orm.select().from(workspace).where(eq(workspace.id, workspaceId));
      const words = faultWords(of?.locale === 'en' ? 'en' : 'ja');
      const columns = job.columns ?? [];
      const lines = rows.map(({ line, cells, faults }) =>
        csvLine([...cells, line, faults.map((one) => words.fault(one, columns)).join(' / ')]),
      );
      const head = offset === 0 ? CSV_MARK + csvLine([...columns, words.lineColumn, words.whyColumn]) : '';
      const last = rows.at(-1);
      return {
        base64: Buffer.from(head + lines.join('')).toString('base64'),
        next: rows.length < REFUSALS_AT_ONCE || !last ? null : last.line,
      };
    },
  };
}

function shownOf(job: ImportJob) {
  const { id, kind, fileName, state, total, done, made, changed, same, refused, createdAt, finishedAt } = job;
  const trouble = job.troubleWhy === null ? null : { why: job.troubleWhy, line: job.troubleLine };
  return { id, kind, fileName, state, total, done, made, changed, same, refused, trouble, createdAt, finishedAt };
}

const shownHow = ({ encoding, delimiter, mapping }: ImportJob) => ({ encoding, delimiter, mapping });

/** One of this workspace that is at such a point; any other is not there. */
async function findImport(
  queries: Queries,
  workspaceId: WorkspaceId,
  id: string,
  states: ImportJob['state'][],
): Promise<ImportJob> {
  const [found] = await queries
    .select()
    .from(importJob)
    .where(and(eq(importJob.id, id), eq(importJob.workspaceId, workspaceId), inArray(importJob.state, states)));
  if (!found) throw new Fault('unknown', 'id');
  return found;
}

async function refuseHalfFile(file: string, size: number): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (found?.size !== size) throw new Fault('missing', 'file');
}
