/** HTTP to the server, beside the socket: signing in and files. Knows no session; the caller brings the token. */

export type HttpRequest = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path on the server's origin, such as `/api/session`. */
  path: string;
  /** Goes as JSON. */
  body?: unknown;
  /** Go as they are, in place of a body. */
  bytes?: Uint8Array;
  headers?: Record<string, string>;
  accessToken?: string;
  /** Give up after this many milliseconds. */
  withinMs?: number;
};
export type HttpAnswer = { status: number; body: Uint8Array; type: string };

/** Sends one request. Rejects when the server cannot be reached or does not answer in time. */
export type AskHttp = (request: HttpRequest) => Promise<HttpAnswer>;

/** Largest answer that is read, in bytes: an attachment of 25 MB fits. */
const MAX_BYTES = 30 * 1024 * 1024;

/** The product's way: Node's fetch, no cookies, no redirects (a redirect could carry the token elsewhere). The origin is asked for at each request. */
export function fetchFrom(serverUrl: () => string): AskHttp {
  return async ({ method, path, body, bytes, headers = {}, accessToken, withinMs = 15_000 }) => {
    const response = await fetch(new URL(path, serverUrl()), {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(withinMs),
      headers: {
        ...headers,
        ...(bytes === undefined ? {} : { 'content-type': 'application/octet-stream' }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(bytes === undefined ? {} : { body: Buffer.from(bytes) }),
    });
    return {
      status: response.status,
      body: await readBody(response),
      type: response.headers.get('content-type') ?? '',
    };
  };
}

async function readBody(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    const bytes = part as Uint8Array;
    size += bytes.byteLength;
    if (size > MAX_BYTES) throw new Error('the answer of the server is larger than any file may be');
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

/** The JSON of an answer, or null when it is none. */
export function jsonOf(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(answer.body)) as unknown;
  } catch {
    return null;
  }
}
