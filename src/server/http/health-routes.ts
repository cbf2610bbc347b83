/** HTTP for whoever watches the server: is it alive, can it work, its figures. Shows no name and no text of anybody. */
import { sql } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import type { ServerDatabase } from '../db/server-database.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { HttpRefusal } from './open-http.ts';

/** @param isStopping true from the moment at which the server takes no new work */
export function addHealthRoutes(
  http: FastifyInstance,
  database: ServerDatabase,
  metrics: Metrics,
  isStopping: () => boolean,
): void {
  http.get('/healthz', async () => ({ ok: true }));
  http.get('/readyz', async () => {
    if (isStopping()) throw new HttpRefusal(503, 'stopping', 'the server is stopping');
    try {
      await database.orm.execute(sql`select 1`);
    } catch {
      throw new HttpRefusal(503, 'no-database', 'the database does not answer');
    }
    return { ok: true };
  });
  http.get('/metrics', async (_request, reply) => {
    return await reply.header('content-type', metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}
