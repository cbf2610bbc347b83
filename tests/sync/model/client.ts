/**
 * A device in the model: two files and a memory that a crash takes away. `hear` is what it does with a message, as a
 * list of states, each one durable step after the one before, so that the simulation may kill it between any two. What it
 * does next of its own accord is in `next-step.ts`.
 */
import {
  applyPage,
  emptyCache,
  settle,
  startEpoch,
  takeNewClientId,
  remove,
  type Cache,
  type HeldScope,
  type Outbox,
} from './client-files.ts';
import type { Flaw } from './flaws.ts';
import { withEntry, withoutKey } from './persistent.ts';
import type { Down, Page } from './wire.ts';

export type Ask = { readonly ask: number; readonly what: 'pull' | 'walk'; readonly at: number };

/** Everything that a crash takes away. */
export type Memory = {
  readonly run: string;
  readonly phase: 'offline' | 'greeting' | 'live';
  readonly since: number;
  readonly heardAt: number;
  /** Catch up to here before the outbox is sent. */
  readonly upTo: number;
  readonly nextAsk: number;
  /** At most one open question per scope: that is what makes pulls between two pages of a walk safe. */
  readonly asks: ReadonlyMap<string, Ask>;
  /** A frame, lag or level said that a scope is at least here. */
  readonly needed: ReadonlyMap<string, number>;
  /** Commands sent and not answered, and when. */
  readonly inFlight: ReadonlyMap<string, number>;
};

export type Client = {
  readonly name: string;
  readonly agent: string;
  readonly cache: Cache;
  readonly outbox: Outbox;
  readonly memory: Memory;
  /** For the checks: how often a hole in the mids was healed by a new client id. Only a cloned disk may cause that. */
  readonly healed: number;
};

/** The memory of a core that has just started. */
export function freshMemory(run: string, now: number): Memory {
  return {
    run,
    phase: 'offline',
    since: now,
    heardAt: now,
    upTo: 0,
    nextAsk: 1,
    asks: new Map(),
    needed: new Map(),
    inFlight: new Map(),
  };
}

/** The line is gone; the process lives. */
export function hangUp(client: Client, now: number): Client {
  const { run, nextAsk } = client.memory;
  return { ...client, memory: { ...freshMemory(run, now), nextAsk } };
}

const nothing: Page = { rows: [], gone: [] };

function newName(client: Client, now: number, clientId: string): Client {
  return hangUp({ ...client, outbox: takeNewClientId(client.outbox, clientId) }, now);
}

function welcome(
  client: Client,
  down: Extract<Down, { say: 'welcome' }>,
  now: number,
  clientId: string,
  flaw: Flaw | null,
): Client[] {
  const steps: Client[] = [];
  let { outbox, cache } = client;
  // Each file remembers its own epoch: a crash between the two steps must not let one of them miss the change.
  if (outbox.epoch !== down.epoch) {
    outbox = startEpoch(outbox, down.epoch, down.lastMid, flaw);
    steps.push({ ...client, outbox });
  } else {
    const waiting = outbox.rows.filter((row) => row.state === 'queued' && row.mid !== null);
    const hasHole =
      waiting.some((row) => (row.mid ?? 0) > down.lastMid + 1) && !waiting.some((row) => row.mid === down.lastMid + 1);
    if (down.lastMid >= outbox.nextMid || hasHole) {
      const healed = client.healed + 1;
      return flaw === 'midOnCompose' ? [hangUp(client, now)] : [newName({ ...client, healed }, now, clientId)];
    }
  }
  if (cache.epoch !== down.epoch) {
    // The numbers of the old history mean nothing any more, so no row may be compared with them: start from nothing.
    cache = flaw === 'epochIgnored' ? { ...cache, epoch: down.epoch } : { ...emptyCache, epoch: down.epoch };
  }
  const memory: Memory = {
    ...freshMemory(client.memory.run, now),
    phase: 'live',
    nextAsk: client.memory.nextAsk,
    upTo: down.sv,
  };
  // A welcome is a level too: scopes in which nothing happened need no question.
  steps.push(level({ ...client, outbox, cache, memory }, down.sv, down.latest, flaw));
  return steps;
}

/** What a device does with a message. `clientId` is a fresh one, should it need it. */
export function hear(client: Client, down: Down, now: number, clientId: string, flaw: Flaw | null): Client[] {
  if (client.memory.phase === 'greeting') {
    if (down.say === 'welcome') return welcome(client, down, now, clientId, flaw);
    return down.say === 'cloned' ? [newName(client, now, clientId)] : [];
  }
  if (client.memory.phase !== 'live') return [];
  const alive: Client = { ...client, memory: { ...client.memory, heardAt: now } };
  switch (down.say) {
    case 'welcome':
      return [alive];
    case 'cloned':
      return [newName({ ...client, healed: client.healed + 1 }, now, clientId)];
    case 'gap':
      // What the server has is asked with a hello, not believed from here: this answer may be an old one.
      return [hangUp(client, now)];
    case 'verdict': {
      const row = alive.outbox.rows.find((candidate) => candidate.command.id === down.verdict.commandId);
      if (row?.state !== 'queued') return [alive];
      const outbox =
        flaw === 'finishedOnVerdict' && down.verdict.outcome === 'applied'
          ? remove(alive.outbox, row.command.id)
          : settle(alive.outbox, down.verdict);
      const inFlight = withoutKey(alive.memory.inFlight, row.command.id);
      return [{ ...alive, outbox, memory: { ...alive.memory, inFlight } }];
    }
    case 'pulled':
    case 'walked':
    case 'notAllowed':
    case 'resync':
      return answered(alive, down, now, flaw);
    case 'frame':
      return frame(alive, down, flaw);
    case 'lag':
      return [need(alive, down.scope, down.to)];
    case 'level':
      return [level(alive, down.to, down.latest, flaw)];
  }
}

function need(client: Client, scope: string, sv: number): Client {
  const needed = withEntry(client.memory.needed, scope, Math.max(client.memory.needed.get(scope) ?? 0, sv));
  return { ...client, memory: { ...client.memory, needed } };
}

/** Cursor and rows in one transaction. (The flaw takes them apart.) */
function store(client: Client, scope: string, page: Page, change: Partial<HeldScope>, flaw: Flaw | null): Client[] {
  if (flaw === 'cursorBeforeRows') {
    const first = { ...client, cache: applyPage(client.cache, scope, nothing, change, flaw) };
    return [first, { ...first, cache: applyPage(first.cache, scope, page, change, flaw) }];
  }
  return [{ ...client, cache: applyPage(client.cache, scope, page, change, flaw) }];
}

type Answer = Extract<Down, { say: 'pulled' | 'walked' | 'notAllowed' | 'resync' }>;

function answered(client: Client, down: Answer, now: number, flaw: Flaw | null): Client[] {
  const state = client.cache.scopes.get(down.scope);
  const ask = client.memory.asks.get(down.scope);
  if (ask?.ask !== down.ask) return [client];
  const closed = { ...client, memory: { ...client.memory, asks: withoutKey(client.memory.asks, down.scope) } };
  if (state === undefined || state.phase === 'dropping') return [closed];
  switch (down.say) {
    case 'notAllowed': {
      // The next list will tell. Until then the question counts as open, so that it is not asked at once again.
      const asks = withEntry<string, Ask>(client.memory.asks, down.scope, { ask: -1, what: 'pull', at: now });
      return [{ ...client, memory: { ...client.memory, asks } }];
    }
    case 'resync':
      return store(closed, down.scope, nothing, { phase: 'dropping' }, null);
    case 'pulled':
      if (state.phase === 'new' || (down.to <= state.cursor && down.page.rows.length + down.page.gone.length > 0)) {
        return [closed];
      }
      return store(
        closed,
        down.scope,
        down.page,
        { cursor: Math.max(down.to, state.cursor), isLevel: !down.more },
        flaw,
      );
    case 'walked': {
      if (state.phase === 'complete') return [closed];
      const isFirst = state.phase === 'new';
      const isLast = down.below === null;
      const cursor = isFirst || (isLast && flaw === 'cursorFromEndOfWalk') ? down.ceiling : state.cursor;
      const phase = isLast ? 'complete' : 'walking';
      const isLevel = isLast && (isFirst || flaw === 'cursorFromEndOfWalk');
      return store(closed, down.scope, down.page, { phase, cursor, below: down.below, isLevel }, flaw);
    }
  }
}

function frame(client: Client, down: Extract<Down, { say: 'frame' }>, flaw: Flaw | null): Client[] {
  const state = client.cache.scopes.get(down.scope);
  if (state === undefined || !client.cache.wanted.has(down.scope)) return [client];
  // While the scope is walked a frame only says that there is something to pull: applied, it could be undone by a
  // page that was read before it.
  if (state.phase !== 'complete') return [need(client, down.scope, down.to)];
  if (down.from > state.cursor && flaw !== 'gapIgnored') return [need(client, down.scope, down.to)];
  if (down.to <= state.cursor && flaw !== 'oldFrameApplied') return [client];
  return store(client, down.scope, down.page, { cursor: down.to, isLevel: true }, flaw);
}

function level(client: Client, to: number, scopes: readonly (readonly [string, number])[], flaw: Flaw | null): Client {
  let next = client;
  // An older list that was overtaken on the way would take back a right, or give one back.
  if (to >= client.cache.wantedAt) {
    const wanted = new Set(scopes.map(([scope]) => scope));
    next = { ...next, cache: { ...next.cache, wanted, wantedAt: to } };
  }
  for (const [scope, latest] of scopes) {
    const state = next.cache.scopes.get(scope);
    if (state === undefined || to <= state.cursor) continue;
    if (state.phase === 'complete' && latest <= state.cursor) {
      // Nothing happened since the cursor. Moving it keeps a quiet scope above the horizon.
      next = { ...next, cache: applyPage(next.cache, scope, nothing, { cursor: to, isLevel: true }, flaw) };
    } else next = need(next, scope, to);
  }
  return next;
}
