/**
 * The browser host's door: the built window and its frames on 127.0.0.1, for whoever holds the link. Host and Origin are
 * checked on every request and socket, so that a page of another site, or a name that was rebound to this address, gets
 * nothing. It passes frames on and knows no call by name.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { Server as SocketServer, type Socket } from 'socket.io';
import { callFrameSchema, type Frame, MAX_FRAME_CHARACTERS } from '../../../shared/console-frames.ts';
import { CannotStart } from '../read-settings.ts';
import { type PageAnswer, WINDOW_HEADERS } from '../serve-renderer.ts';
import type { CoreWire } from '../start-core.ts';
import type { Entries } from './entries.ts';
import { welcomePage } from './welcome-page.ts';

/** The same word stands in src/renderer/console/loopback-port.ts. */
export const SOCKET_PATH = '/frames';
/** Listening on one address of this computer only: nothing of the network reaches it. */
const ADDRESS = '127.0.0.1';
/** A frame in UTF-8 is at most three bytes a character, and base64 one: what is larger ends the socket. */
const MOST_BYTES = MAX_FRAME_CHARACTERS + 4_000_000;

export type LoopbackOptions = {
  /** 0: any free port. */
  port: number;
  entries: Entries;
  page(pathname: string): Promise<PageAnswer>;
  attach(): CoreWire;
  /** One line for the log; never a frame, a token or a cookie. */
  log(line: string): void;
  /** Largest frame in bytes; a test makes it small. */
  mostBytes?: number;
};

export type Loopback = {
  readonly port: number;
  readonly origin: string;
  /** An address that opens the console once. */
  newLink(): string;
  close(): Promise<void>;
};

/**
 * Listens.
 * @throws CannotStart when the port is taken
 */
export async function openLoopback(options: LoopbackOptions): Promise<Loopback> {
  const { entries, page, attach, log } = options;
  const http = createServer((request, response) => {
    answer(request)
      .catch((error: unknown) => {
        log(`request failed: ${error instanceof Error ? error.message : 'unknown'}`);
        return sentence(500, 'The console could not answer.');
      })
      .then((given) => {
        response.writeHead(given.status, { ...given.headers, 'content-length': given.body.length });
        response.end(request.method === 'HEAD' ? undefined : given.body);
      })
      .catch(() => response.destroy());
  });
  // Slow or broken clients must not hold a place for ever.
  http.requestTimeout = 10_000;
  http.on('clientError', (_error, socket) => socket.destroy());
  await listen(http, options.port);
  const address = http.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  const host = `${ADDRESS}:${String(port)}`;
  const origin = `http://${host}`;
  // The port in the name: two hosts on one computer share a cookie jar.
  const cookieName = `kanade-${String(port)}`;

  const isOurHost = (request: IncomingMessage): boolean => request.headers.host === host;
  const isSignedIn = (request: IncomingMessage): boolean =>
    entries.isKnown(readCookie(request.headers.cookie, cookieName));

  async function answer(request: IncomingMessage): Promise<PageAnswer> {
    if (!isOurHost(request)) return sentence(421, 'This address is not the console.');
    if (request.headers.origin !== undefined && request.headers.origin !== origin) {
      return sentence(403, 'The console does not answer pages of other sites.');
    }
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return sentence(405, 'Only GET.', { allow: 'GET, HEAD' });
    const url = URL.parse(request.url ?? '/', origin);
    if (!url) return sentence(400, 'The address cannot be read.');
    const token = url.searchParams.get('token');
    if (url.pathname === '/' && token !== null && request.method === 'GET') {
      const session = entries.exchange(token);
      // Whoever is signed in and reloads the first address comes in all the same.
      if (session === undefined) return welcomePage(isSignedIn(request) ? 'enter' : 'used');
      const entered = welcomePage('enter');
      const cookie = `${cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/`;
      return { ...entered, headers: { ...entered.headers, 'set-cookie': cookie } };
    }
    return isSignedIn(request) ? page(url.pathname) : welcomePage('needed');
  }

  const sockets = new SocketServer(http, {
    path: SOCKET_PATH,
    transports: ['websocket'],
    serveClient: false,
    perMessageDeflate: false,
    maxHttpBufferSize: options.mostBytes ?? MOST_BYTES,
    allowRequest: (request, decide) => {
      // A browser always names its origin on a socket; what does not is no window of ours.
      const refused = !isOurHost(request) || request.headers.origin !== origin || !isSignedIn(request);
      decide(refused ? 'not a window of this console' : null, !refused);
    },
  });
  sockets.on('connection', (socket) => carry(socket, attach(), log));

  return {
    port,
    origin,
    newLink: () => `${origin}/?token=${entries.newToken()}`,
    async close() {
      await sockets.close();
      http.closeAllConnections();
    },
  };
}

function carry(socket: Socket, wire: CoreWire, log: (line: string) => void): void {
  wire.onFrame((frame) => socket.emit('frame', frame));
  socket.on('frame', (given: unknown) => {
    const frame = callFrameSchema.safeParse(given);
    if (frame.success) wire.send({ ...frame.data, input: frame.data.input });
    else {
      log('a frame that is no call was refused');
      const id = typeof given === 'object' && given !== null ? (Reflect.get(given, 'id') as unknown) : undefined;
      const refusal: Frame = {
        t: 'reply',
        id: Number(id),
        ok: false,
        refusal: { why: 'bad-input', detail: 'the frame is not a call: t, id, method, input' },
      };
      if (Number.isSafeInteger(id)) socket.emit('frame', refusal);
    }
  });
  socket.on('disconnect', () => wire.detach());
}

function listen(http: ReturnType<typeof createServer>, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(
          new CannotStart(
            `Port ${String(port)} is taken by another program. Choose another one with --port, or 0 for any free one.`,
          ),
        );
      else if (error.code === 'EACCES')
        reject(
          new CannotStart(`Port ${String(port)} may not be used by this account. Choose one above 1023 with --port.`),
        );
      else reject(error);
    });
    http.listen(port, ADDRESS, resolve);
  });
}

function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}

function sentence(status: number, words: string, headers: Record<string, string> = {}): PageAnswer {
  const type = { 'content-type': 'text/plain; charset=utf-8' };
  return { status, headers: { ...WINDOW_HEADERS, ...type, ...headers }, body: Buffer.from(`${words}\n`) };
}
