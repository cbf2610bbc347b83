/**
 * The HTTP server: its limits, the shape of its refusals, what it logs and counts. Knows no feature; routes are added by
 * `session-routes.ts`, `attachment-routes.ts`, `health-routes.ts` and by the channels.
 */
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { httpErrorSchema } from '../../shared/sync-protocol.ts';
import { type Log, nameOfError } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type TrustedProxies, trustProxies } from './trusted-proxies.ts';

/** Largest JSON body, in bytes. Channels that take files set their own limit on their own routes. */
const BODY_LIMIT = 256 * 1024;
/** Time that a client has for its head and body, in ms: a slow one must not hold a connection for ever. */
const REQUEST_TIMEOUT_MS = 60_000;

/** A refusal with its HTTP status. `detail` names the remedy and never quotes what was sent. */
export class HttpRefusal extends Error {
  override name = 'HttpRefusal';
  readonly status: number;
  readonly why: string;
  readonly field: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** Rules that a new password breaks. */
  readonly faults: readonly string[] | undefined;
  constructor(
    status: number,
    why: string,
    detail: string,
    more: { field?: string; retryAfterMs?: number; faults?: readonly string[] } = {},
  ) {
    super(detail);
    this.status = status;
    this.why = why;
    this.field = more.field;
    this.retryAfterMs = more.retryAfterMs;
    this.faults = more.faults;
  }
}

export type HttpOptions = {
  /** Null: plain HTTP, for this computer or behind a proxy. */
  certificate: { cert: Buffer; key: Buffer } | null;
  proxies: TrustedProxies;
};

/** Makes the server; it does not listen yet. `request.ip` is the caller's address behind the named proxies. */
export function openHttp(
  log: Log,
  metrics: Metrics,
  { certificate, proxies }: HttpOptions = { certificate: null, proxies: trustProxies([]) },
): FastifyInstance {
  const options = {
    logger: false,
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    trustProxy: proxies.isOne,
  } as const;
  const http = certificate
    ? (Fastify({ ...options, https: certificate }) as unknown as FastifyInstance)
    : Fastify(options);
  refuseWhatIsNotUtf8(http);
  http.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    if (!reply.hasHeader('referrer-policy')) reply.header('referrer-policy', 'no-referrer');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  http.addHook('onResponse', async (request, reply) => {
    // The route's pattern and not its address: addresses hold ids, and each would be a time series of its own.
    const labels = {
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status: String(reply.statusCode),
    };
    metrics.httpSeconds.observe(labels, reply.elapsedTime / 1_000);
  });
  http.setErrorHandler<FastifyError>((error, request, reply) => {
    const refusal = refusalOf(error);
    if (refusal.status >= 500)
      log.error('http.failed', {
        method: request.method,
        route: request.routeOptions.url ?? null,
        ...nameOfError(error),
      });
    if (refusal.retryAfterMs !== undefined)
      reply.header('retry-after', String(Math.ceil(refusal.retryAfterMs / 1_000)));
    void reply.status(refusal.status).send(bodyOf(refusal));
  });
  http.setNotFoundHandler((_request, reply) => {
    void reply.status(404).send(bodyOf(new HttpRefusal(404, 'not-found', 'there is nothing at this address')));
  });
  return http;
}

function bodyOf(refusal: HttpRefusal): z.output<typeof httpErrorSchema> {
  const { why, message, field, faults } = refusal;
  return {
    error: {
      why,
      detail: message,
      ...(field === undefined ? {} : { field }),
      ...(faults === undefined ? {} : { faults: [...faults] }),
    },
  };
}

/** Fastify's own refusals, in our words. Source: fastify.dev, Reference/Errors. */
const REFUSALS_OF_FASTIFY: Readonly<Partial<Record<string, [number, string, string]>>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'too-large', 'the body is larger than this address takes'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'wrong-type', 'send application/json in UTF-8'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'bad-input', 'the body is empty'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'bad-input', 'the body is not as long as its head says'],
};

function refusalOf(error: FastifyError | HttpRefusal): HttpRefusal {
  if (error instanceof HttpRefusal) return error;
  const known = REFUSALS_OF_FASTIFY[error.code];
  if (known) return new HttpRefusal(...known);
  const status = error.statusCode ?? 500;
  if (status === 429) return new HttpRefusal(429, 'too-many', 'too many requests; wait and try again');
  if (status >= 400 && status < 500)
    return new HttpRefusal(status, 'bad-input', 'the request is not one that this address understands');
  return new HttpRefusal(500, 'failed', 'the server could not answer; try again');
}

/** JSON in another encoding would come in as wrong letters and be stored as them. */
function refuseWhatIsNotUtf8(http: FastifyInstance): void {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  http.removeContentTypeParser('application/json');
  http.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    let text: string;
    try {
      text = utf8.decode(body as Buffer);
    } catch {
      done(new HttpRefusal(400, 'not-utf-8', 'send the body in UTF-8'));
      return;
    }
    try {
      done(null, parseSafely(text));
    } catch {
      done(new HttpRefusal(400, 'bad-input', 'the body is not JSON'));
    }
  });
}

/** `__proto__` in a body would become the prototype of what copies it; nobody honest sends it. */
function parseSafely(text: string): unknown {
  return JSON.parse(text, (key, value: unknown) => {
    if (key === '__proto__') throw new SyntaxError('forbidden key');
    return value;
  });
}
