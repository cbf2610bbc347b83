/** HTTP for whoever watches the server: is it alive, can it work, its figures. Shows no name and no text of anybody. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../../shared/domain/clock.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { HttpRefusal } from './open-http.ts';

/** However often somebody asks, the database is asked once in this time, in ms. */
const READY_FOR_MS = 1_000;

/** `metricsToken` undefined: the figures are shown to this computer only. */
export type HealthOptions = {
  database: ServerDatabase;
  metrics: Metrics;
  metricsToken: string | undefined;
  clock: Clock;
  /** True from the moment at which the server takes no new work. */
  isStopping: () => boolean;
};

/** See the file's head. */
export function addHealthRoutes(
  http: FastifyInstance,
  { database, metrics, metricsToken, clock, isStopping }: HealthOptions,
): void {
  let asked: { at: number; answer: Promise<unknown> } | undefined;
  const askDatabase = (): Promise<unknown> => {
    const now = clock.now();
    if (asked === undefined || Math.abs(now - asked.at) >= READY_FOR_MS)
      asked = { at: now, answer: database.orm.execute(sql`select 1`) };
    return asked.answer;
  };
  // By this name a console knows that what answers is a server of ours.
  http.get('/healthz', async () => ({ ok: true, service: 'kanade' }));
  http.get('/readyz', async () => {
    if (isStopping()) throw new HttpRefusal(503, 'stopping', 'the server is stopping');
    try {
      await askDatabase();
    } catch {
      throw new HttpRefusal(503, 'no-database', 'the database does not answer');
    }
    return { ok: true };
  });
  http.get('/metrics', async (request, reply) => {
    if (!mayReadMetrics(request, metricsToken))
      throw new HttpRefusal(
        403,
        'not-allowed',
        'ask from this computer, or set KANADE_METRICS_TOKEN and send it as a bearer token',
      );
    return await reply.header('content-type', metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}

/** A proxy on this computer speaks for others, and says so in its headers. */
function mayReadMetrics(request: FastifyRequest, token: string | undefined): boolean {
  if (token !== undefined) return isSame(request.headers.authorization ?? '', `Bearer ${token}`);
  const isForOthers = 'forwarded' in request.headers || 'x-forwarded-for' in request.headers;
  return !isForOthers && /^(?:::ffff:)?127\.|^::1$/.test(request.ip);
}

function isSame(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
