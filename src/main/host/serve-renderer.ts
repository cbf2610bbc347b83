/**
 * The built window as answers to web requests, the same for both hosts: only files of one folder, each under the same
 * strict policy. It knows nothing of sessions or of who asks.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** What a host answers. */
export type PageAnswer = { status: number; headers: Record<string, string>; body: Uint8Array };

/** What is known of the page before its first script: put on `<html>`, so that a dark desk does not flash white. */
export type PageLook = { language: 'ja' | 'en'; theme: 'system' | 'light' | 'dark' };

/**
 * The window may run its own scripts and talk to its own host, nothing else. Inline styles are allowed only because a
 * mail's frame (`srcdoc`) inherits this policy and mail is styled inline; such a frame runs no script, and remote
 * pictures stay off because `img-src` names no foreign host.
 */
export const WINDOW_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers of everything that the window is made of. */
export const WINDOW_HEADERS = {
  'content-security-policy': WINDOW_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), usb=(), serial=(), hid=()',
} as const;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
  '.json': 'application/json',
};

/** File names that Vite makes carry a hash of their content, so they never change. */
const HASHED = /-[\w-]{8,}\.(?:js|css|woff2|png|svg|mp3|wav)$/;

/**
 * Answers for the files of `folder`. Anything outside of it, a folder, a type that a window has no use for, or a name
 * that is no UTF-8 is 404.
 * @param icon file given for /favicon.ico, which lies outside of the folder
 * @param look asked each time the page itself is served
 */
export function serveRenderer(
  folder: string,
  icon: string,
  look: () => Promise<PageLook>,
): (pathname: string) => Promise<PageAnswer> {
  const root = path.resolve(folder);
  return async (pathname) => {
    const file = pathname === '/favicon.ico' ? icon : findFile(root, pathname);
    const type = file === undefined ? undefined : TYPES[path.extname(file)];
    if (file === undefined || type === undefined) return missing();
    let body: Buffer;
    try {
      body = await readFile(file);
    } catch {
      return missing();
    }
    const isPage = path.extname(file) === '.html';
    const headers = {
      ...WINDOW_HEADERS,
      'content-type': type,
      'cache-control': HASHED.test(file) ? 'private, max-age=31536000, immutable' : 'no-store',
    };
    return { status: 200, headers, body: isPage ? dress(body, await look()) : body };
  };
}

function findFile(root: string, pathname: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return undefined;
  const file = path.resolve(root, `.${decoded === '/' ? '/index.html' : decoded}`);
  return file.startsWith(root + path.sep) ? file : undefined;
}

function dress(page: Buffer, { language, theme }: PageLook): Buffer {
  const attributes = theme === 'system' ? `lang="${language}"` : `lang="${language}" data-theme="${theme}"`;
  return Buffer.from(page.toString('utf8').replace(/<html[^>]*>/, `<html ${attributes}>`));
}

function missing(): PageAnswer {
  return {
    status: 404,
    headers: { ...WINDOW_HEADERS, 'content-type': 'text/plain; charset=utf-8' },
    body: Buffer.from('not found'),
  };
}
