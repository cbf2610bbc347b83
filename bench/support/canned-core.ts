/** The real core in this process, whose server is a canned centre: it answers walks from packed pages and has nothing new. */
import { rmSync } from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Core, startCore } from '../../src/main/core/core.ts';
import { searchThreadAt, type StartIndexing } from '../../src/main/core/search/start-search-thread.ts';
import type { Connect } from '../../src/main/core/sync/link.ts';
import { type ConsoleApi, consoleContract } from '../../src/shared/console-api.ts';
import { connectConsole } from '../../src/shared/console-client.ts';
import type { Frame, FramePort } from '../../src/shared/console-frames.ts';
import { seededRandom } from '../../src/shared/domain/clock.ts';
import { HOST_KEY } from './key-of-files.ts';
import type { CannedCentre } from './canned-centre.ts';
import { signedIn, walkCanned, welcome } from './canned-door.ts';

export type CannedCore = {
  readonly api: ConsoleApi;
  /** Folder of the agent's files. */
  readonly files: string;
  /** CPU of this thread and wall time from the welcome until everything is there. */
  readonly sync: { cpuMs: number; wallMs: number };
  stop(): void;
};

/** No index at all: for measuring the sync path alone. */
export const withoutIndex: StartIndexing = () => ({ order: () => undefined, stop: () => Promise.resolve() });
/** The product's second thread. */
export const withIndex: StartIndexing = searchThreadAt(
  new URL('../../src/main/core/search/search-thread.ts', import.meta.url),
);

function connectTo(centre: CannedCentre, opened: () => void): Connect {
  return (_to, events) => {
    let isOver = false;
    const later = (run: () => void) => void setImmediate(() => isOver || run());
    later(events.opened);
    const answer = (event: string, payload: unknown): unknown => {
      switch (event) {
        case 'hello':
          opened();
          return welcome(centre, centre.sv, 0);
        case 'walk':
          return walkCanned(centre, payload as { scope: string; below: number | null });
        case 'pull':
          return { ok: true, page: { json: '{"tables":[],"gone":[]}' }, to: centre.sv, more: false, left: 0 };
        default:
          return { ok: false, why: 'failed', lastMid: 0, detail: 'a canned centre decides nothing' };
      }
    };
    return {
      send: (event, payload, reply) => reply && later(() => reply(answer(event, payload))),
      close: () => (isOver = true),
    };
  };
}

/** A window's end of a core in the same thread. */
export function portOf(core: Core): FramePort {
  const listeners: { core: ((frame: Frame) => void)[]; window: ((frame: Frame) => void)[] } = { core: [], window: [] };
  const end = (mine: 'core' | 'window', other: 'core' | 'window'): FramePort => ({
    send: (frame) => listeners[other].forEach((listener) => listener(frame)),
    onFrame: (listener) => {
      listeners[mine].push(listener);
      return () => undefined;
    },
  });
  core.attach(end('core', 'window'));
  return end('window', 'core');
}

/** Starts a core in a new folder, signs in and waits until it holds the whole centre. */
export async function fillCore(centre: CannedCentre, startIndexing: StartIndexing): Promise<CannedCore> {
  const folder = mkdtempSync(join(tmpdir(), 'canned-core-'));
  let from = { cpu: process.threadCpuUsage(), at: performance.now() };
  const core = startCore({
    dataDir: folder,
    key: HOST_KEY,
    serverUrl: 'http://canned.test',
    device: { name: 'bench', platform: 'bench', appVersion: '0' },
    clock: { now: () => centre.now },
    random: seededRandom(1),
    schedule: {
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    },
    connect: connectTo(centre, () => (from = { cpu: process.threadCpuUsage(), at: performance.now() })),
    startIndexing,
    askHttp: () =>
      Promise.resolve({
        status: 200,
        body: new TextEncoder().encode(JSON.stringify(signedIn(centre))),
        type: 'application/json',
      }),
  });
  const api = connectConsole(consoleContract, portOf(core));
  await api.session.signIn({ login: 'aoi', password: 'bench' });
  // Asking seldom: a question is work too.
  while ((await api.connection.get({})).bootstrap !== null || (await api.connection.get({})).state !== 'online')
    await pause(20);
  const used = process.threadCpuUsage(from.cpu);
  return {
    api,
    files: join(folder, centre.agentId),
    sync: { cpuMs: (used.user + used.system) / 1_000, wallMs: performance.now() - from.at },
    stop() {
      core.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
