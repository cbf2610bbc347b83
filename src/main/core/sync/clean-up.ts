/** Runs the slices that remove rows, one after the other with a pause between, until nothing is left to remove. */
import type { DbFile } from '../db/connection.ts';
import type { Schedule } from '../schedule.ts';
import { type Filling, letGoOfScope, removeDoomed, type Sweep, sweepUnseen, takeAbsencesAway } from './remove-rows.ts';
import type { Scopes } from './scopes.ts';

/**
 * A row that has lost its last scope goes this much later, in ms: a conversation that moves between two queues of this
 * device leaves one and enters the other within a frame, and must not vanish from under the agent's hands.
 */
const GRACE_MS = 250;
/** Before another try after a slice that failed, as on a full disk, in ms. */
const RETRY_MS = 5_000;
/** Between two slices, so that questions are answered meanwhile. */
const PAUSE_MS = 1;

export type CleanUp = {
  /** Something may be to remove. */
  wake(): void;
  stop(): void;
};

/** @param onGone conversations that are not on this device any more */
export function cleanUp(
  cache: DbFile,
  scopes: Scopes,
  schedule: Schedule,
  onGone: (conversations: string[]) => void,
): CleanUp {
  let cancel: (() => void) | null = null;
  const sweeps = new Map<number, Sweep>();
  const fillings = new Map<number, Filling>();

  function plan(ms: number): void {
    cancel ??= schedule.after(ms, () => {
      cancel = null;
      let isLeft: boolean;
      try {
        isLeft = slice();
      } catch (error) {
        plan(RETRY_MS);
        throw error;
      }
      if (isLeft) plan(PAUSE_MS);
    });
  }

  /** Does one slice; true when there may be another one. */
  function slice(): boolean {
    const [dropping] = scopes.dropping();
    if (dropping) {
      letGoOfScope(cache, scopes, dropping);
      return true;
    }
    // Not before the catch-up after the walk is done: what changed meanwhile stands above the walk, was not met by it, and
    // would be let go with children that nobody sends again.
    const sweeping = scopes
      .list()
      .find(({ state, isResync, remaining }) => state === 'complete' && isResync && remaining === 0);
    if (sweeping) {
      const sweep = sweeps.get(sweeping.n) ?? { after: '' };
      sweeps.set(sweeping.n, sweep);
      if (sweepUnseen(cache, scopes, sweeping, sweep)) sweeps.delete(sweeping.n);
      return true;
    }
    const filled = scopes.list().find(({ claim, isResync }) => claim === 'filled' && !isResync);
    if (filled) {
      const filling = fillings.get(filled.n) ?? { after: '' };
      fillings.set(filled.n, filling);
      if (takeAbsencesAway(cache, scopes, filled, filling)) fillings.delete(filled.n);
      return true;
    }
    const removal = removeDoomed(cache);
    if (removal.conversations.length > 0) onGone(removal.conversations);
    return !removal.isDone;
  }

  return {
    wake: () => plan(GRACE_MS),
    stop() {
      cancel?.();
      cancel = null;
    },
  };
}
