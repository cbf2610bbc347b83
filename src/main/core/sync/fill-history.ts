/**
 * Fetches what this device shall have and does not: the history of conversations that are open or have work in them, and then, newest
 * first, of others as long as there is room. One page at a time, and only when everything else is level.
 */
import type { Reader } from '../db/connection.ts';
import { Refused } from '../refused.ts';
import type { Schedule } from '../schedule.ts';

export type FillHistoryOptions = {
  cache: Reader;
  outbox: Reader;
  schedule: Schedule;
  fetch(conversationId: string): Promise<void>;
  /** Whether the line is open and every scope is level. */
  isReady(): boolean;
  /** Whether there is room for what need not be here. */
  hasRoom(): boolean;
};

export type Filler = {
  /** Something may be to fetch. */
  wake(): void;
  stop(): void;
};

const LOOK_EVERY_MS = 30_000;
/** Between two pages, so that agents' own questions come first. */
const PAUSE_MS = 50;
/** After a page that did not come. */
const RETRY_MS = 30_000;

/** Begins to look at once, and again and again. */
export function fillHistory({ cache, outbox, schedule, fetch, isReady, hasRoom }: FillHistoryOptions): Filler {
  /** Of this run: what the server may not give is not asked for again and again. */
  const refused = new Set<string>();
  /** What did not come although there seemed to be a line. The others go ahead; when none is left, it is tried again. */
  const postponed = new Set<string>();
  let isStopped = false;
  let isSoon = false;
  let cancel: () => void = () => undefined;
  plan(LOOK_EVERY_MS);

  function plan(ms: number): void {
    cancel();
    isSoon = ms < LOOK_EVERY_MS;
    if (!isStopped) cancel = schedule.after(ms, step);
  }

  function step(): void {
    // First of all: what is read below may meet a damaged file, and whoever catches that knows nothing of this work.
    plan(LOOK_EVERY_MS);
    const next = isReady() ? choose() : undefined;
    if (next === undefined) return postponed.clear();
    isSoon = true;
    void bring(next);
  }

  async function bring(next: string): Promise<void> {
    try {
      await fetch(next);
      plan(PAUSE_MS);
    } catch (error) {
      if (!(error instanceof Refused)) schedule.after(0, () => fail(error));
      const why = error instanceof Refused ? error.refusal.why : null;
      // A line that is dead and not known to be so looks like a server that does not answer.
      if (why === 'failed') postponed.add(next);
      else if (why !== 'offline') refused.add(next);
      plan(RETRY_MS);
    }
  }

  /** In a timer, where the core hears of it: a damaged file is no answer of the server's. */
  function fail(error: unknown): never {
    throw error;
  }

  function choose(): string | undefined {
    const wanted = cache.column<string>(
      'select conversation_id from absence where is_wanted = 1 order by upto desc limit ?',
      refused.size + postponed.size + 1,
    );
    const others = (): string[] =>
      cache.column<string>(
        'select conversation_id from absence order by upto desc limit ?',
        refused.size + postponed.size + 1,
      );
    const isNew = (id: string): boolean => !refused.has(id) && !postponed.has(id);
    return withWork().find(isNew) ?? wanted.find(isNew) ?? (hasRoom() ? others().find(isNew) : undefined);
  }

  /** Conversations that lack something and in which this agent has an order or a draft. Costs as much as waits. */
  function withWork(): string[] {
    if (cache.value('select 1 from absence limit 1') === undefined) return [];
    return outbox
      .column<string>(
        `select conversation_id from outbox where conversation_id is not null and kind <> 'conversation.markRead'
         union select conversation_id from draft`,
      )
      .filter((id) => cache.value('select 1 from absence where conversation_id = ?', id) !== undefined);
  }

  return {
    wake() {
      if (!isSoon) plan(PAUSE_MS);
    },
    stop() {
      isStopped = true;
      cancel();
    },
  };
}
