/** A core in this process over a fake server, with a window on it: what most tests of the core begin with. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCore, type Core } from '../../src/main/core/core.ts';
import { connectConsole } from '../../src/shared/console-client.ts';
import { type ConsoleApi, consoleContract } from '../../src/shared/console-api.ts';
import type { Frame, FramePort } from '../../src/shared/console-frames.ts';
import { newId, seededRandom } from '../../src/shared/domain/clock.ts';
import { type Scope, scopeSchema } from '../../src/shared/domain/scope.ts';
import type { ManualTime } from './manual-time.ts';
import { type FakeServer, type FakeServerOptions, makeFakeServer, type NewRow } from './fake-link.ts';

export const KEY = 'ab'.repeat(32);
const chance = seededRandom(20_261_123);
/** A fresh id; the same ones in every run of a test file. */
export const freshId = (): string => newId({ now: () => Date.UTC(2026, 10, 23) }, chance);

export type Window = { api: ConsoleApi; stale: string[]; send(frame: unknown): void; replies: Frame[]; close(): void };

/** A window in this process. `stale` gathers the topics that it was told. */
export function openWindow(core: Core): Window {
  const toCore = new Set<(frame: Frame) => void>();
  const toWindow = new Set<(frame: Frame) => void>();
  const stale: string[] = [];
  const replies: Frame[] = [];
  const close = core.attach({
    send: (frame) => {
      const copy = structuredClone(frame);
      if (copy.t === 'stale') stale.push(...copy.topics);
      else replies.push(copy);
      for (const listener of toWindow) listener(copy);
    },
    onFrame: (listener) => {
      toCore.add(listener);
      return () => toCore.delete(listener);
    },
  });
  const port: FramePort = {
    send: (frame) => {
      for (const listener of toCore) listener(structuredClone(frame));
    },
    onFrame: (listener) => {
      toWindow.add(listener);
      return () => toWindow.delete(listener);
    },
  };
  const send = (frame: unknown): void => {
    for (const listener of toCore) listener(frame as Frame);
  };
  return { api: connectConsole(consoleContract, port), stale, send, replies, close };
}

export type Bench = {
  /** Bytes that the local copy may have; 5 GB unless a test says otherwise. */
  cap: { bytes: number };
  server: FakeServer;
  core: Core;
  window: Window;
  api: ConsoleApi;
  dataDir: string;
  lines: string[];
  clock: { now(): number; shift: number };
  /** The key that the host keeps. Another one: its key store was lost. */
  host: { key: string };
  ids: { agent: string; workspace: string; queue: string; account: string };
  scopes: { settings: Scope; directory: Scope; queue: Scope; mine: Scope };
  /** Starts the core on the same files, after it has ended in an orderly way if it still runs. */
  restart(): void;
  /** Ends the core as a power cut would. */
  kill(): void;
  stop(): void;
};

/** A signed-out core and a server that knows one workspace, one queue and one agent. */
export function startBench(more: Partial<FakeServerOptions> & { time?: ManualTime; capBytes?: number } = {}): Bench {
  const { time } = more;
  const ids = { agent: freshId(), workspace: freshId(), queue: freshId(), account: freshId() };
  const scope = (name: string, id: string): Scope => scopeSchema.parse(`${name}:${id}`);
  const scopes = {
    settings: scope('settings', ids.workspace),
    directory: scope('directory', ids.workspace),
    queue: scope('queue', ids.queue),
    mine: scope('mine', ids.agent),
  };
  const base = time?.clock ?? { now: () => Date.now() };
  const clock = { shift: 0, now: () => base.now() + clock.shift };
  const server = makeFakeServer({
    clock: base,
    ...(time ? { later: (run: () => void) => void time.schedule.after(1, run) } : {}),
    agentId: ids.agent,
    workspaceId: ids.workspace,
    scopes: Object.values(scopes),
    ...more,
  });
  const dataDir = mkdtempSync(join(tmpdir(), 'core-'));
  const lines: string[] = [];
  const host = { key: KEY };
  let lives = 0;
  const cap = { bytes: more.capBytes ?? 5_000_000_000 };
  const start = (): Core =>
    startCore({
      dataDir,
      key: host.key,
      serverUrl: 'http://127.0.0.1:1',
      device: { name: 'test', platform: 'linux', appVersion: '0.0.0' },
      clock,
      // Another one in each life: keys must not come twice.
      random: seededRandom(7 + lives++),
      connect: server.connect,
      askHttp: (request) => server.askHttp(request),
      log: (line) => lines.push(line),
      capBytes: () => cap.bytes,
      ...(time ? { schedule: time.schedule } : {}),
    });
  server.put(
    'workspace',
    {
      id: ids.workspace,
      name: 'ハルカ家電',
      colour: '#0a7',
      timeZone: 'Asia/Tokyo',
      locale: 'ja',
      isDemo: false,
    },
    [scopes.settings],
  );
  server.put('queue', { id: ids.queue, workspaceId: ids.workspace, name: '修理', replyTargets: {} }, [scopes.settings]);
  server.put(
    'agent',
    {
      id: ids.agent,
      displayName: '佐藤 美咲',
      kana: 'さとう みさき',
      role: 'agent',
      queueIds: [ids.queue],
      state: 'active',
    },
    [scopes.settings],
  );
  const core = start();
  let isRunning = true;
  const window = openWindow(core);
  const bench: Bench = {
    cap,
    server,
    core,
    window,
    api: window.api,
    dataDir,
    lines,
    clock,
    host,
    ids,
    scopes,
    restart() {
      bench.stop();
      bench.core = start();
      isRunning = true;
      bench.window = openWindow(bench.core);
      bench.api = bench.window.api;
    },
    kill() {
      bench.core.abandon();
      bench.server.cut();
      isRunning = false;
    },
    stop() {
      if (isRunning) bench.core.stop();
      isRunning = false;
    },
  };
  return bench;
}

/** Puts a customer on the server; in the directory unless told otherwise. */
export function putCustomer(bench: Bench, change: Partial<NewRow<'customer'>> = {}): string {
  const id = change.id ?? freshId();
  bench.server.put(
    'customer',
    {
      id,
      workspaceId: bench.ids.workspace,
      displayName: '田中 花子',
      kana: 'タナカ ハナコ',
      kind: 'person',
      memberNumber: null,
      rank: null,
      since: null,
      preferredChannel: null,
      preferredNote: null,
      language: 'ja',
      stage: 'repeater',
      handlingState: 'normal',
      addressMasked: null,
      lastActivityAt: null,
      ...change,
    },
    [bench.scopes.directory],
  );
  return id;
}

/** Puts a conversation on the server, in its queue and in "mine" when it is this agent's. */
export function putConversation(
  bench: Bench,
  customerId: string,
  change: Partial<NewRow<'conversation'>> = {},
): string {
  const id = change.id ?? freshId();
  const now = Date.now();
  const row: NewRow<'conversation'> = {
    id,
    workspaceId: bench.ids.workspace,
    channelAccountId: bench.ids.account,
    channel: 'webChat',
    customerId,
    queueId: bench.ids.queue,
    assigneeId: null,
    number: 'C-1',
    subject: null,
    visibility: 'private',
    status: 'new',
    category: null,
    tags: [],
    openedAt: now,
    resolvedAt: null,
    lastSeq: 0,
    lastInSeq: 0,
    readSeq: 0,
    unreadCount: 0,
    lastInAt: now,
    lastOutAt: null,
    lastActivityAt: now,
    preview: 'こんにちは',
    previewDirection: 'in',
    dueAt: null,
    replyWindow: null,
    replyWindowClosesAt: null,
    ...change,
  };
  const scopes = [`queue:${row.queueId}`, ...(row.assigneeId === null ? [] : [`mine:${row.assigneeId}`])];
  bench.server.put('conversation', row, scopes);
  return id;
}

/** Puts a message of a conversation on the server. */
export function putMessage(
  bench: Bench,
  conversationId: string,
  customerId: string,
  change: Partial<NewRow<'message'>> = {},
): string {
  const id = change.id ?? freshId();
  const now = Date.now();
  bench.server.put(
    'message',
    {
      id,
      conversationId,
      customerId,
      channel: 'webChat',
      seq: 1,
      direction: 'in',
      visibility: 'private',
      authorKind: 'customer',
      authorId: null,
      authorName: '田中 花子',
      text: 'こんにちは',
      html: null,
      detail: { kind: 'text' },
      parentMessageId: null,
      sentAt: now,
      receivedAt: now,
      deliveryState: null,
      deliveryReason: null,
      deliveryAt: null,
      redactedAt: null,
      ...change,
    },
    [bench.scopes.queue],
  );
  return id;
}

/** Signs the agent in. */
export async function signIn(bench: Bench): Promise<void> {
  await bench.api.session.signIn({ login: 'sato', password: 'right' });
}
