/**
 * `session`: one default session. Permission answers are asked from the app's handlers when a window opens and set in
 * Chromium; web requests go through the app's listeners by way of the protocol's Fetch domain (web-contents.ts).
 */
import { getChromium } from './app.ts';
import { notImplemented, onlyKnown } from './only-known.ts';

type Check = (contents: null, permission: string, origin: string, details: object) => boolean;
type Ask = (contents: null, permission: string, answer: (granted: boolean) => void, details: object) => void;
export type RequestDetails = {
  url: string;
  method: string;
  resourceType: string;
  responseHeaders?: Record<string, string[]>;
};
type RequestAnswer = { cancel?: boolean; redirectURL?: string; responseHeaders?: Record<string, string | string[]> };
type RequestListener = (details: RequestDetails, answer: (answer: RequestAnswer) => void) => void;

/** Electron's name and Chromium's name of what a page can be granted. */
const PERMISSIONS: readonly [string, string][] = [
  ['notifications', 'notifications'],
  ['geolocation', 'geolocation'],
  ['media', 'microphone'],
  ['media', 'camera'],
  ['clipboard-read', 'clipboard-read'],
  ['midi', 'midi'],
];

let check: Check | null = null;
let ask: Ask | null = null;
let beforeRequest: RequestListener | null = null;
let headersReceived: RequestListener | null = null;

function listenerOf(name: string, given: unknown[]): RequestListener | null {
  const last = given.at(-1);
  if (given.length > 1) throw notImplemented(`session.webRequest.${name} with a filter`);
  return typeof last === 'function' ? (last as RequestListener) : null;
}

export const defaultSession = onlyKnown('session', {
  setPermissionCheckHandler(handler: Check | null): void {
    check = handler;
  },
  setPermissionRequestHandler(handler: Ask | null): void {
    ask = handler;
  },
  setSpellCheckerEnabled(): void {
    // Chromium's headless windows have no spell checker to switch.
  },
  webRequest: onlyKnown('session.webRequest', {
    onBeforeRequest(...given: unknown[]): void {
      beforeRequest = listenerOf('onBeforeRequest', given);
    },
    onHeadersReceived(...given: unknown[]): void {
      headersReceived = listenerOf('onHeadersReceived', given);
    },
  }),
});
export const session = onlyKnown('session', { defaultSession });

/** Asks the app what `origin` may do and tells Chromium. Without handlers Electron grants everything; so does this. */
export async function settlePermissions(origin: string): Promise<void> {
  for (const [electronName, name] of PERMISSIONS) {
    const checked = check === null || check(null, electronName, origin, { requestingUrl: origin });
    const granted = checked && (await askFor(electronName, origin));
    await getChromium().browser.send('Browser.setPermission', {
      permission: { name },
      setting: granted ? 'granted' : 'denied',
      origin,
    });
  }
}

function askFor(permission: string, origin: string): Promise<boolean> {
  return new Promise((resolve) => {
    if (ask === null) resolve(true);
    else ask(null, permission, resolve, { requestingUrl: origin, isMainFrame: true });
  });
}

export function askBeforeRequest(details: RequestDetails): Promise<RequestAnswer> {
  return new Promise((resolve) => {
    if (beforeRequest === null) resolve({});
    else beforeRequest(details, resolve);
  });
}

export function askHeadersReceived(details: RequestDetails): Promise<RequestAnswer> {
  return new Promise((resolve) => {
    if (headersReceived === null) resolve({});
    else headersReceived(details, resolve);
  });
}
