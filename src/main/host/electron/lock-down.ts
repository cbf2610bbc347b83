/**
 * Closes every way out of the window: no foreign page, no second window, no right that was not given here, no request to
 * anywhere but our own scheme. A link to the web is handed to the system's browser.
 */
import { app, type Session, shell } from 'electron';
import { mayOpenOutside } from './may-open-outside.ts';
import { OWN_ORIGIN, OWN_PAGE } from './own-scheme.ts';

/** What a page of ours may be granted: writing text to the clipboard after a click. Media comes with the phone window. */
const GRANTED = ['clipboard-sanitized-write'];
/** Schemes that stay inside the window: pictures and downloads that the page made itself. */
const INSIDE = [`${OWN_ORIGIN}/`, 'blob:', 'data:', 'devtools:'];

/** Must run before the first window is made; holds for every window. */
export function lockDown(session: Session, log: (line: string) => void): void {
  session.setPermissionCheckHandler((_contents, permission, origin) => GRANTED.includes(permission) && isOurs(origin));
  session.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl }) =>
    answer(GRANTED.includes(permission) && isOurs(requestingUrl)),
  );
  session.webRequest.onBeforeRequest((details, answer) => {
    const cancel = !INSIDE.some((start) => details.url.startsWith(start));
    if (cancel) log('a request to outside was cancelled');
    answer({ cancel });
  });
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(({ url }) => {
      const outside = mayOpenOutside(url);
      if (outside === undefined) log('a link that may not be opened was refused');
      else void shell.openExternal(outside).catch(() => log('the system could not open a link'));
      return { action: 'deny' };
    });
    contents.on('will-navigate', (event) => {
      if (event.url !== OWN_PAGE) event.preventDefault();
    });
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}

/** A check names an origin, a request an address; Electron writes the origin with or without its last slash. */
function isOurs(address: string): boolean {
  return address === OWN_ORIGIN || address.startsWith(`${OWN_ORIGIN}/`);
}
