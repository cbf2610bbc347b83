/**
 * Keeps a line to the server open: token, pipe, hello; notices a line that is silent, and tries again. Knows nothing of
 * rows or orders. After every break, also after sleep, the line begins with hello.
 */
import type { Random } from '../../../shared/domain/clock.ts';
import { type Hello, type Welcome, welcomeSchema } from '../../../shared/sync-protocol.ts';
import { Refused } from '../refused.ts';
import type { Schedule } from '../schedule.ts';
import type { Connect, DownEvent, Link, UpEvent } from './link.ts';

/** Nothing for this long means a half-open line: the server speaks at least every 10 s. In ms. */
const SILENT_MS = 25_000;
/** An answer that takes longer means the same, in ms. A page of 1,000 rows on a slow line fits. */
const ANSWER_WITHIN_MS = 30_000;
/** Waits between tries, in ms: short, so that a server that comes back finds everybody within seconds; spread by chance. */
const RETRY_MS = { least: 100, most: 1_000 } as const;
/** Wait after something broke on this side, in ms. */
const AFTER_FAILURE_MS = 5_000;
/** Longest wait, and only when the server asks for it or cannot be spoken to at all, in ms. */
const LONGEST_MS = 30_000;

export type LineState = 'connecting' | 'open' | 'offline' | 'readOnly';
/** Why both sides cannot speak with each other: this console is older than the server can serve, or newer than it. */
export type VersionGap = 'consoleTooOld' | 'serverTooOld';
export type OkWelcome = Extract<Welcome, { ok: true }>;

export type KeepLineOptions = {
  serverUrl: string;
  connect: Connect;
  schedule: Schedule;
  random: Random;
  now(): number;
  /** Rejects with `offline` (try later) or `signed-out` (somebody must sign in first). */
  accessToken(): Promise<string>;
  distrustToken(): void;
  hello(): Hello;
  onOpen(welcome: OkWelcome): void;
  onDown(event: DownEvent, payload: unknown): void;
  /** The line was open and is not any more. */
  onLost(): void;
  onCloned(): void;
  /** The state has changed. */
  onChange(): void;
  /** Something broke while an arrival was taken in, such as a full disk. The line begins anew a little later. */
  onFailure(error: unknown): void;
  /** The server said something that cannot be used; `what` says why. */
  setAside(what: string): void;
  log(line: string): void;
};

export type KeptLine = {
  /** Connects, or connects anew without waiting; after sleep too. */
  restart(): void;
  /** Closes the line and tries again after a moment, or after `toldMs`. */
  drop(toldMs: number | null): void;
  stop(): void;
  /** Ends without telling anybody, as a power cut would. */
  abandon(): void;
  state(): LineState;
  /** Stands from the server's refusal until a server says welcome, also while the line is cut; null when all is well. */
  versionGap(): VersionGap | null;
  /** Device time of the next try, when it is further away than a moment. */
  retryAt(): number | null;
  /** Sends when the line is open; a question to a closed line is never answered. */
  send(event: UpEvent, payload: unknown, reply?: (answer: unknown) => void): void;
};

/** A line that is not started yet. */
export function keepLine(options: KeepLineOptions): KeptLine {
  const { serverUrl, connect, schedule, random, now, log, setAside } = options;
  let life = 0;
  let link: Link | null = null;
  let state: LineState = 'connecting';
  let versionGap: VersionGap | null = null;
  let retryAt: number | null = null;
  let isOpen = false;
  let cancelRetry = () => {};
  let cancelWatch = () => {};
  const deadlines = new Set<() => void>();

  function setState(wanted: LineState): void {
    // A line that was cut says nothing new about who is too old.
    const next = versionGap !== null && wanted === 'offline' ? 'readOnly' : wanted;
    if (next === state) return;
    state = next;
    options.onChange();
  }

  function begin(): void {
    const mine = ++life;
    retryAt = null;
    options.accessToken().then(
      (accessToken) => {
        if (mine === life) open(mine, accessToken);
      },
      (error: unknown) => {
        if (mine !== life) return;
        // Without a session there is nothing to try until somebody signs in: `restart` is called then.
        if (error instanceof Refused && error.refusal.why === 'signed-out') setState('offline');
        else again(null);
      },
    );
  }

  function open(mine: number, accessToken: string): void {
    watch();
    link = connect(
      { serverUrl, accessToken },
      {
        opened: () => take(mine, greet),
        closed: (isRefused) =>
          take(mine, () => {
            if (isRefused) options.distrustToken();
            again(null);
          }),
        received: (event, payload) =>
          take(mine, () => {
            watch();
            if (isOpen) options.onDown(event, payload);
          }),
      },
    );
  }

  /** Takes in what came by the line of this life; what an earlier one left behind is not heard. */
  function take(mine: number, run: () => void): void {
    if (mine !== life) return;
    try {
      run();
    } catch (error) {
      log(`an arrival could not be taken in: ${error instanceof Error ? error.name : 'unknown error'}`);
      again(AFTER_FAILURE_MS);
      options.onFailure(error);
    }
  }

  function greet(): void {
    watch();
    question('hello', options.hello(), welcomed);
  }

  function welcomed(answer: unknown): void {
    const parsed = welcomeSchema.safeParse(answer);
    if (!parsed.success) {
      setAside('the server greeted in a way that this version does not know');
      return again(LONGEST_MS);
    }
    const welcome = parsed.data;
    if (welcome.ok) {
      isOpen = true;
      versionGap = null;
      setState('open');
      return options.onOpen(welcome);
    }
    switch (welcome.why) {
      case 'protocol-too-old':
      case 'protocol-too-new':
        versionGap = welcome.why === 'protocol-too-old' ? 'consoleTooOld' : 'serverTooOld';
        log(
          `this console and the server cannot speak with each other (${welcome.why}): nothing is sent until that is mended`,
        );
        return again(LONGEST_MS);
      case 'cloned-client':
        options.onCloned();
        return again(null);
      case 'signed-out':
        options.distrustToken();
        return again(null);
      case 'busy':
        return again(welcome.retryAfterMs ?? LONGEST_MS);
      case 'bad-input':
        setAside('the server does not understand the greeting of this version');
        return again(LONGEST_MS);
    }
  }

  /** Closes what is there and plans the next try. @param told how long the server asks to wait, in ms */
  function again(told: number | null): void {
    close();
    setState('offline');
    const { least, most } = RETRY_MS;
    const wait = told === null ? least + random.next() * (most - least) : Math.min(LONGEST_MS, Math.max(least, told));
    // A wait of under a second is nothing that anybody could read on a screen.
    if (told !== null) {
      retryAt = now() + wait;
      options.onChange();
    }
    cancelRetry();
    cancelRetry = schedule.after(wait, begin);
  }

  function close(): void {
    life += 1;
    const wasOpen = isOpen;
    isOpen = false;
    cancelWatch();
    for (const cancel of deadlines) cancel();
    deadlines.clear();
    link?.close();
    link = null;
    if (wasOpen) options.onLost();
  }

  function watch(): void {
    cancelWatch();
    cancelWatch = schedule.after(SILENT_MS, () => again(null));
  }

  function question(event: UpEvent, payload: unknown, reply: (answer: unknown) => void): void {
    const mine = life;
    const cancel = schedule.after(ANSWER_WITHIN_MS, () => {
      deadlines.delete(cancel);
      if (mine === life) again(null);
    });
    deadlines.add(cancel);
    link?.send(event, payload, (answer) => {
      cancel();
      deadlines.delete(cancel);
      take(mine, () => {
        watch();
        reply(answer);
      });
    });
  }

  return {
    restart() {
      cancelRetry();
      close();
      if (state === 'open') setState('connecting');
      begin();
    },
    drop: again,
    stop() {
      cancelRetry();
      close();
      life += 1;
    },
    abandon() {
      life += 1;
      isOpen = false;
      link?.close();
    },
    state: () => state,
    versionGap: () => versionGap,
    retryAt: () => retryAt,
    send(event, payload, reply) {
      if (!isOpen) return;
      if (reply) question(event, payload, reply);
      else link?.send(event, payload);
    },
  };
}
