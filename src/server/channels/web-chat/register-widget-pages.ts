/**
 * Serves what a browser loads: the script for other sites, the frame with its files, and the demo shop. Only names that
 * stand in the built folder are served, so there is no path to walk; the frame may be shown only where the account allows.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FindAccount } from './admit-visitor.ts';

/** The key of the demo centre's chat account, which the shop page embeds. */
export const DEMO_SHOP_ACCOUNT_KEY = 'demo-webChat';

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
};

/** Registers `/widget.js`, `/widget/frame`, `/widget/assets/:file`, `/demo/shop` and `/demo/shop/:file`. */
export function registerWidgetPages(
  http: FastifyInstance,
  find: FindAccount,
  folders: { builtWidget: string; demoShop: string },
): void {
  http.get('/widget.js', async (request, reply) => {
    // Other sites load this one: it has no secret, and a site's own policy decides whether it runs.
    reply.header('cross-origin-resource-policy', 'cross-origin').header('cache-control', 'public, max-age=300');
    return sendFile(request, reply, folders.builtWidget, 'widget.js');
  });

  http.get<{ Querystring: { account?: string } }>('/widget/frame', async (request, reply) => {
    const account = find(request.query.account ?? '');
    if (account === 'unknown')
      return reply.code(404).send({ error: { why: 'unknown-account', detail: 'There is no chat under this key.' } });
    const allowed = account === 'not-running' ? [] : account.settings.allowedOrigins;
    reply
      .header(
        'content-security-policy',
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:; font-src 'self'; " +
          `base-uri 'none'; form-action 'none'; frame-ancestors ${["'self'", ...allowed].join(' ')}`,
      )
      .header('referrer-policy', 'no-referrer')
      .header('permissions-policy', 'camera=(), microphone=(), geolocation=()')
      .header('cache-control', 'no-cache');
    return sendFile(request, reply, folders.builtWidget, 'frame.html');
  });

  http.get<{ Params: { file: string } }>('/widget/assets/:file', async (request, reply) => {
    reply.header('cache-control', 'no-cache');
    return sendFile(request, reply, join(folders.builtWidget, 'assets'), request.params.file);
  });

  http.get('/demo/shop', async (request, reply) => {
    const account = find(DEMO_SHOP_ACCOUNT_KEY);
    const isDemo = typeof account === 'object' && account.context.account.isDemo;
    if (!isDemo)
      return reply
        .code(404)
        .send({ error: { why: 'no-demo', detail: 'The demo shop is there in the demo centre only.' } });
    reply.header('cache-control', 'no-cache').header('x-content-type-options', 'nosniff');
    return sendFile(request, reply, folders.demoShop, 'shop.html');
  });
  http.get<{ Params: { file: string } }>('/demo/shop/:file', async (request, reply) => {
    reply.header('cache-control', 'no-cache');
    return sendFile(request, reply, folders.demoShop, request.params.file);
  });
}

async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  folder: string,
  name: string,
): Promise<FastifyReply> {
  const names = await readdir(folder).catch(() => null);
  if (names === null) {
    return reply
      .code(503)
      .header('cache-control', 'no-store')
      .send({
        error: {
          why: 'not-built',
          detail: 'The widget is not built yet. Run "npm run build" and load the page again.',
        },
      });
  }
  const type = types[extname(name)];
  if (!names.includes(name) || type === undefined)
    return reply.code(404).send({ error: { why: 'no-file', detail: 'There is no such file.' } });
  const bytes = await readFile(join(folder, name));
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`;
  reply.header('etag', etag).header('x-content-type-options', 'nosniff').header('content-type', type);
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  return reply.send(bytes);
}
