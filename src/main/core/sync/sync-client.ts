/**
 * Keeps this device level with the server: hello → catch up and walk → drain the outbox → live; and again, whatever
 * breaks. Decides nothing about rows or orders. Every wait, chance and pipe is handed in, so a run can be replayed.
 */
import type { Clock, Random } from '../../../shared/domain/clock.ts';
import {
  type Ask,
  type AskReply,
  goodbyeSchema,
  type Hello,
  lagSchema,
  levelSchema,
  liveFrameSchema,
  PROTOCOL_VERSION,
  scopesChangedSchema,
  type Signal,
  signalSchema,
} from '../../../shared/sync-protocol.ts';
import { KEEP_MS } from '../../../shared/domain/retention.ts';
import type { DbFile } from '../db/connection.ts';
import type { LineView } from '../desk.ts';
import { findIdentity } from '../outbox/client-identity.ts';
import { sendOutbox } from '../outbox/send-outbox.ts';
import { blockGone, meetEpoch, releaseReturned, settleOutbox, sweepOutbox } from '../outbox/settle-outbox.ts';
import type { Schedule } from '../schedule.ts';
import { UNKNOWN_KIND } from './check-row.ts';
import type { AskHttp } from '../session/ask-http.ts';
import { askServer } from './ask-server.ts';
import { holdCopy } from './hold-copy.ts';
import { keepLine, type OkWelcome, type VersionGap } from './keep-line.ts';
import type { Connect, DownEvent } from './link.ts';
import { noteTrouble } from './note-trouble.ts';
import { readScopes, type ScopeReader } from './read-scopes.ts';
import { type RetentionPolicy, retain } from './retain.ts';
import type { ScopeState } from './scopes.ts';
import { showLine } from './show-line.ts';

export type SyncOptions = {
  cache: DbFile;
  outbox: DbFile;
  isOutboxWritable: boolean;
  agentId: string;
  serverUrl: string;
  appVersion: string;
  clock: Clock;
  random: Random;
  schedule: Schedule;
  connect: Connect;
  /** HTTP to the server, for the files of replies. */
  askHttp: AskHttp;
  accessToken(): Promise<string>;
  distrustToken(): void;
  /** The server said its time; gives the server time now, as well as this device knows it. */
  hearTime(serverTime: number): void;
  serverNow(): number;
  retention: RetentionPolicy;
  onSignal(signal: Signal): void;
  /** Messages came, changed or went: the search index has work. */
  onMessages(): void;
  /** Copies of drafts came. */
  onDrafts(): void;
  /** This device has heard what happened meanwhile, or the line is gone. */
  onCaughtUp(isCaughtUp: boolean): void;
  /** Another machine uses this client id: give the outbox a new one. */
  onCloned(): void;
  announce(topics: string[]): void;
  /** Something broke while an arrival was taken in: a full disk, a damaged file. */
  onFailure(error: unknown): void;
  log(line: string): void;
};

export type SyncClient = {
  /** Begins, or begins anew without waiting: after sleep, after a sign-in, when somebody asks for it. */
  restart(): void;
  stop(): void;
  /** Ends without finishing anything, as a power cut would. */
  abandon(): void;
  view(): LineView;
  versionGap(): VersionGap | null;
  ask(ask: Ask): Promise<AskReply>;
  /** Brings the newest page of what this device lacks of a conversation; see `HistoryFetcher`. */
  history(conversationId: string): Promise<void>;
  signal(signal: Signal): void;
  outboxChanged(): void;
};

/** Frames or time after which the server is told how far this device has come. */
const ACKNOWLEDGE_AFTER = { frames: 64, ms: 1_000 } as const;

/** Wait after an end that trying again at once would only repeat, in ms. */
const LONGEST_WAIT_MS = 30_000;

/** Wait after the server has given the line to somebody with the same client id, in ms. */
const AFTER_REPLACED_MS = 5_000;

/** A client that is not started yet. What a crash left in the outbox is put in order first. */
export function makeSyncClient(options: SyncOptions): SyncClient {
  const { cache, outbox, schedule, announce, log } = options;
  let reader: ScopeReader | null = null;
  let welcome: OkWelcome | null = null;
  let hasCaughtUp = false;
  let hasBeenLevel = false;
  let unacknowledged = 0;
  const changedScopes = new Set<string>();
  let cancelAcknowledge: (() => void) | null = null;
  const asking = askServer(() => line);
  /** Of this run, never on the disk: a cloned disk must not carry it, or nobody could tell the clone. */
  const lease = Buffer.from(options.random.bytes(24)).toString('base64url');
  /** Times at which the server named all scopes, and that count when each verdict came. */
  let levels = 0;
  const verdictAt = new Map<string, number>();

  const troubles = noteTrouble(log, () => announce(['connection']));
  const setAside = (what: string): void => troubles.setAside(what, 'answersNotUnderstood');

  sweepOutbox(outbox, cache.reader);

  const copy = holdCopy({
    cache,
    agentId: options.agentId,
    keepSince: () => options.serverNow() - KEEP_MS,
    schedule,
    onArrival(applied) {
      for (const [reason, count] of applied.refused)
        if (reason === UNKNOWN_KIND) log(`${count} rows were left out: ${reason}`);
        else troubles.setAside(`${count} rows were left out: ${reason}`, 'rowsSetAside');
      if (releaseReturned(outbox, cache, applied.conversations)) drain.wake();
      if (applied.hasMessages) options.onMessages();
      if (applied.conversations.length > 0) retention.wake();
      if (applied.hasDrafts) options.onDrafts();
    },
    onGone(conversations) {
      blockGone(outbox, cache.reader, conversations);
      options.onMessages();
    },
  });

  const retention = retain({
    cache,
    outbox,
    isOutboxWritable: options.isOutboxWritable,
    policy: options.retention,
    schedule,
    serverNow: options.serverNow,
    scopes: () => copy.scopes.list(),
    isLevel: () => line.state() === 'open' && isLevel(),
    ask: () => (line.state() === 'open' ? (payload, reply) => line.send('history', payload, reply) : null),
    apply(conversationId, page, upto) {
      const { hasMessages, refused } = copy.applyHistory(conversationId, page, upto, options.serverNow());
      for (const [reason, count] of refused) log(`${count} rows were left out: ${reason}`);
      if (hasMessages) options.onMessages();
    },
    onEvicted() {
      options.onMessages();
      announce(['storage', 'search']);
    },
  });

  const line = keepLine({
    serverUrl: options.serverUrl,
    connect: options.connect,
    schedule,
    random: options.random,
    now: () => options.clock.now(),
    accessToken: options.accessToken,
    distrustToken: options.distrustToken,
    hello,
    onOpen,
    onDown,
    onLost,
    onCloned: options.onCloned,
    onChange: () => announce(['connection']),
    onFailure(error) {
      troubles.failed(error);
      options.onFailure(error);
    },
    setAside,
    log,
  });

  const drain = sendOutbox({
    outbox,
    schedule,
    now: () => options.clock.now(),
    askHttp: options.askHttp,
    accessToken: options.accessToken,
    distrustToken: options.distrustToken,
    onFailure: options.onFailure,
    submit: (submit, reply) => line.send('submit', submit, reply),
    onVerdict(verdict) {
      verdictAt.set(verdict.commandId, levels);
      settle();
    },
    onGap: () => line.restart(),
    onCloned() {
      options.onCloned();
      line.restart();
    },
    setAside,
    log,
  });

  function hello(): Hello {
    const identity = findIdentity(outbox.reader);
    if (!identity) throw new Error('an outbox without an identity cannot say hello');
    return {
      protocol: PROTOCOL_VERSION,
      clientId: identity.clientId,
      lease,
      appVersion: options.appVersion.slice(0, 40),
      epoch: copy.epoch(),
      nextMid: identity.nextMid,
    };
  }

  function onOpen(given: OkWelcome): void {
    if (given.agentId !== options.agentId) {
      setAside('the server greeted somebody else');
      return line.drop(LONGEST_WAIT_MS);
    }
    welcome = given;
    hasCaughtUp = false;
    hasBeenLevel = false;
    options.hearTime(given.serverTime);
    reader = readScopes({
      scopes: copy.scopes,
      schedule,
      ask: (event, payload, reply) => line.send(event, payload, reply),
      apply(scope, page, upTo, advance) {
        copy.apply(scope, page, upTo, advance);
        // A server that holds frames back waits to hear that the pull is done.
        if (scope.state === 'complete') acknowledgeSoon(scope.name);
      },
      boundaryOf: retention.boundaryOf,
      onProgress,
      onNotAllowed: (scope) => copy.change([], [scope]),
      setAside,
    });
    // Before the cache hears of it, and long before anything is settled or sent: a verdict of the old epoch must not end
    // an order of the new one.
    meetEpoch(outbox, given.epoch);
    const behind = copy.meet(given);
    levels += 1;
    for (const scope of behind) reader.want(scope);
    onProgress();
  }

  function onLost(): void {
    reader?.stop();
    reader = null;
    welcome = null;
    cancelAcknowledge?.();
    cancelAcknowledge = null;
    changedScopes.clear();
    drain.pause();
    retention.cut();
    options.onCaughtUp(false);
    asking.cut();
    announce(['connection']);
  }

  /** A cursor moved or a lane is empty: what is done is ended, and the outbox may begin. */
  function onProgress(): void {
    settle();
    if (!welcome || !reader) return;
    if (!hasCaughtUp && reader.isCaughtUp()) {
      hasCaughtUp = true;
      // Orders go out only after this device has heard what happened meanwhile.
      if (options.isOutboxWritable) drain.begin(welcome.lastMid);
      options.onCaughtUp(true);
    }
    if (!hasBeenLevel && isLevel()) {
      hasBeenLevel = true;
      copy.rememberLevel(options.serverNow());
      retention.wake();
      troubles.level();
    }
    announce(['connection']);
  }

  function settle(): void {
    settleOutbox(outbox, copy.cursorOf, (commandId) => (verdictAt.get(commandId) ?? -1) < levels);
  }

  function isLevel(): boolean {
    return (
      hasCaughtUp && reader?.isCaughtUp() === true && copy.scopes.list().every(({ state }) => state === 'complete')
    );
  }

  function onDown(event: DownEvent, payload: unknown): void {
    switch (event) {
      case 'frame': {
        const frame = liveFrameSchema.safeParse(payload);
        if (!frame.success) return setAside('a frame was left out: it has a shape that this version does not know');
        const outcome = copy.applyFrame(frame.data);
        if (outcome === 'pull') return want(copy.scopes.find(frame.data.scope));
        if (outcome === 'applied') settle();
        // Of a scope that was let go meanwhile there is nothing to tell.
        return copy.scopes.find(frame.data.scope) && acknowledgeSoon(frame.data.scope);
      }
      case 'level': {
        const level = levelSchema.safeParse(payload);
        if (!level.success) return setAside('a level was left out: it has a shape that this version does not know');
        options.hearTime(level.data.serverTime);
        levels += 1;
        const behind = copy.hearLevel(level.data.to, level.data.latest);
        if (behind === 'contradicts') {
          setAside('level after level says less than was said before');
          return line.drop(null);
        }
        for (const scope of behind) want(scope);
        if (isLevel()) {
          copy.rememberLevel(options.serverNow());
          troubles.level();
        }
        settle();
        return announce(['connection']);
      }
      case 'lag': {
        const lag = lagSchema.safeParse(payload);
        const scope = lag.success ? copy.scopes.find(lag.data.scope) : undefined;
        if (lag.success && scope && (scope.sv ?? 0) < lag.data.to) want(scope);
        return;
      }
      case 'scopes': {
        const changed = scopesChangedSchema.safeParse(payload);
        if (!changed.success)
          return setAside('a change of scopes was left out: it has a shape that this version does not know');
        copy.change(changed.data.add, changed.data.drop);
        for (const name of changed.data.add) want(copy.scopes.find(name));
        return;
      }
      case 'signal': {
        const signal = signalSchema.safeParse(payload);
        if (signal.success) options.onSignal(signal.data);
        return;
      }
      case 'goodbye': {
        const goodbye = goodbyeSchema.safeParse(payload);
        const why = goodbye.success ? goodbye.data.why : null;
        if (why === 'signed-out') options.distrustToken();
        // Two machines with one client id would take the line from each other for ever.
        if (why === 'flooding') return line.drop(LONGEST_WAIT_MS);
        return line.drop(why === 'replaced' ? AFTER_REPLACED_MS : null);
      }
    }
  }

  function want(scope: ScopeState | undefined): void {
    if (scope) reader?.want(scope);
  }

  /** Tells the server how far this device has come, so that it need not keep frames back. */
  function acknowledgeSoon(scope: string): void {
    changedScopes.add(scope);
    unacknowledged += 1;
    if (unacknowledged >= ACKNOWLEDGE_AFTER.frames) return acknowledge();
    cancelAcknowledge ??= schedule.after(ACKNOWLEDGE_AFTER.ms, acknowledge);
  }

  function acknowledge(): void {
    cancelAcknowledge?.();
    cancelAcknowledge = null;
    unacknowledged = 0;
    const cursors = Object.fromEntries([...changedScopes].map((name) => [name, copy.cursorOf(name) ?? 0]));
    changedScopes.clear();
    line.send('acknowledge', { cursors });
  }

  return {
    restart: () => line.restart(),
    stop() {
      drain.end();
      line.stop();
      copy.stop();
      retention.stop();
    },
    abandon() {
      drain.end();
      line.abandon();
    },
    view: () =>
      showLine({
        line: line.state(),
        retryAt: line.retryAt(),
        lastLevelAt: copy.lastLevelAt(),
        hasCaughtUp,
        left: reader?.left() ?? null,
        scopes: copy.scopes.list(),
        trouble: troubles.now(),
      }),
    versionGap: () => line.versionGap(),
    ask: asking.ask,
    history: retention.fetch,
    signal: (signal) => line.send('signal', signal),
    outboxChanged: drain.wake,
  };
}
