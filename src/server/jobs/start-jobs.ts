/**
 * Work that comes back: pg-boss in the server's own database, on PGlite and PostgreSQL alike, so that with several
 * servers only one does it. Holds no work itself. What a customer waits for does not wait here: the dispatcher is woken
 * by the commit, and its sweep by a job is the second road.
 */
import { PgBoss } from 'pg-boss';
import type { ServerDatabase } from '../db/server-database.ts';
import { type Log, nameOfError } from '../log/log.ts';

export type RecurringWork = {
  /** Letters, digits, `-`, `_` and `.` only. */
  name: string;
  /** Pause between the end of one run and the next, in seconds. */
  everySeconds: number;
  run(): Promise<void>;
};

export type Jobs = { stop(): Promise<void> };

/** How often pg-boss looks for a job, in seconds: on PGlite each look is a query in our own process. */
const LOOK_EVERY_S = 5;
/** A run that takes longer than this belongs to a server that died and is done again, in seconds. */
const EXPIRES_AFTER_S = 15 * 60;

/** Starts the recurring work. A run that throws is logged and comes back at its time. */
export async function startJobs(database: ServerDatabase, log: Log, works: readonly RecurringWork[]): Promise<Jobs> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => database.execute(text, values) },
    schema: 'jobs',
    // Cron needs minutes; ours counts from the end of the last run.
    schedule: false,
  });
  boss.on('error', (error) => log.error('jobs.failed', nameOfError(error)));
  await boss.start();
  for (const work of works) {
    // `short`: at most one waits, however many servers order it.
    await boss.createQueue(work.name, { policy: 'short', expireInSeconds: EXPIRES_AFTER_S, retryLimit: 2 });
    const order = (startAfter: number) => boss.send(work.name, {}, { startAfter });
    await boss.work(work.name, { pollingIntervalSeconds: LOOK_EVERY_S }, async () => {
      try {
        await work.run();
      } catch (error) {
        log.error('jobs.run-failed', { job: work.name, ...nameOfError(error) });
      }
      await order(work.everySeconds);
    });
    await order(0);
  }
  return {
    async stop() {
      await boss.stop({ graceful: true, timeout: 5_000 });
    },
  };
}
