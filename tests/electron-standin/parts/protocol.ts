/**
 * `protocol`: an own scheme such as `kanade://app/x` is served on `https://app.kanade.invalid/x`, because a bare Chromium
 * cannot be taught a scheme. The main bundle sees the scheme in every address; the page sees the https origin.
 */
import { appStandin } from './app.ts';
import { notImplemented, onlyKnown } from './only-known.ts';

type Serve = (request: Request) => Response | Promise<Response>;
type Privileged = { scheme: string; privileges?: Record<string, boolean> };

const served = new Map<string, Serve>();
const privileged = new Map<string, Record<string, boolean>>();

export const protocol = onlyKnown('protocol', {
  registerSchemesAsPrivileged(schemes: Privileged[]): void {
    if (appStandin.isReady())
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    for (const { scheme, privileges } of schemes) privileged.set(scheme, privileges ?? {});
  },
  handle(scheme: string, serve: Serve): void {
    if (!appStandin.isReady()) throw new Error('protocol.handle: not before app is ready');
    const rights = privileged.get(scheme);
    // Only a standard, secure scheme behaves like the https origin that stands in for it.
    if (rights?.['standard'] !== true || rights['secure'] !== true)
      throw notImplemented(`protocol.handle of a scheme that is not standard and secure ('${scheme}')`);
    served.set(scheme, serve);
  },
  isProtocolHandled(scheme: string): boolean {
    return served.has(scheme);
  },
  unhandle(scheme: string): void {
    served.delete(scheme);
  },
});

/** `kanade://app/x` → `https://app.kanade.invalid/x`; any other address as it is. */
export function toHttps(address: string): string {
  const url = new URL(address);
  const scheme = url.protocol.slice(0, -1);
  if (!privileged.has(scheme)) return address;
  return `https://${url.host}.${scheme}.invalid${address.slice(`${scheme}://${url.host}`.length) || '/'}`;
}

/** The reverse of `toHttps`. */
export function fromHttps(address: string): string {
  const found = /^https:\/\/([^/?#]+)\.([a-z][a-z0-9+-]*)\.invalid(.*)$/.exec(address);
  const [, host, scheme, rest] = found ?? [];
  return host !== undefined && scheme !== undefined && privileged.has(scheme)
    ? `${scheme}://${host}${rest ?? ''}`
    : address;
}

/** Who serves this address of ours, given in our own scheme; undefined for the rest of the world. */
export function findServer(address: string): Serve | undefined {
  return served.get(address.slice(0, address.indexOf(':')));
}
