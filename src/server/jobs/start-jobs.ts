/**
 * Work that comes again and again, as pg-boss jobs: durable, and done by one node at a time however many there are. Knows
 * no feature; what is to be done is handed in.
 */
import { PgBoss } from 'pg-boss';
import type { ServerDatabase } from '../db/server-database.ts';
import { type Log, nameOfError } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';

export type RecurringJob = {
  /** Such as `dispatch.sweep`. */
  name: string;
  /** Time from the end of one run to the next, in seconds. */
  everySeconds: number;
  run(): Promise<void>;
};

export type Jobs = {
  /** Takes no new work and waits for what is under way. */
  stop(): Promise<void>;
};

/** How often a node looks for due work, in seconds; on PGlite each look takes the only connection for a moment. */
const LOOK_EVERY_SECONDS = 5;
const STOP_WITHIN_MS = 5_000;

/** Starts the jobs. Each has its first run at once, unless another node has it in hand. */
export async function startJobs(
  database: ServerDatabase,
  log: Log,
  metrics: Metrics,
  jobs: readonly RecurringJob[],
): Promise<Jobs> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => database.execute(text, values) },
    schema: 'pgboss',
    // Rebuilds indices CONCURRENTLY, which PGlite's single connection cannot; PostgreSQL's autovacuum is enough for so few jobs.
    reindex: false,
  });
  boss.on('error', (error) => log.error('jobs.failed', nameOfError(error)));
  await boss.start();
  for (const job of jobs) {
    // `short`: at most one of a name waits, so that restarts and nodes do not pile up runs.
    await boss.createQueue(job.name, { policy: 'short', expireInSeconds: 600, retryLimit: 0 });
    await boss.work(job.name, { pollingIntervalSeconds: LOOK_EVERY_SECONDS }, async () => {
      try {
        await job.run();
        metrics.jobs.inc({ name: job.name, outcome: 'done' });
      } catch (error) {
        metrics.jobs.inc({ name: job.name, outcome: 'failed' });
        log.error('jobs.run-failed', { job: job.name, ...nameOfError(error) });
      } finally {
        await boss.send(job.name, {}, { startAfter: job.everySeconds });
      }
    });
    await boss.send(job.name, {});
  }
  return { stop: () => boss.stop({ graceful: true, timeout: STOP_WITHIN_MS }) };
}
