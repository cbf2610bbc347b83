/** The OpenAPI document of the HTTP API, made from the descriptions by which its routes are served. */
import { z } from 'zod';
import { problemSchema } from './api-problem.ts';
import type { ApiRoute } from './api-route.ts';

type JsonSchema = Record<string, unknown>;

/** OpenAPI 3.1: its schemas are JSON Schema 2020-12, which zod writes. */
export function describeApi(routes: readonly ApiRoute[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = `/api/v1${route.path.replaceAll(/:(\w+)/g, '{$1}')}`;
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kanade',
      version: '1',
      description: 'Customers, orders and conversations of one workspace, for the systems around it.',
    },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: '`kanade_…`, made by an administrator' },
      },
      schemas: { Problem: schemaOf(problemSchema, 'output') },
    },
    security: [{ token: [] }],
    paths,
  };
}

function operationOf(route: ApiRoute): Record<string, unknown> {
  const answer = { content: { 'application/json': { schema: schemaOf(route.answer, 'output') } } };
  const problem = { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
  const isChange = route.method !== 'GET';
  return {
    summary: route.summary,
    description: `Needs the scope \`${route.scope}\`.`,
    parameters: [
      ...parametersOf(route.params, 'path'),
      ...parametersOf(route.query, 'query'),
      ...(isChange
        ? [
            {
              name: 'Idempotency-Key',
              in: 'header',
              required: false,
              description:
                'Made anew for each change. The same one again within a day changes nothing and gets the same answer.',
              schema: { type: 'string', maxLength: 200 },
            },
          ]
        : []),
    ],
    ...(route.body === null
      ? {}
      : {
          requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body, 'input') } } },
        }),
    responses: {
      200: { description: isChange ? 'Changed, or as it was' : 'Found', ...answer },
      ...(route.method === 'POST' ? { 201: { description: 'Made', ...answer } } : {}),
      401: { description: 'No token, or one that was revoked', ...problem },
      403: { description: 'The token lacks the scope', ...problem },
      404: { description: 'Not in this workspace', ...problem },
      422: { description: 'Fields that do not fit, each by name', ...problem },
      429: { description: 'Too many requests: wait for Retry-After seconds', ...problem },
    },
  };
}

function parametersOf(schema: z.ZodObject, where: 'path' | 'query'): JsonSchema[] {
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, shape]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: shape,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return json;
}
