/** Every request of a window comes by here: the app may cancel it, its own scheme is answered, the rest goes out. */
import type { Session } from './chromium.ts';
import { findServer, fromHttps } from './protocol.ts';
import { askBeforeRequest, askHeadersReceived } from './session.ts';

type Paused = {
  requestId: string;
  resourceType: string;
  request: { url: string; method: string; headers: Record<string, string>; postData?: string };
};

/** Chromium's resource type in Electron's words; anything else is 'other'. */
const RESOURCE_TYPES: Record<string, string> = {
  Document: 'mainFrame',
  Script: 'script',
  Stylesheet: 'stylesheet',
  Image: 'image',
  Font: 'font',
  XHR: 'xhr',
  Fetch: 'xhr',
  Media: 'media',
  WebSocket: 'webSocket',
  Ping: 'ping',
};

export async function passRequest(session: Session, paused: Paused, mayNavigate: () => boolean): Promise<void> {
  const { requestId } = paused;
  const url = fromHttps(paused.request.url);
  const details = { url, method: paused.request.method, resourceType: RESOURCE_TYPES[paused.resourceType] ?? 'other' };
  if (!mayNavigate()) {
    await session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
    return;
  }
  if ((await askBeforeRequest(details)).cancel === true) {
    await session.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' });
    return;
  }
  const serve = findServer(url);
  if (!serve) {
    await session.send('Fetch.continueRequest', { requestId });
    return;
  }
  const { method, headers, postData } = paused.request;
  let response: Response;
  try {
    response = await serve(
      new Request(url, { method, headers, ...(postData === undefined ? {} : { body: postData }) }),
    );
  } catch (error) {
    process.stderr.write(`electron stand-in: protocol handler failed for ${url}: ${String(error)}\n`);
    await session.send('Fetch.failRequest', { requestId, errorReason: 'Failed' });
    return;
  }
  const given: Record<string, string[]> = {};
  response.headers.forEach((value, name) => {
    given[name] = [...(given[name] ?? []), value];
  });
  const changed = (await askHeadersReceived({ ...details, responseHeaders: given })).responseHeaders ?? given;
  await session.send('Fetch.fulfillRequest', {
    requestId,
    responseCode: response.status,
    responseHeaders: Object.entries(changed).flatMap(([name, values]) =>
      (Array.isArray(values) ? values : [values]).map((value) => ({ name, value })),
    ),
    body: Buffer.from(await response.arrayBuffer()).toString('base64'),
  });
}
