/**
 * Brings scopes up to the server: pulls what changed since the cursor, walks what was never read. Two lanes, so that a
 * first download never holds up what is new; in each lane the next page is asked for while this one is applied.
 */
import type { Scope } from '../../../shared/domain/scope.ts';
import { type PackedPage, pullReplySchema, walkReplySchema } from '../../../shared/sync-protocol.ts';
import type { Writer } from '../db/connection.ts';
import type { Schedule } from '../schedule.ts';
import type { Scopes, ScopeState } from './scopes.ts';
import { unpackPage } from './unpack-page.ts';

export type ReadOptions = {
  scopes: Scopes;
  schedule: Schedule;
  /** Sends a question; the answer comes at most once, and never after `stop`. */
  ask(event: 'pull' | 'walk', payload: unknown, reply: (answer: unknown) => void): void;
  /** Applies a page with the move of its cursor. */
  apply(
    scope: ScopeState,
    page: NonNullable<ReturnType<typeof unpackPage>>,
    upTo: number,
    advance: (writer: Writer, rows: number) => void,
  ): void;
  /** Where the first reading of a scope with so many rows shall end; null when it is read whole. */
  boundaryOf(scope: ScopeState, rows: number): number | null;
  /** A cursor has moved, a lane is empty, or the counts of the progress line have changed. */
  onProgress(): void;
  /** The server does not let this device hold the scope any more. */
  onNotAllowed(scope: Scope): void;
  /** An answer cannot be used; `what` says why. The scope is asked for again later. */
  setAside(what: string): void;
};

export type ScopeReader = {
  /** Catches up a complete scope, or goes on walking one that is not. Harmless to repeat. */
  want(scope: ScopeState): void;
  /** Whether every complete scope that was wanted has caught up. */
  isCaughtUp(): boolean;
  /** Rows still to come by what was last heard; null when nothing is known. */
  left(): number | null;
  stop(): void;
};

/** Waits before a page is asked for again that the server could not give, in ms. */
const RETRY_MS = 1_000;

/** Pages of one scope in a row while others wait: a scope without an end must not keep the rest from being read. */
const PAGES_IN_A_ROW = 50;
/** Times that one connection may have a scope read from the beginning without a pause. */
const MOST_RESYNCS = 3;
/** Pages without a single row in a row, each saying that there is more: an honest server has them seldom. */
const MOST_EMPTY = 100;

const NOTHING: PackedPage = { json: '{"tables":[],"gone":[]}' };

type Lane = {
  event: 'pull' | 'walk';
  queue: ScopeState[];
  isBusy: boolean;
  left: Map<string, number>;
  /** Pages that the first of the queue has had in a row, and how many of the last ones were empty. */
  pages: number;
  empty: number;
};
type Step = {
  life: number;
  payload: { scope: Scope } & Record<string, unknown>;
  answer: unknown;
  isHere: boolean;
  onAnswer: (() => void) | null;
};

/** A reader for one connection. */
export function readScopes(options: ReadOptions): ScopeReader {
  const { scopes, schedule, ask, apply, boundaryOf, onProgress, onNotAllowed, setAside } = options;
  const pulls: Lane = { event: 'pull', queue: [], isBusy: false, left: new Map(), pages: 0, empty: 0 };
  const walks: Lane = { event: 'walk', queue: [], isBusy: false, left: new Map(), pages: 0, empty: 0 };
  const retries = new Set<() => void>();
  /** Wanted again while their pull was under way. */
  const again = new Set<string>();
  /** Scopes that the server could not serve a moment ago. */
  const deferred = new Set<string>();
  const resyncs = new Map<string, number>();
  let isStopped = false;

  function want(scope: ScopeState): void {
    if (isStopped || scope.state === 'dropping') return;
    const lane = scope.state === 'complete' ? pulls : walks;
    if (lane.queue.includes(scope)) {
      if (lane.queue[0] === scope) again.add(scope.name);
      return;
    }
    lane.queue.push(scope);
    run(lane);
  }

  function run(lane: Lane): void {
    const [scope] = lane.queue;
    if (!scope || lane.isBusy || isStopped) return;
    lane.isBusy = true;
    lane.pages = 0;
    lane.empty = 0;
    take(lane, scope, request(lane, scope, firstPayload(lane, scope)));
  }

  function firstPayload(lane: Lane, scope: ScopeState): Step['payload'] {
    return lane.event === 'pull'
      ? { scope: scope.name, after: scope.sv ?? 0 }
      : walkPayload(scope, scope.ceiling, scope.below);
  }

  function walkPayload(scope: ScopeState, ceiling: number | null, below: number | null): Step['payload'] {
    return { scope: scope.name, ceiling, below, ...(scope.since === null ? {} : { since: scope.since }) };
  }

  function request(lane: Lane, scope: ScopeState, payload: Step['payload']): Step {
    const step: Step = { life: scope.life, payload, answer: undefined, isHere: false, onAnswer: null };
    ask(lane.event, payload, (answer) => {
      if (isStopped) return;
      step.answer = answer;
      step.isHere = true;
      step.onAnswer?.();
    });
    return step;
  }

  function take(lane: Lane, scope: ScopeState, step: Step): void {
    if (!step.isHere) {
      step.onAnswer = () => take(lane, scope, step);
      return;
    }
    // Dropped or begun again while the answer was on its way: it belongs to a life of the scope that is over.
    if (scope.life !== step.life || scopes.find(scope.name) !== scope) {
      again.add(scope.name);
      return finish(lane, scope);
    }
    if (lane.event === 'pull') takePull(lane, scope, step);
    else takeWalk(lane, scope, step);
  }

  function takePull(lane: Lane, scope: ScopeState, step: Step): void {
    const parsed = pullReplySchema.safeParse(step.answer);
    if (!parsed.success) return giveUp(lane, scope, 'a pull was answered in a shape that this version does not know');
    const answer = parsed.data;
    if (!answer.ok) return refused(lane, scope, answer.why, answer.retryAfterMs);
    const after = Number(step.payload['after']);
    // Taken as the end of the catch-up it would leave rows out, taken as a page it would be asked for without end.
    if (answer.to < after || (answer.more && answer.to === after))
      return giveUp(lane, scope, 'a pull did not go forward');
    // Asked for before this page is applied: the line and the disk work at the same time.
    const next = answer.more && mayGoOn(lane) ? request(lane, scope, { scope: scope.name, after: answer.to }) : null;
    lane.left.set(scope.name, answer.left);
    // A live frame has overtaken this page: its old tombstones would let go of a row that has come back since.
    const isOvertaken = answer.to <= (scope.sv ?? 0) && answer.to > after;
    const isApplied = applyPacked(lane, scope, isOvertaken ? NOTHING : answer.page, answer.to, (writer) => {
      scopes.put(writer, scope, {
        sv: Math.max(scope.sv ?? 0, answer.to),
        remaining: answer.more ? Math.max(1, answer.left) : 0,
      });
    });
    if (!isApplied) return;
    onProgress();
    goOn(lane, scope, next, answer.more);
  }

  function takeWalk(lane: Lane, scope: ScopeState, step: Step): void {
    const parsed = walkReplySchema.safeParse(step.answer);
    if (!parsed.success) return giveUp(lane, scope, 'a walk was answered in a shape that this version does not know');
    const answer = parsed.data;
    if (!answer.ok) return refused(lane, scope, answer.why, answer.retryAfterMs);
    const { ceiling, below } = answer;
    if (!goesDown(step.payload, ceiling, below)) return giveUp(lane, scope, 'a walk did not go down');
    // The first answer says how much there is. When that is too much, it is asked for again with a boundary.
    const since = scope.ceiling === null && scope.since === null ? boundaryOf(scope, answer.left) : null;
    if (since !== null) {
      scopes.bound(scope, since);
      return take(lane, scope, request(lane, scope, firstPayload(lane, scope)));
    }
    const isLast = below === null;
    const next = !isLast && mayGoOn(lane) ? request(lane, scope, walkPayload(scope, ceiling, below)) : null;
    lane.left.set(scope.name, answer.left);
    const isApplied = applyPacked(lane, scope, answer.page, ceiling, (writer, rows) => {
      const walked = scope.walked + rows;
      if (isLast)
        // One at least is "to come" until the pull that follows has said that there is no more.
        scopes.put(writer, scope, { state: 'complete', sv: ceiling, ceiling: null, below: null, walked, remaining: 1 });
      else scopes.put(writer, scope, { ceiling, below, walked, remaining: answer.left });
    });
    if (!isApplied) return;
    onProgress();
    // What changed while it was walked; wanted before this lane says that it is done.
    if (isLast) want(scope);
    goOn(lane, scope, next, !isLast);
  }

  /** Whether a walk that was asked for with `payload` went on below it, under the ceiling that it began with. */
  function goesDown(payload: Step['payload'], ceiling: number, below: number | null): boolean {
    const before = { ceiling: payload['ceiling'] as number | null, below: payload['below'] as number | null };
    if (before.ceiling !== null && ceiling !== before.ceiling) return false;
    return below === null || below < (before.below ?? ceiling + 1);
  }

  function mayGoOn(lane: Lane): boolean {
    lane.pages += 1;
    return lane.pages < PAGES_IN_A_ROW || lane.queue.length === 1;
  }

  /** Takes the next page, or lets the others of the lane go ahead. */
  function goOn(lane: Lane, scope: ScopeState, next: Step | null, hasMore: boolean): void {
    if (hasMore && lane.empty > MOST_EMPTY)
      return giveUp(lane, scope, 'page after page is empty, and there is said to be more');
    if (next) return take(lane, scope, next);
    if (hasMore) again.add(scope.name);
    finish(lane, scope);
  }

  function applyPacked(
    lane: Lane,
    scope: ScopeState,
    packed: PackedPage,
    upTo: number,
    advance: (writer: Writer, rows: number) => void,
  ): boolean {
    const page = unpackPage(packed);
    if (!page) {
      giveUp(lane, scope, 'a page could not be read');
      return false;
    }
    const isEmpty = page.gone.length === 0 && page.tables.every(({ rows }) => rows.length === 0);
    lane.empty = isEmpty ? lane.empty + 1 : 0;
    apply(scope, page, upTo, advance);
    return true;
  }

  function refused(
    lane: Lane,
    scope: ScopeState,
    why: 'not-allowed' | 'resync' | 'busy' | 'bad-input' | 'failed',
    retryAfterMs: number | null,
  ): void {
    switch (why) {
      case 'not-allowed':
        finish(lane, scope);
        return onNotAllowed(scope.name);
      case 'resync':
        scopes.resync([scope]);
        resyncs.set(scope.name, (resyncs.get(scope.name) ?? 0) + 1);
        if ((resyncs.get(scope.name) ?? 0) > MOST_RESYNCS)
          return giveUp(lane, scope, 'a scope is to be read from the beginning again and again');
        finish(lane, scope);
        return want(scope);
      case 'busy':
      case 'failed':
        return later(lane, scope, Math.min(30_000, Math.max(100, retryAfterMs ?? RETRY_MS)));
      case 'bad-input':
        return giveUp(lane, scope, 'the server does not know this form of question');
    }
  }

  /** Tries the scope again later; the others of the lane go on meanwhile. */
  function later(lane: Lane, scope: ScopeState, ms: number): void {
    lane.queue = lane.queue.filter((waiting) => waiting !== scope);
    lane.isBusy = false;
    deferred.add(scope.name);
    const cancel = schedule.after(ms, () => {
      retries.delete(cancel);
      deferred.delete(scope.name);
      want(scope);
      onProgress();
    });
    retries.add(cancel);
    run(lane);
  }

  function giveUp(lane: Lane, scope: ScopeState, why: string): void {
    setAside(why);
    later(lane, scope, 30_000);
  }

  function finish(lane: Lane, scope: ScopeState): void {
    lane.queue = lane.queue.filter((waiting) => waiting !== scope);
    lane.isBusy = false;
    lane.left.delete(scope.name);
    if (again.delete(scope.name) && scopes.find(scope.name) === scope) want(scope);
    run(lane);
    onProgress();
  }

  return {
    want,
    isCaughtUp: () =>
      pulls.queue.length === 0 && ![...deferred].some((name) => scopes.find(name)?.state === 'complete'),
    left: () => {
      const all = [...pulls.left.values(), ...walks.left.values()];
      return all.length === 0 ? null : all.reduce((sum, count) => sum + count, 0);
    },
    stop() {
      isStopped = true;
      for (const cancel of retries) cancel();
      retries.clear();
    },
  };
}
