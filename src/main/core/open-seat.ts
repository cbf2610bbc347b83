/** Opens the desk of one agent: their files under their key, sync and search behind them. Decides nothing about who sits. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, newId, type Random } from '../../shared/domain/clock.ts';
import type { ClientId } from '../../shared/domain/ids.ts';
import type { SignalBoard } from './conversations/signals.ts';
import { type DbFile, isDamage } from './db/connection.ts';
import { type FileName, type Opening, openDb } from './db/open-db.ts';
import type { Desk } from './desk.ts';
import { makeDraftCopier } from './drafts/copy-drafts.ts';
import { takeIdentity } from './outbox/client-identity.ts';
import type { Schedule } from './schedule.ts';
import { keepIndex, type KeptIndex } from './search/keep-index.ts';
import type { StartIndexing } from './search/start-search-thread.ts';
import type { AskHttp } from './session/ask-http.ts';
import type { TokenKeeper } from './session/keep-token.ts';
import { type ActiveSession, readSession, saveSession } from './session/session-store.ts';
import type { ServerTime } from './sync/keep-server-time.ts';
import type { Connect } from './sync/link.ts';
import { makeSyncClient, type SyncClient } from './sync/sync-client.ts';
import type { StaleHub } from './stale-hub.ts';
import { watchTime } from './watch-time.ts';

export type SeatParts = {
  dataDir: string;
  /** Origin of the server; refused with `no-server` as long as there is none. */
  serverUrl(): string;
  appVersion: string;
  /** As other devices of the agent show it beside a draft. */
  deviceName: string;
  clock: Clock;
  random: Random;
  schedule: Schedule;
  connect: Connect;
  startIndexing: StartIndexing;
  askHttp: AskHttp;
  device: DbFile;
  /** Bytes that the local copy may have. */
  capBytes(): number;
  hub: StaleHub;
  serverTime: ServerTime;
  tokens: TokenKeeper;
  signals: SignalBoard;
  log(line: string): void;
  /** Something broke that may be a damaged file. */
  onFailure(error: unknown): void;
};

export type Seat = {
  desk: Desk;
  sync: SyncClient;
  index: KeptIndex;
  /** Resolves when no thread has a file of it open any more. */
  close(): Promise<void>;
  /** Ends without finishing anything, as a power cut would. */
  abandon(): void;
};

/** Opens one file by its rules and says in the log what became of it. */
export function openLogged(
  parts: { clock: Clock; hub: StaleHub; log(line: string): void },
  name: FileName,
  folder: string,
  key: string,
  isChecked = false,
): Opening {
  const announce = (topics: Iterable<string>): void => parts.hub.announce(topics);
  const opening = openDb(name, { folder, key, clock: parts.clock, announce, isChecked });
  if (opening.why !== null) {
    parts.log(
      opening.setAside === null
        ? `${name}.db was written by a newer version of the console: it is left as it is, nothing can be sent until the console is updated`
        : `${name}.db is ${opening.why}: it was set aside as ${opening.setAside}, a new one was begun`,
    );
  }
  return opening;
}

/**
 * Opens the files of an agent, which are then this seat's until it is closed. Damage that is met on the way has them looked
 * through, or it would be met again at every start.
 * @param key of these files, 64 hex digits
 */
export function openSeat(parts: SeatParts, session: ActiveSession, key: string, isChecked: boolean): Seat {
  const closing: (() => void)[] = [];
  try {
    return furnishSeat(parts, session, key, isChecked, closing);
  } catch (error) {
    for (const close of closing.toReversed()) close();
    if (isChecked || !isDamage(error)) throw error;
    return openSeat(parts, session, key, true);
  }
}

/** @param closing gets what closes each thing that was opened, for the case that the next one fails */
function furnishSeat(
  parts: SeatParts,
  { agent, clientId }: ActiveSession,
  key: string,
  isChecked: boolean,
  closing: (() => void)[],
): Seat {
  const { clock, random, schedule, device, hub, serverTime, tokens, signals, log, onFailure } = parts;
  const serverUrl = parts.serverUrl();
  const folder = join(parts.dataDir, agent.id);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const outbox = openLogged(parts, 'outbox', folder, key);
  closing.push(outbox.file.close);
  const cache = openLogged(parts, 'cache', folder, key, isChecked);
  closing.push(cache.file.close);
  const announce = (topics: Iterable<string>): void => hub.announce(topics);
  takeIdentity(outbox.file, clientId);
  const index = keepIndex({
    folder,
    key,
    cache: cache.file,
    clock,
    random,
    schedule,
    startIndexing: parts.startIndexing,
    announce,
    log,
  });
  closing.push(() => void index.stop());
  const sync = makeSyncClient({
    cache: cache.file,
    outbox: outbox.file,
    isOutboxWritable: outbox.isWritable,
    agentId: agent.id,
    serverUrl,
    appVersion: parts.appVersion,
    clock,
    random,
    schedule,
    connect: parts.connect,
    askHttp: parts.askHttp,
    accessToken: tokens.accessToken,
    distrustToken: tokens.distrust,
    hearTime: serverTime.hear,
    serverNow: serverTime.now,
    retention: { capBytes: parts.capBytes, searchBytes: index.bytes },
    onSignal: signals.receive,
    onMessages: index.changed,
    onDrafts: () => copier.arrived(),
    onCaughtUp: (isCaughtUp) => (isCaughtUp ? copier.begin() : copier.pause()),
    onCloned() {
      const now = readSession(device);
      if (now.state !== 'signedIn') return;
      log('another machine uses the same client id: this one takes a new one');
      const fresh = newId(clock, random) as ClientId;
      saveSession(device, { ...now, clientId: fresh });
      takeIdentity(outbox.file, fresh);
    },
    announce,
    onFailure,
    log,
  });
  closing.push(sync.stop);
  const desk: Desk = {
    me: { agentId: agent.id, displayName: agent.displayName, role: agent.role, workspaceId: agent.workspaceId },
    serverUrl,
    cache: cache.file,
    outbox: outbox.file,
    isOutboxWritable: outbox.isWritable,
    notices: noticesOf(outbox, cache),
    capBytes: parts.capBytes,
    searchBytes: index.bytes,
    clock,
    random,
    line: {
      view: sync.view,
      versionGap: sync.versionGap,
      ask: sync.ask,
      history: sync.history,
      signal: sync.signal,
      outboxChanged: sync.outboxChanged,
      draftsChanged: () => copier.changed(),
      reconnectNow: sync.restart,
      accessToken: tokens.accessToken,
    },
    skewMs: serverTime.skewMs,
    serverNow: serverTime.now,
  };
  const copier = makeDraftCopier(desk, { schedule, deviceName: parts.deviceName, ask: sync.ask, onFailure, log });
  const stopWatching = watchTime(desk, hub, schedule);
  return {
    desk,
    sync,
    index,
    close() {
      stopWatching();
      copier.stop();
      sync.stop();
      const stopped = index.stop();
      signals.clear();
      cache.file.close();
      outbox.file.close();
      return stopped;
    },
    abandon() {
      copier.stop();
      sync.abandon();
      void index.stop();
      cache.file.close();
      outbox.file.close();
    },
  };
}

/** What happened to a file of this agent, for the connection strip. */
function noticesOf(outbox: Opening, cache: Opening): Desk['notices'] {
  return [
    ...(outbox.why === 'damaged' ? ['outboxSetAside' as const] : []),
    ...(outbox.why === 'newer' ? ['outboxOfNewerVersion' as const] : []),
    ...(cache.why === null ? [] : ['cacheRebuilt' as const]),
  ];
}
