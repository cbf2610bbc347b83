/** Builds the page of this folder once for each process and serves it on a port of the system's choice. */
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
};

/** A folder of its own for each process: specs run side by side, and a build empties its folder first. */
let built: Promise<string> | undefined;
async function buildOnce(): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'kanade-window-'));
  process.once('exit', () => rmSync(root, { recursive: true, force: true }));
  const configFile = fileURLToPath(new URL('./vite.config.ts', import.meta.url));
  await build({ configFile, logLevel: 'error', build: { outDir: root, emptyOutDir: true } });
  return root;
}

/** Resolves to the page's address and the way to stop serving. The build takes some seconds. */
export async function serveWindow(): Promise<{ url: string; stop: () => void }> {
  built ??= buildOnce();
  const root = await built;
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname;
    const file = normalize(join(root, path === '/' ? 'index.html' : path));
    if (!file.startsWith(root)) return void response.writeHead(404).end();
    readFile(file).then(
      (bytes) =>
        response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, stop: () => void server.close() };
}
