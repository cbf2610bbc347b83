/**
 * Serves the HTTP API for other systems under `/api/v1`: who calls, may they, how often, does the input fit, was it
 * carried out already. What a route does stands beside its description; `docs/api.md` is for those who call.
 */
import { createHash } from 'node:crypto';
import { eq, lt } from 'drizzle-orm';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findNul } from '../../shared/domain/nul.ts';
import { openBuckets } from '../../shared/domain/token-bucket.ts';
import { apiAnswer } from '../db/schema.ts';
import { openSettings, sealSettings } from '../db/seal-settings.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import { type Source, write } from '../db/write.ts';
import { HttpRefusal } from '../http/open-http.ts';
import { limitAttempts } from '../session/limit-attempts.ts';
import { ApiProblem } from './api-problem.ts';
import type { ApiInput, ApiOutput, ApiRoute } from './api-route.ts';
import { conversationRoutes } from './conversations.ts';
import { customerRoutes } from './customers.ts';
import { describeApi } from './describe-api.ts';
import { type ApiCaller, knowToken } from './know-token.ts';
import { orderRoutes } from './orders.ts';

const apiRoutes: readonly ApiRoute[] = [...customerRoutes, ...orderRoutes, ...conversationRoutes];

/** Requests of one token: so many at once, then so many a second. */
const RATE = { burst: 120, perSecond: 20 };
/** Wrong tokens from one address. */
const LIMIT_OF_ADDRESS = { most: 30, withinMs: 5 * 60_000 };
const ANSWERS_KEPT_MS = 24 * 3_600_000;
const LONGEST_KEY = 200;

export type Api = {
  /** Forgets what was answered long ago. Run daily. */
  prune(): Promise<void>;
};

/** Adds the routes. @param masterKey seals kept answers */
export function serveApi(
  http: FastifyInstance,
  { database, source, masterKey }: { database: ServerDatabase; source: Source; masterKey: Uint8Array },
): Api {
  const buckets = openBuckets(RATE, source.clock);
  const strangers = limitAttempts(source.clock, LIMIT_OF_ADDRESS);
  const description = describeApi(apiRoutes);
  const callers = new WeakMap<FastifyRequest, ApiCaller>();

  async function callerOf(request: FastifyRequest, route: ApiRoute): Promise<ApiCaller> {
    const waitMs = strangers.waitFor(request.ip);
    if (waitMs > 0) throw new ApiProblem('too-many', { retryAfterMs: waitMs });
    const token = /^Bearer (kanade_[\w-]{43})$/.exec(request.headers.authorization ?? '')?.[1];
    const caller = token === undefined ? null : await knowToken(database.orm, source.clock.now(), token);
    if (caller === null) {
      strangers.failed(request.ip);
      throw new ApiProblem('bad-token');
    }
    const taken = buckets.take(caller.tokenId);
    if (!taken.ok) throw new ApiProblem('too-many', { retryAfterMs: taken.retryAfterMs });
    if (!caller.scopes.includes(route.scope))
      throw new ApiProblem('missing-scope', { errors: [{ field: 'scope', fault: route.scope }] });
    return caller;
  }

  async function carryOut(route: ApiRoute, caller: ApiCaller, request: FastifyRequest): Promise<ApiOutput> {
    const input = inputOf(route, request);
    if (route.read) return { status: 200, body: await route.read({ queries: database.orm, caller }, input) };
    const key = request.headers['idempotency-key'];
    if (key !== undefined && (typeof key !== 'string' || key === '' || key.length > LONGEST_KEY))
      throw new ApiProblem('not-valid', { errors: [{ field: 'Idempotency-Key', fault: 'too-long' }] });
    const { result } = await write(database, source, async (w) => {
      const id = key === undefined ? null : sha256(`${caller.tokenId}\n${key}`);
      const requestHash = sha256(JSON.stringify([route.method, request.url, request.body]));
      if (id !== null) {
        const [known] = await w.tx.select().from(apiAnswer).where(eq(apiAnswer.id, id));
        if (known && known.requestHash !== requestHash) throw new ApiProblem('key-reused');
        if (known) return openSettings(masterKey, known.sealedAnswer) as ApiOutput;
      }
      if (!route.write) throw new Error(`${route.path} neither reads nor writes`);
      const output = await route.write({ w, queries: w.tx, caller }, input);
      if (id !== null)
        await w.tx
          .insert(apiAnswer)
          .values({ id, requestHash, sealedAnswer: sealSettings(masterKey, output, source.random), at: w.now });
      return output;
    });
    return result;
  }

  void http.register(
    async (api) => {
      api.setErrorHandler<FastifyError>((error, _request, reply) => answerProblem(reply, error));
      api.get('/openapi.json', async () => description);
      for (const route of apiRoutes)
        api.route({
          method: route.method,
          url: route.path,
          // Before the body is read: who may not call makes the server hold nothing.
          onRequest: async (request) => void callers.set(request, await callerOf(request, route)),
          handler: async (request, reply) => {
            const caller = callers.get(request);
            if (caller === undefined) throw new Error('a request was taken before its caller was known');
            const { status, body } = await carryOut(route, caller, request);
            return await reply.status(status).send(body);
          },
        });
    },
    { prefix: '/api/v1' },
  );
  return {
    async prune() {
      await database.orm.delete(apiAnswer).where(lt(apiAnswer.at, source.clock.now() - ANSWERS_KEPT_MS));
    },
  };
}

/** @throws ApiProblem with every field at fault */
function inputOf(route: ApiRoute, request: FastifyRequest): ApiInput<never, never, never> {
  const errors: { field: string; fault: string }[] = [];
  const parse = (schema: ApiRoute['params'], sent: unknown): unknown => {
    const parsed = schema.safeParse(sent ?? {});
    if (parsed.success) {
      const nul = findNul(parsed.data);
      if (nul !== null) errors.push({ field: nul.join('.'), fault: 'not-valid' });
      return parsed.data;
    }
    for (const issue of parsed.error.issues) {
      const field =
        issue.path.map(String).join('.') || (issue.code === 'unrecognized_keys' ? issue.keys.join(',') : 'body');
      errors.push({ field: field.slice(0, 100), fault: issue.code });
    }
    return null;
  };
  const input = {
    params: parse(route.params, request.params),
    query: parse(route.query, request.query),
    body: route.body === null ? null : parse(route.body, request.body),
  };
  if (errors.length > 0) throw new ApiProblem('not-valid', { errors });
  return input as ApiInput<never, never, never>;
}

/** Every refusal has the same form; what is not the caller's fault goes on to the server's own handler, which logs it. */
function answerProblem(reply: FastifyReply, error: Error): void {
  // Thrown by what reads the body, before any route: not JSON, not UTF-8, too large.
  const problem =
    error instanceof HttpRefusal
      ? new ApiProblem('not-valid', { errors: [{ field: 'body', fault: error.why }] })
      : error;
  if (!(problem instanceof ApiProblem)) throw error;
  if (problem.retryAfterMs !== undefined)
    void reply.header('retry-after', String(Math.ceil(problem.retryAfterMs / 1_000)));
  void reply.status(problem.status).type('application/problem+json').send(problem.body);
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
