/**
 * A console as the server sees one: signs in over HTTP, speaks the protocol over a real socket, and does as a test tells
 * it, also what no honest console does. Keeps everything it was sent.
 */
import { randomUUID } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import { io, type Socket } from 'socket.io-client';
import type { Command, CommandBody } from '../../src/shared/domain/command.ts';
import { isSyncedKind, type SyncedKind } from '../../src/shared/domain/synced-kinds.ts';
import {
  type AskReply,
  type HistoryReply,
  type Level,
  type LiveFrame,
  type PackedPage,
  pageSchema,
  PROTOCOL_VERSION,
  type PullReply,
  type ScopesChanged,
  type Signal,
  type SignedIn,
  signedInSchema,
  type SubmitReply,
  type WalkReply,
  type Welcome,
} from '../../src/shared/sync-protocol.ts';
import { eventually } from './eventually.ts';
import type { TestAgent } from './small-centre.ts';

export type TestConsole = {
  clientId: string;
  lease: string;
  signedIn: SignedIn;
  socket: Socket;
  heard: {
    frames: LiveFrame[];
    levels: Level[];
    lags: { scope: string; to: number }[];
    scopes: ScopesChanged[];
    signals: Signal[];
    goodbyes: string[];
  };
  /** Sends any event with any payload and waits for its answer. */
  ask<T>(event: string, payload: unknown): Promise<T>;
  hello(fields?: Record<string, unknown>): Promise<Welcome>;
  pull(scope: string, after: number): Promise<PullReply>;
  walk(scope: string, ceiling?: number | null, below?: number | null): Promise<WalkReply>;
  history(conversationId: string, upto: number): Promise<HistoryReply>;
  /** Submits a command under a number; the command's id is new unless one is given. */
  submit(mid: number, body: CommandBody, id?: string): Promise<SubmitReply>;
  live(payload: unknown): Promise<AskReply>;
  close(): void;
};

/** Signs in and gives the session's tokens, or the HTTP answer when it is refused. */
export async function signIn(
  url: string,
  agent: Pick<TestAgent, 'login' | 'password'>,
  clientId: string = randomUUID(),
): Promise<Response> {
  return await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      login: agent.login,
      password: agent.password,
      device: { clientId, name: 'test', platform: 'test', appVersion: '0' },
    }),
  });
}

/** Opens a socket with a token; resolves when it is connected, rejects with the server's reason when it is refused. */
export async function openSocket(
  url: string,
  auth: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<Socket> {
  const socket = io(`${url}/console`, {
    transports: ['websocket'],
    auth,
    forceNew: true,
    reconnection: false,
    extraHeaders: headers,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return socket;
}

/** A signed-in console with an open socket that has not said hello yet. */
export async function openConsole(
  url: string,
  agent: Pick<TestAgent, 'login' | 'password'>,
  clientId: string = randomUUID(),
): Promise<TestConsole> {
  const answer = await signIn(url, agent, clientId);
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  const signedIn = signedInSchema.parse(await answer.json());
  return await connectConsole(url, signedIn, clientId);
}

/** One more connection in a session that there is. */
export async function connectConsole(url: string, signedIn: SignedIn, clientId: string): Promise<TestConsole> {
  const socket = await openSocket(url, { token: signedIn.accessToken });
  const heard: TestConsole['heard'] = { frames: [], levels: [], lags: [], scopes: [], signals: [], goodbyes: [] };
  socket.on('frame', (frame: LiveFrame) => heard.frames.push(frame));
  socket.on('level', (level: Level) => heard.levels.push(level));
  socket.on('lag', (lag: { scope: string; to: number }) => heard.lags.push(lag));
  socket.on('scopes', (scopes: ScopesChanged) => heard.scopes.push(scopes));
  socket.on('signal', (signal: Signal) => heard.signals.push(signal));
  socket.on('goodbye', ({ why }: { why: string }) => heard.goodbyes.push(why));
  const lease = randomUUID();
  const ask = async <T>(event: string, payload: unknown) =>
    (await socket.timeout(10_000).emitWithAck(event, payload)) as T;
  return {
    clientId,
    lease,
    signedIn,
    socket,
    heard,
    ask,
    hello: (fields = {}) =>
      ask('hello', {
        protocol: PROTOCOL_VERSION,
        clientId,
        lease,
        appVersion: '0',
        epoch: null,
        nextMid: 1,
        ...fields,
      }),
    pull: (scope, after) => ask('pull', { scope, after }),
    walk: (scope, ceiling = null, below = null) => ask('walk', { scope, ceiling, below }),
    history: (conversationId, upto) => ask('history', { conversationId, upto }),
    submit: (mid, body, id = randomUUID()) =>
      ask('submit', { mid, command: { id, composedAt: Date.now(), body } satisfies Record<keyof Command, unknown> }),
    live: (payload) => ask('ask', payload),
    close: () => socket.close(),
  };
}

/** Opens a page and gives its rows as objects, by kind. */
export function openPage(page: PackedPage): {
  rows: Record<SyncedKind, Record<string, unknown>[]>;
  gone: { kind: string; id: string }[];
  text: string;
} {
  const json = 'json' in page ? page.json : zstdDecompressSync(page.zstd).toString('utf8');
  const { tables, gone } = pageSchema.parse(JSON.parse(json));
  const rows: Record<string, Record<string, unknown>[]> = {};
  for (const { kind, columns, rows: arrays } of tables) {
    if (!isSyncedKind(kind)) throw new Error(`unknown kind ${kind}`);
    rows[kind] = arrays.map((array) => Object.fromEntries(columns.map((column, index) => [column, array[index]])));
  }
  return { rows, gone, text: json };
}

/** Waits until a console has heard a frame of a scope that satisfies a condition, and gives it. */
export async function frameOf(
  console: TestConsole,
  scope: string,
  isIt: (frame: LiveFrame) => boolean = () => true,
): Promise<LiveFrame> {
  return await eventually(() => console.heard.frames.find((frame) => frame.scope === scope && isIt(frame)), {
    what: `a frame of ${scope}`,
  });
}
