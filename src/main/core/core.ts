/**
 * The console without its window: local files, sync, outbox and search behind one set of handlers. Free of Electron and
 * of every global: clock, chance, timers and the pipe to the server are handed in, so a simulation runs many cores.
 */
import { consoleContract } from '../../shared/console-api.ts';
import { EVERYTHING, type FramePort } from '../../shared/console-frames.ts';
import type { Clock, Random } from '../../shared/domain/clock.ts';
import { bytesOfGb } from '../../shared/domain/retention.ts';
import { makeAccountHandlers } from './account/account-handlers.ts';
import { makeSignalBoard } from './conversations/signals.ts';
import { getDevice } from './device/device-settings.ts';
import { isAnsweredWhileLocked } from './locked-calls.ts';
import { makeHandlers } from './handlers.ts';
import { keepSeat } from './keep-seat.ts';
import { makeDeskKeys } from './keys/desk-keys.ts';
import { openLogged, type Seat } from './open-seat.ts';
import { keepBoth } from './outbox/keep-both.ts';
import { sendNow } from './outbox/held-replies.ts';
import { listOutbox } from './outbox/list-outbox.ts';
import { sendAnyway } from './outbox/send-anyway.ts';
import { discardItem, editItem } from './outbox/take-back.ts';
import { Refused } from './refused.ts';
import { processSchedule, type Schedule } from './schedule.ts';
import { indexInProcess } from './search/index-in-process.ts';
import type { StartIndexing } from './search/start-search-thread.ts';
import { serveConsoleApi } from './serve-console-api.ts';
import { type AskHttp, fetchFrom } from './session/ask-http.ts';
import { keepScreenLock } from './session/screen-lock.ts';
import { idleMinutesOf } from './session/session-store.ts';
import { unlockScreen } from './session/unlock-screen.ts';
import { keepToken } from './session/keep-token.ts';
import { renewPass } from './session/offline-pass.ts';
import { keepServerAddress } from './session/server-address.ts';
import { makeStaleHub } from './stale-hub.ts';
import type { Connect } from './sync/link.ts';
import { connectBySocket } from './sync/socket-link.ts';
import { keepServerTime } from './sync/keep-server-time.ts';

export type CoreOptions = {
  /** Folder of the local files; exists and is writable. */
  dataDir: string;
  /** 32 bytes as 64 hex digits. */
  key: string;
  /** Null: the agent names it. */
  serverUrl: string | null;
  device: { name: string; platform: string; appVersion: string };
  clock: Clock;
  random: Random;
  schedule?: Schedule;
  /** Makes the pipe to the server; socket.io when absent. */
  connect?: Connect;
  /** HTTP to the server; Node's fetch when absent. */
  askHttp?: AskHttp;
  /** Bytes that the local copy may have, instead of the setting of the device. */
  capBytes?: () => number;
  /** Builds the search index; in this thread when absent. */
  startIndexing?: StartIndexing;
  /** A line for the log. Never holds customer text. */
  log?: (line: string) => void;
};

export type Core = {
  /** Serves one window; the function it gives back ends that. */
  attach(port: FramePort): () => void;
  /** The machine has slept: whatever the line looks like, begin with hello. */
  wake(): void;
  stop(): void;
  /** Ends without finishing anything, as a power cut would: for simulations and tests. */
  abandon(): void;
};

/**
 * Opens `device.db` and, when somebody was signed in, that agent's desk; then connects in the background.
 * Throws when the files cannot be opened for a reason that setting one aside cannot mend.
 */
export function startCore(options: CoreOptions): Core {
  const { dataDir, key, clock, random } = options;
  const log = options.log ?? (() => undefined);
  const schedule = guarded(options.schedule ?? processSchedule);
  const hub = makeStaleHub();
  const announce = (topics: Iterable<string>): void => hub.announce(topics);
  const device = openLogged({ clock, hub, log }, 'device', dataDir, key).file;
  const server = keepServerAddress(device, options.serverUrl, (origin) => options.askHttp ?? fetchFrom(() => origin));
  const askHttp = options.askHttp ?? fetchFrom(server.origin);
  const serverTime = keepServerTime(device, clock, announce);
  const tokens = keepToken(device, askHttp, serverTime.now, {
    onProven: (session) => renewPass(device, session, serverTime.now(), session.policy?.offlineForHours),
    onBanned: (session, why) => seats.wipe(session, why),
    onPasswordChanged: (session) => seats.forgetPassword(session),
  });
  const signals = makeSignalBoard(clock, schedule, announce);
  const onFailure = (error: unknown): void => seats.onFailure(error);
  const keys = makeDeskKeys({ dataDir, hostKey: key, clock, random, askHttp, log });
  const screen = keepScreenLock(device, {
    clock,
    schedule,
    idleMinutes: () => idleMinutesOf(device),
    // After the answer: this word ends every open call, and the one that locks or opens the screen is open.
    announce: () => void schedule.after(0, () => hub.announce([EVERYTHING])),
  });
  const seats = keepSeat({
    dataDir,
    serverUrl: server.origin,
    appVersion: options.device.appVersion,
    deviceName: options.device.name,
    installation: options.device,
    clock,
    random,
    schedule,
    connect: options.connect ?? connectBySocket,
    startIndexing: options.startIndexing ?? indexInProcess(clock, schedule),
    askHttp,
    device,
    capBytes: options.capBytes ?? (() => bytesOfGb(getDevice(device).storageGb)),
    hub,
    serverTime,
    tokens,
    signals,
    keys,
    screen,
    log,
    onFailure,
  });
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

  function seat(): Seat {
    const taken = seats.seat();
    if (!taken) throw new Refused('signed-out', 'nobody is signed in');
    return taken;
  }

  const handlers = makeHandlers({
    device,
    server,
    askHttp,
    signals,
    findDesk: () => seats.seat()?.desk ?? null,
    desk: () => seat().desk,
    async readIndex(job) {
      return await seat().index.read(job);
    },
    outbox: { list: listOutbox, sendAnyway, edit: editItem, sendNow, discard: discardItem, keepBoth },
    signIn: seats.signIn,
    leave: seats.leave,
    findLock: seats.lock,
    renewKey: seats.renewKey,
    account: makeAccountHandlers({ askHttp, tokens, keepPassword: seats.keepPassword, factorIsOn: seats.factorIsOn }),
    screen,
    unlock: (input) => unlockScreen({ device, keys, screen, askHttp, tokens, keepPassword: seats.keepPassword }, input),
    settled: seats.settled,
  });
  const service = serveConsoleApi(consoleContract, handlers, {
    log,
    onFailure,
    refuse: (method) =>
      screen.locked() === null || isAnsweredWhileLocked(method)
        ? null
        : new Refused('locked', 'the screen is locked: unlock it by your password'),
  });
  hub.listen(service.announce);

  seats.begin();

  return {
    attach: service.attach,
    wake: () => seats.seat()?.sync.restart(),
    stop() {
      seats.close();
      device.close();
    },
    abandon() {
      isAbandoned = true;
      hub.silence();
      seats.abandon();
      device.close();
    },
  };
}
