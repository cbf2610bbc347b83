/** What the connection strip says about the line. Pure: works it out from the state of sync, keeps nothing. */
import type { LineView } from '../desk.ts';
import type { LineState } from './keep-line.ts';
import type { ScopeState } from './scopes.ts';

export type LineFacts = {
  line: LineState;
  retryAt: number | null;
  lastLevelAt: number | null;
  /** Whether this connection has brought everything that had changed. */
  hasCaughtUp: boolean;
  left: number | null;
  scopes: readonly ScopeState[];
  trouble: LineView['trouble'];
};

/** The line as the window shows it. */
export function showLine({ line, retryAt, lastLevelAt, hasCaughtUp, left, scopes, trouble }: LineFacts): LineView {
  // One customer that is read for the first time is an everyday thing and no first download.
  const walking = scopes.filter(({ state, name }) => state === 'walking' && !name.startsWith('customer:'));
  const isFirst = walking.some(({ isResync }) => !isResync);
  const isBehind = line === 'open' && (!hasCaughtUp || walking.length > 0);
  return {
    state: line === 'open' ? (isBehind ? 'catchingUp' : 'online') : line,
    lastLevelAt,
    retryAt: line === 'open' ? null : retryAt,
    left: isBehind ? left : null,
    bootstrap: isFirst ? partDone(scopes) : null,
    trouble,
  };
}

/** Rows that have come of all that are known to come, 0–1. A scope that has not said how much it holds counts as nothing yet. */
function partDone(scopes: readonly ScopeState[]): number {
  const all = scopes.filter(({ name }) => !name.startsWith('customer:'));
  const walked = all.reduce((sum, scope) => sum + scope.walked, 0);
  const left = all.reduce((sum, scope) => sum + (scope.state === 'walking' ? (scope.remaining ?? 0) : 0), 0);
  const unknown = all.filter((scope) => scope.state === 'walking' && scope.remaining === null).length;
  const known = walked + left === 0 ? 0 : walked / (walked + left);
  return Math.min(1, known * (1 - unknown / Math.max(1, all.length)));
}
