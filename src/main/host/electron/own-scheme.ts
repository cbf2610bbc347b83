/**
 * The window's own scheme, `kanade://app/`: a secure origin that no other program serves. App code never names it; it
 * asks for what lies beside its page.
 */
import { protocol } from 'electron';
import type { PageAnswer } from '../serve-renderer.ts';

const SCHEME = 'kanade';
/** Origin of our page, as a sender's frame names it. */
export const OWN_ORIGIN = `${SCHEME}://app`;
/** The page itself. */
export const OWN_PAGE = `${OWN_ORIGIN}/index.html`;

/** Must run before the app is ready. */
export function registerOwnScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Answers for our page; must run after the app is ready. Any other host of the scheme does not exist. */
export function serveOwnScheme(page: (pathname: string) => Promise<PageAnswer>): void {
  protocol.handle(SCHEME, async (request) => {
    const url = new URL(request.url);
    if (url.host !== 'app' || request.method !== 'GET') return new Response('', { status: 404 });
    const { status, headers, body } = await page(url.pathname);
    return new Response(new Uint8Array(body), { status, headers });
  });
}
