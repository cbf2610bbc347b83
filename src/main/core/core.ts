/**
 * The console without its window: local files, sync, outbox and search behind one set of handlers. Free of Electron and
 * of every global: clock, chance, timers and the pipe to the server are handed in, so a simulation runs many cores.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { consoleContract } from '../../shared/console-api.ts';
import { EVERYTHING, type FramePort } from '../../shared/console-frames.ts';
import { type Clock, newId, type Random } from '../../shared/domain/clock.ts';
import type { ClientId } from '../../shared/domain/ids.ts';
import { makeSignalBoard } from './conversations/signals.ts';
import { isDamage } from './db/connection.ts';
import { type Opening, openDb } from './db/open-db.ts';
import type { Desk } from './desk.ts';
import { makeHandlers } from './handlers.ts';
import { takeIdentity } from './outbox/client-identity.ts';
import { keepBoth } from './outbox/keep-both.ts';
import { listOutbox } from './outbox/list-outbox.ts';
import { sendAnyway } from './outbox/send-anyway.ts';
import { discardItem, editItem } from './outbox/take-back.ts';
import { Refused } from './refused.ts';
import { processSchedule, type Schedule } from './schedule.ts';
import { indexInProcess } from './search/index-in-process.ts';
import { keepIndex, type KeptIndex } from './search/keep-index.ts';
import type { StartIndexing } from './search/start-search-thread.ts';
import { serveConsoleApi } from './serve-console-api.ts';
import { type AskHttp, fetchFrom } from './session/ask-http.ts';
import { keepToken } from './session/keep-token.ts';
import { type ActiveSession, readSession, saveSession } from './session/session-store.ts';
import { signIn } from './session/sign-in.ts';
import { makeStaleHub } from './stale-hub.ts';
import type { Connect } from './sync/link.ts';
import { connectBySocket } from './sync/socket-link.ts';
import { makeSyncClient, type SyncClient } from './sync/sync-client.ts';
import { keepServerTime } from './sync/keep-server-time.ts';
import { watchTime } from './watch-time.ts';

export type CoreOptions = {
  /** Folder of the local files; exists and is writable. */
  dataDir: string;
  /** 32 bytes as 64 hex digits. */
  key: string;
  serverUrl: string;
  device: { name: string; platform: string; appVersion: string };
  clock: Clock;
  random: Random;
  schedule?: Schedule;
  /** Makes the pipe to the server; socket.io when absent. */
  connect?: Connect;
  /** HTTP to the server; Node's fetch when absent. */
  askHttp?: AskHttp;
  /** Builds the search index; in this thread when absent. */
  startIndexing?: StartIndexing;
  /** A line for the log. Never holds customer text. */
  log?: (line: string) => void;
};

/** What happened to a file of this agent, for the connection strip. */
function noticesOf(outbox: Opening, cache: Opening): Desk['notices'] {
  return [
    ...(outbox.why === 'damaged' ? ['outboxSetAside' as const] : []),
    ...(outbox.why === 'newer' ? ['outboxOfNewerVersion' as const] : []),
    ...(cache.why === null ? [] : ['cacheRebuilt' as const]),
  ];
}

export type Core = {
  /** Serves one window; the function it gives back ends that. */
  attach(port: FramePort): () => void;
  /** The machine has slept: whatever the line looks like, begin with hello. */
  wake(): void;
  stop(): void;
  /** Ends without finishing anything, as a power cut would: for simulations and tests. */
  abandon(): void;
};

/** At most this often is a damaged file looked for while the core runs, in ms. */
const RECOVER_EVERY_MS = 10_000;

type Seat = { desk: Desk; sync: SyncClient; index: KeptIndex; close(): void };

/**
 * Opens `device.db` and, when somebody was signed in, that agent's desk; then connects in the background.
 * Throws when the files cannot be opened for a reason that setting one aside cannot mend.
 */
export function startCore(options: CoreOptions): Core {
  const { dataDir, key, serverUrl, clock, random } = options;
  const log = options.log ?? (() => undefined);
  const askHttp = options.askHttp ?? fetchFrom(serverUrl);
  const connect = options.connect ?? connectBySocket;
  const schedule = guarded(options.schedule ?? processSchedule);
  const startIndexing = options.startIndexing ?? indexInProcess(clock, schedule);
  const hub = makeStaleHub();
  const announce = (topics: Iterable<string>): void => hub.announce(topics);
  const device = open('device', dataDir).file;
  const serverTime = keepServerTime(device, clock, announce);
  const tokens = keepToken(device, askHttp, serverTime.now);
  const signals = makeSignalBoard(clock, schedule, announce);
  let seat: Seat | null = null;
  let lastRecovery = -Infinity;
  let isAbandoned = false;

  /** A timer that throws must not end the thread. */
  function guarded(timers: Schedule): Schedule {
    return {
      after: (ms, run) =>
        timers.after(ms, () => {
          if (isAbandoned) return;
          try {
            run();
          } catch (error) {
            log(`a timer failed: ${error instanceof Error ? error.name : 'unknown error'}`);
            onFailure(error);
          }
        }),
    };
  }

  function open(name: Parameters<typeof openDb>[0], folder: string, isChecked = false): ReturnType<typeof openDb> {
    const opening = openDb(name, { folder, key, clock, announce, isChecked });
    if (opening.why !== null) {
      log(
        opening.setAside === null
          ? `${name}.db was written by a newer version of the console: it is left as it is, nothing can be sent until the console is updated`
          : `${name}.db is ${opening.why}: it was set aside as ${opening.setAside}, a new one was begun`,
      );
    }
    return opening;
  }

  function openSeat(session: ActiveSession, isChecked = false): Seat {
    const folder = join(dataDir, session.agent.id);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const outbox = open('outbox', folder);
    const cache = open('cache', folder, isChecked);
    takeIdentity(outbox.file, session.clientId);
    const { agent } = session;
    const index = keepIndex({ folder, key, cache: cache.file, clock, random, schedule, startIndexing, announce, log });
    const sync = makeSyncClient({
      cache: cache.file,
      outbox: outbox.file,
      isOutboxWritable: outbox.isWritable,
      agentId: agent.id,
      serverUrl,
      appVersion: options.device.appVersion,
      clock,
      random,
      schedule,
      connect,
      accessToken: tokens.accessToken,
      distrustToken: tokens.distrust,
      hearTime: serverTime.hear,
      serverNow: serverTime.now,
      onSignal: signals.receive,
      onMessages: index.changed,
      onCloned() {
        const now = readSession(device);
        if (now.state !== 'signedIn') return;
        log('another machine uses the same client id: this one takes a new one');
        const clientId = newId(clock, random) as ClientId;
        saveSession(device, { ...now, clientId });
        takeIdentity(outbox.file, clientId);
      },
      announce,
      onFailure,
      log,
    });
    const desk: Desk = {
      me: { agentId: agent.id, displayName: agent.displayName, role: agent.role, workspaceId: agent.workspaceId },
      serverUrl,
      cache: cache.file,
      outbox: outbox.file,
      isOutboxWritable: outbox.isWritable,
      notices: noticesOf(outbox, cache),
      clock,
      random,
      line: {
        view: sync.view,
        versionGap: sync.versionGap,
        ask: sync.ask,
        signal: sync.signal,
        outboxChanged: sync.outboxChanged,
        reconnectNow: sync.restart,
        accessToken: tokens.accessToken,
      },
      skewMs: serverTime.skewMs,
      serverNow: serverTime.now,
    };
    const stopWatching = watchTime(desk, hub, schedule);
    return {
      desk,
      sync,
      index,
      close() {
        stopWatching();
        sync.stop();
        index.stop();
        signals.clear();
        cache.file.close();
        outbox.file.close();
      },
    };
  }

  /** Opens the desk of whoever is signed in, in place of the one that is open. */
  function takeSeat(session: ActiveSession, isChecked = false): void {
    leaveSeat();
    seat = openSeat(session, isChecked);
    seat.sync.restart();
  }

  function leaveSeat(): void {
    const left = seat;
    seat = null;
    left?.close();
  }

  /** A damaged file is found, set aside and begun anew; what was asked is refused and every window asks again. */
  function onFailure(error: unknown): void {
    if (!isDamage(error) || seat === null || clock.now() - lastRecovery < RECOVER_EVERY_MS) return;
    lastRecovery = clock.now();
    const session = readSession(device);
    leaveSeat();
    if (session.state === 'signedIn') takeSeat(session, true);
    announce([EVERYTHING]);
  }

  function desk(): Desk {
    if (!seat) throw new Refused('signed-out', 'nobody is signed in');
    return seat.desk;
  }

  const handlers = makeHandlers({
    device,
    serverUrl,
    askHttp,
    signals,
    findDesk: () => seat?.desk ?? null,
    desk,
    async readIndex(job) {
      if (!seat) throw new Refused('signed-out', 'nobody is signed in');
      return await seat.index.read(job);
    },
    outbox: { list: listOutbox, sendAnyway, edit: editItem, discard: discardItem, keepBoth },
    async signIn(input) {
      const before = seat?.desk.me.agentId;
      const { session, serverTime: at } = await signIn(
        { device, askHttp, clock, random, installation: options.device },
        input,
      );
      serverTime.hear(at);
      if (before === session.agent.id && seat) {
        takeIdentity(seat.desk.outbox, session.clientId);
        seat.sync.restart();
      } else takeSeat(session);
      announce(['session', 'connection', 'outbox', 'inbox', 'calls', 'settings', 'search']);
      return { ok: true };
    },
    leave: leaveSeat,
  });
  const service = serveConsoleApi(consoleContract, handlers, { log, onFailure });
  hub.listen(service.announce);

  const session = readSession(device);
  if (session.state === 'signedIn') takeSeat(session);

  return {
    attach: service.attach,
    wake: () => seat?.sync.restart(),
    stop() {
      leaveSeat();
      device.close();
    },
    abandon() {
      isAbandoned = true;
      hub.silence();
      seat?.sync.abandon();
      seat?.index.stop();
      seat?.desk.cache.close();
      seat?.desk.outbox.close();
      device.close();
    },
  };
}
