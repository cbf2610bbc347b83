/** How the server is, for administrators: what the log and the figures know, without a shell on the machine. */
import { statfs } from 'node:fs/promises';
import { and, eq, getTableColumns, inArray, isNull, sql } from 'drizzle-orm';
import type { ServerStatus, StatusAlert } from '../../shared/administration/status-calls.ts';
import { channelAccount, importJob } from '../db/schema.ts';
import { type Queries, rowsOf, type ServerDatabase } from '../db/server-database.ts';
import { columnsOf } from '../../shared/domain/synced-kinds.ts';
import type { HandlersOfGroup } from './administration-handlers.ts';

export type StatusParts = {
  database: ServerDatabase;
  dataDir: string;
  /** Consoles that have said hello to this node. */
  consoles(): Promise<number>;
};

/** What has waited longer is told as stuck, in ms. */
const STUCK_AFTER_MS = 5 * 60_000;
/** Work that should have begun so long ago is late, in ms: nodes look for work every few seconds. */
const LATE_AFTER_MS = 2 * 60_000;
const FAILED_WITHIN_MS = 24 * 3_600_000;
/** Below a twentieth, or below this, a disk is nearly full: a backup or an import may no longer fit. In bytes. */
const LOW_DISK_BYTES = 1024 ** 3;

/** Reads the database, pg-boss's jobs and the disk; throws when the database does. */
export function statusHandlers({ database, dataDir, consoles }: StatusParts): HandlersOfGroup<'status'> {
  return {
    async look({ queries, workspaceId, now }) {
      const wanted = columnsOf('channelAccount');
      const rows = await queries
        .select(getTableColumns(channelAccount))
        .from(channelAccount)
        .where(and(eq(channelAccount.workspaceId, workspaceId), isNull(channelAccount.removedAt)))
        .orderBy(channelAccount.name);
      const connectors = rows.map(
        (row) => Object.fromEntries(wanted.map((name) => [name, row[name as keyof typeof row]])) as never,
      );
      const [imports] = await queries
        .select({ n: sql<number>`count(*)::int` })
        .from(importJob)
        .where(inArray(importJob.state, ['queued', 'running']));
      const [size] = await rowsOf<{ bytes: number }>(
        queries,
        sql`select pg_database_size(current_database())::float8 as bytes`,
      );
      const found: Omit<ServerStatus, 'alerts'> = {
        readAt: now,
        connectors,
        sending: await readSending(queries),
        consoles: await consoles(),
        imports: imports?.n ?? 0,
        jobs: await readJobs(queries),
        database: { engine: database.engine, bytes: Math.round(size?.bytes ?? 0) },
        disk: await readDisk(dataDir),
      };
      return { ...found, alerts: alertsOf(found) };
    },
  };
}

/** What somebody must look at. Pure. */
export function alertsOf(status: Omit<ServerStatus, 'alerts'>): StatusAlert[] {
  const { readAt, connectors, sending, jobs, disk } = status;
  const isLow = disk !== null && disk.freeBytes < Math.max(LOW_DISK_BYTES, disk.totalBytes / 20);
  const signs: [StatusAlert, boolean][] = [
    ['connectorFailing', connectors.some(({ state }) => state === 'failing')],
    ['sendingStuck', sending.oldestAt !== null && readAt - sending.oldestAt > STUCK_AFTER_MS],
    ['jobsBehind', jobs.some(({ due }) => due > 0)],
    ['jobsFailed', jobs.some(({ failed }) => failed > 0)],
    ['diskLow', isLow],
  ];
  return signs.filter(([, isSo]) => isSo).map(([alert]) => alert);
}

async function readSending(queries: Queries): Promise<ServerStatus['sending']> {
  const [row] = await rowsOf<ServerStatus['sending']>(
    queries,
    // What waits for an account that is paused waits because somebody wants it to.
    sql`select count(*) filter (where o.state in ('queued', 'sending'))::int as "waiting",
      (min(o.created_at) filter (where o.state in ('queued', 'sending') and a.state <> 'off'))::float8 as "oldestAt",
      count(*) filter (where o.state in ('needsReview', 'failed'))::int as "needsReview"
      from outbound o join channel_account a on a.id = o.account_id`,
  );
  return row ?? { waiting: 0, oldestAt: null, needsReview: 0 };
}

/** From pg-boss's own table, which is there once jobs have begun. Times are the database's, not the clock's. */
async function readJobs(queries: Queries): Promise<ServerStatus['jobs']> {
  const [there] = await rowsOf<{ is: boolean }>(queries, sql`select to_regclass('pgboss.job') is not null as is`);
  if (there?.is !== true) return [];
  return await rowsOf<ServerStatus['jobs'][number]>(
    queries,
    sql`select name as id,
      count(*) filter (where state = 'created' and start_after < now() - ${LATE_AFTER_MS} * interval '1 millisecond')::int as due,
      count(*) filter (where state = 'failed' and completed_on > now() - ${FAILED_WITHIN_MS} * interval '1 millisecond')::int as failed,
      (extract(epoch from max(completed_on) filter (where state = 'completed')) * 1000)::bigint::float8 as "lastDoneAt"
      from pgboss.job where name not like '\\_\\_pgboss%' group by name order by name`,
  );
}

async function readDisk(folder: string): Promise<ServerStatus['disk']> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return null;
  }
}
