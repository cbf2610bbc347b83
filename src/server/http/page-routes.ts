/** The few pages that the server itself shows in a browser: files of `resources/pages`, and nothing else from there. */
import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';

const FOLDER = new URL('../../../resources/pages/', import.meta.url);
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGES = { '/reset': 'reset.html', '/invite': 'reset.html', '/setup': 'set-up.html' } as const;
const PARTS = {
  'page.css': 'text/css; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'reset.js': 'text/javascript; charset=utf-8',
  'set-up.js': 'text/javascript; charset=utf-8',
} as const;

/** Adds `/reset`, `/invite` and `/setup`, and `/pages/…` for what they need. */
export function addPageRoutes(http: FastifyInstance): void {
  for (const [path, file] of Object.entries(PAGES))
    http.get(path, async (_request, reply) => {
      const page = await readFile(new URL(file, FOLDER));
      return await reply.header('content-security-policy', POLICY).type('text/html; charset=utf-8').send(page);
    });
  for (const [file, type] of Object.entries(PARTS))
    http.get(`/pages/${file}`, async (_request, reply) => {
      return await reply.type(type).send(await readFile(new URL(file, FOLDER)));
    });
}
