/**
 * This device's copy as sync sees it: scopes with their cursors, the epoch, pages in, removals out. Never speaks to the
 * server. What an arrival means for the outbox is told to the caller.
 */
import { HIGHEST_SV } from '../../../shared/domain/rows.ts';
import { scopeSchema } from '../../../shared/domain/scope.ts';
import type { LiveFrame, Page, Welcome } from '../../../shared/sync-protocol.ts';
import type { DbFile, Writer } from '../db/connection.ts';
import { write } from '../db/write.ts';
import type { Schedule } from '../schedule.ts';
import { type AppliedHistory, applyHistory } from './apply-history.ts';
import { type Applied, applyPage } from './apply-page.ts';
import { putCacheMeta, readCacheMeta } from './cache-meta.ts';
import { cleanUp } from './clean-up.ts';
import { isAsideClean, knownKinds, newsSince, takeInColumns } from './learn-kinds.ts';
import { openScopes, type Scopes, type ScopeState } from './scopes.ts';
import { forgetAside, listAside } from './set-aside.ts';
import { unpackPage } from './unpack-page.ts';

export type CopyOptions = {
  cache: DbFile;
  agentId: string;
  /** Conversations that were active at or after this (server epoch ms) shall be whole. */
  keepSince(): number;
  schedule: Schedule;
  onArrival(applied: Applied): void;
  onGone(conversations: string[]): void;
};

export type HeldCopy = {
  scopes: Scopes;
  epoch(): string | null;
  lastLevelAt(): number | null;
  cursorOf(scope: string): number | null | undefined;
  /** @param upTo the highest number that a row of this page can have */
  apply(scope: ScopeState, page: Page, upTo: number, advance: (writer: Writer, rows: number) => void): Applied;
  /** Takes in an older page of one conversation. */
  applyHistory(conversationId: string, page: Page, upto: number | null, now: number): AppliedHistory;
  /** Applies a live frame, or says that the scope must be pulled because something is missing. */
  applyFrame(frame: LiveFrame): 'applied' | 'seen' | 'pull';
  /** Brings scopes and epoch in line with a welcome. Gives the scopes that are behind, most urgent first. */
  meet(welcome: Extract<Welcome, { ok: true }>): ScopeState[];
  /**
   * Where the server stands. Its keys are all scopes that this device shall hold, which heals a lost word about them.
   * Moves the cursors that need no row, and gives the scopes that are behind. `contradicts`: time after time it says less
   * than it said before, so one of both was wrong and only a new hello can tell which.
   */
  hearLevel(to: number, latest: Readonly<Record<string, number>>): ScopeState[] | 'contradicts';
  /** This device has everything at a server time. */
  rememberLevel(at: number): void;
  change(add: Parameters<Scopes['add']>[0], drop: readonly string[]): void;
  stop(): void;
};

/** Levels that may say less than one before them, late on a line that lets others overtake, before they are believed. */
const MOST_OLDER_LEVELS = 3;

/** Opens the copy; what a crash left half removed goes on being removed. */
export function holdCopy({ cache, agentId, keepSince, schedule, onArrival, onGone }: CopyOptions): HeldCopy {
  const scopes = openScopes(cache);
  const meta = readCacheMeta(cache);
  const cleaner = cleanUp(cache, scopes, schedule, onGone);
  /** Another agent's own scope is never this device's, whoever says so. */
  const isOurs = (name: string): boolean => !name.startsWith('mine:') || name === `mine:${agentId}`;
  let lastLevelTo = 0;
  let olderLevels = 0;
  /** Cursors that were beyond what the server said, by scope: a frame may overtake one level, never two. */
  const beyond = new Map<string, number>();
  learnNewColumns();
  cleaner.wake();

  /** A new version knows more kinds or columns than the one that read the copy: they are taken in, or all is read again. */
  function learnNewColumns(): void {
    const known = knownKinds();
    const before = cache.reader.value<string>("select value from meta where key = 'knownKinds'");
    if (before === known) return;
    const isTakenIn = before !== undefined && takeIn(newsSince(before));
    if (before !== undefined && !isTakenIn) beginEpoch(meta.epoch);
    write(cache, (writer) => {
      putCacheMeta(writer, 'knownKinds', known);
      // A copy that begins with this version, or is read again by it, keeps what it does not know from the first row on.
      if (!isTakenIn) putCacheMeta(writer, 'keepsUnknown', '1');
    });
  }

  /** False when something is missing or is not what this version expects. */
  function takeIn(news: ReturnType<typeof newsSince>): boolean {
    if (!news || !isAsideClean(cache, scopes, news.kinds) || !takeInColumns(cache, news.columns)) return false;
    const context = { cache, agentId, epochNumber: meta.epochNumber, keepSince: keepSince() };
    for (const kind of news.kinds) {
      for (const { scopeN, table } of listAside(cache.reader, kind)) {
        const scope = scopes.list().find(({ n }) => n === scopeN);
        if (scope) applyPage(context, scope, { tables: [table], gone: [] }, HIGHEST_SV, () => undefined);
      }
      write(cache, (writer) => forgetAside(writer, kind));
    }
    return true;
  }

  /** Rows of before stay readable; every row that comes now counts as newer. */
  function beginEpoch(epoch: string | null): void {
    scopes.resync(scopes.list());
    const epochNumber = meta.epochNumber + 1;
    write(cache, (writer) => {
      putCacheMeta(writer, 'epochNumber', String(epochNumber));
      if (epoch !== null) putCacheMeta(writer, 'epoch', epoch);
    });
    // After the commit: what only memory knows would not be begun again after a restart.
    Object.assign(meta, { epochNumber, epoch });
  }

  function apply(
    scope: ScopeState,
    page: Page,
    upTo: number,
    advance: (writer: Writer, rows: number) => void,
  ): Applied {
    const applied = applyPage(
      { cache, agentId, epochNumber: meta.epochNumber, keepSince: keepSince() },
      scope,
      page,
      upTo,
      advance,
    );
    if (applied.hasDoomed || scope.isResync || scope.claim === 'filled') cleaner.wake();
    onArrival(applied);
    return applied;
  }

  function change(add: Parameters<Scopes['add']>[0], drop: readonly string[]): void {
    scopes.drop(drop);
    scopes.add(add.filter(isOurs));
    cleaner.wake();
  }

  /** Moves the cursors that have everything up to `to`; gives the complete scopes that have not. */
  function compare(to: number, latestOf: (scope: ScopeState) => number | undefined): ScopeState[] {
    const complete = scopes.list().filter(({ state }) => state === 'complete');
    const behind = complete.filter((scope) => (latestOf(scope) ?? 0) > (scope.sv ?? 0));
    const level = complete.filter(
      (scope) =>
        latestOf(scope) !== undefined &&
        !behind.includes(scope) &&
        ((scope.sv ?? 0) < to || (scope.remaining ?? 0) > 0),
    );
    if (level.length > 0) {
      write(cache, (writer) => {
        for (const scope of level) scopes.put(writer, scope, { sv: Math.max(scope.sv ?? 0, to), remaining: 0 });
      });
      if (level.some(({ isResync, claim }) => isResync || claim === 'filled')) cleaner.wake();
    }
    return behind;
  }

  /** Scopes whose cursor was beyond `to` at the last level and has not moved since: what comes below it would be dropped. */
  function stayedBeyond(to: number): ScopeState[] {
    const ahead = scopes.list().filter(({ state, sv }) => state === 'complete' && sv !== null && sv > to);
    const stayed = ahead.filter(({ name, sv }) => beyond.get(name) === sv);
    beyond.clear();
    for (const { name, sv } of ahead) if (sv !== null) beyond.set(name, sv);
    return stayed;
  }

  return {
    scopes,
    epoch: () => meta.epoch,
    lastLevelAt: () => meta.lastLevelAt,
    cursorOf(name) {
      const scope = scopes.find(name);
      if (scope === undefined || scope.state === 'dropping') return undefined;
      return scope.state === 'complete' && (scope.remaining ?? 0) > 0 ? null : scope.sv;
    },
    apply,
    applyHistory: (conversationId, page, upto, now) =>
      applyHistory({ cache, agentId, epochNumber: meta.epochNumber, now }, conversationId, page, upto),
    applyFrame(frame) {
      const scope = scopes.find(frame.scope);
      // Not ours: a frame that was under way when the scope was dropped, or one that no honest server sends.
      if (!scope || scope.state === 'dropping') return 'seen';
      if (scope.state === 'complete' && frame.to <= (scope.sv ?? 0)) return 'seen';
      if (scope.state === 'complete' && frame.from > (scope.sv ?? 0)) return 'pull';
      // Before the walk has its ceiling, or from below it: what this shows may have gone again by the ceiling, and then
      // neither the walk nor the catch-up after it would ever say so.
      if (scope.state === 'walking' && (scope.ceiling === null || frame.to <= scope.ceiling)) return 'seen';
      const page = unpackPage(frame.page);
      if (!page) return 'pull';
      // While a scope is walked its frames are shown at once, but the cursor waits: the catch-up brings them again.
      apply(scope, page, frame.to, (writer) => {
        if (scope.state === 'complete') scopes.put(writer, scope, { sv: frame.to, remaining: 0 });
      });
      return 'applied';
    },
    meet(welcome) {
      if (meta.epoch !== welcome.epoch) {
        if (meta.epoch !== null) beginEpoch(welcome.epoch);
        write(cache, (writer) => putCacheMeta(writer, 'epoch', welcome.epoch));
        meta.epoch = welcome.epoch;
      }
      const latest = new Map<string, number>(welcome.scopes.map((entry) => [entry.scope, entry.latest]));
      scopes.drop(scopes.list().flatMap(({ name }) => (latest.has(name) ? [] : [name])));
      scopes.add(welcome.scopes.map(({ scope }) => scope).filter(isOurs));
      const stale = scopes
        .list()
        .filter(
          ({ state, sv }) => state === 'complete' && sv !== null && sv > 0 && (sv < welcome.horizon || sv > welcome.sv),
        );
      // Behind its own past under the same name: rows of then would stand over everything that comes now.
      if (stale.some(({ sv }) => (sv ?? 0) > welcome.sv)) beginEpoch(meta.epoch);
      else if (stale.length > 0) scopes.resync(stale);
      cleaner.wake();
      const behind = compare(welcome.sv, ({ name }) => latest.get(name));
      lastLevelTo = welcome.sv;
      olderLevels = 0;
      beyond.clear();
      return scopes.list().filter((scope) => scope.state === 'walking' || behind.includes(scope));
    },
    hearLevel(to, latest) {
      // An older word than one that was heard: by now other scopes may be held.
      if (to < lastLevelTo) return ++olderLevels < MOST_OLDER_LEVELS ? [] : 'contradicts';
      olderLevels = 0;
      lastLevelTo = to;
      const named = Object.keys(latest).flatMap((name) => scopeSchema.safeParse(name).data ?? []);
      const added = named.filter(
        (name) => isOurs(name) && scopes.find(name)?.state !== 'walking' && scopes.find(name)?.state !== 'complete',
      );
      const dropped = scopes.list().flatMap(({ name }) => (Object.hasOwn(latest, name) ? [] : [name]));
      if (added.length + dropped.length > 0) change(added, dropped);
      if (stayedBeyond(to).length > 0) beginEpoch(meta.epoch);
      const behind = compare(to, ({ name }) => latest[name]);
      return [...behind, ...scopes.list().filter(({ state }) => state === 'walking')];
    },
    rememberLevel(at) {
      meta.lastLevelAt = at;
      write(cache, (writer) => putCacheMeta(writer, 'lastLevelAt', String(Math.round(at))));
    },
    change,
    stop: cleaner.stop,
  };
}
