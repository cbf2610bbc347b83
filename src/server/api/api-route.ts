/** What a route of the HTTP API is: one description from which it is served, checked and documented. Knows no route. */
import { z } from 'zod';
import type { ApiScope } from '../../shared/administration/api-token-calls.ts';
import type { Queries } from '../db/server-database.ts';
import type { Writing } from '../db/write.ts';
import type { ApiCaller } from './know-token.ts';

export type ApiRead = { queries: Queries; caller: ApiCaller };
export type ApiWrite = ApiRead & { w: Writing };
export type ApiInput<P, Q, B> = { params: P; query: Q; body: B };
export type ApiOutput = { status: 200 | 201; body: unknown };

type Shape = {
  method: 'GET' | 'POST' | 'PATCH';
  /** Behind `/api/v1`, with parameters as `:id`. */
  path: string;
  scope: ApiScope;
  summary: string;
  params: z.ZodObject;
  query: z.ZodObject;
  /** Null where nothing is sent. */
  body: z.ZodObject | null;
  answer: z.ZodType;
};
export type ApiRoute = Shape & {
  read?(on: ApiRead, input: ApiInput<never, never, never>): Promise<unknown>;
  write?(on: ApiWrite, input: ApiInput<never, never, never>): Promise<ApiOutput>;
};

const nothing = z.strictObject({});
type Given<S> = S extends z.ZodType ? z.output<S> : null;

/** A route that looks. */
export function look<
  A extends z.ZodType,
  P extends z.ZodObject = typeof nothing,
  Q extends z.ZodObject = typeof nothing,
>(
  route: Pick<Shape, 'path' | 'scope' | 'summary'> & { params?: P; query?: Q; answer: A },
  read: (on: ApiRead, input: ApiInput<z.output<P>, z.output<Q>, null>) => Promise<z.input<A>>,
): ApiRoute {
  return { method: 'GET', params: nothing, query: nothing, body: null, ...route, read };
}

/** A route that changes something, in one transaction; the same `Idempotency-Key` again changes nothing. */
export function change<A extends z.ZodType, B extends z.ZodObject, P extends z.ZodObject = typeof nothing>(
  route: Pick<Shape, 'path' | 'scope' | 'summary'> & { method: 'POST' | 'PATCH'; params?: P; body: B; answer: A },
  write: (
    on: ApiWrite,
    input: ApiInput<z.output<P>, unknown, Given<B>>,
  ) => Promise<{ status: 200 | 201; body: z.input<A> }>,
): ApiRoute {
  return { params: nothing, query: nothing, ...route, write };
}

export const idParams = z.strictObject({ id: z.uuid() });

/** Fields of every list: what changed since a cursor, oldest change first, so that a list is also a way to stay level. */
export const pageQuery = {
  cursor: z
    .string()
    .regex(/^\d{1,16}$/)
    .optional()
    .describe('`nextCursor` of the answer before; absent: from the beginning'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
};
/** The answer of a list. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().describe('Give it back to go on, now or tomorrow: what changes later stands behind it'),
    hasMore: z.boolean(),
  });
}

/** Cuts one row too many off and says where the next page begins. */
export function toPage<R extends { sv: number }, T>(
  rows: readonly R[],
  { cursor = '0', limit }: { cursor?: string | undefined; limit: number },
  show: (row: R) => T,
): { items: T[]; nextCursor: string; hasMore: boolean } {
  const shown = rows.slice(0, limit);
  return {
    items: shown.map(show),
    nextCursor: String(shown.at(-1)?.sv ?? cursor),
    hasMore: rows.length > limit,
  };
}

/** A time as it travels: ISO 8601 in UTC. */
export const timeSchema = z.iso.datetime();
export const toTime = (at: number): string => new Date(at).toISOString();
