/**
 * What a device does next of its own accord. It is derived from the two files and the memory alone, never remembered
 * as a plan, so that a start after a crash goes on without a special case.
 */
import type { Client } from './client.ts';
import { hangUp } from './client.ts';
import { applyPage, dropSlice, giveMid, remove, sweepSlice, type HeldScope, type OutboxRow } from './client-files.ts';
import type { Flaw } from './flaws.ts';
import { withEntry, withoutKey } from './persistent.ts';
import type { Up, Verdict } from './wire.ts';

const ROOTS_PER_SLICE = 2;
const ANSWER_WITHIN_MS = 2_000;
const WELCOME_WITHIN_MS = 5_000;
/** Two and a half levels: the line is dead although nobody said so. */
const SILENCE_MS = 25_000;
const RECONNECT_AFTER_MS = 200;
const COMMANDS_IN_FLIGHT = 4;

export type Step = { readonly client: Client; readonly send?: Up; readonly connect?: true };

/** Whether everything that a verdict speaks of has come back through the feed. */
export function isReached(client: Client, verdict: Verdict, flaw: Flaw | null): boolean {
  return verdict.scopes.every((scope) => {
    const state = client.cache.scopes.get(scope);
    if (state === undefined) {
      // Not held. A list that is younger than the verdict has to say so before the scope is ignored.
      return !client.cache.wanted.has(scope) && client.cache.wantedAt >= verdict.sv;
    }
    if (state.phase === 'dropping') return !client.cache.wanted.has(scope);
    if (state.phase !== 'complete' || state.cursor < verdict.sv) return false;
    return state.isLevel || flaw === 'finishedOnPartialPage';
  });
}

function localStep(client: Client, flaw: Flaw | null): Step | null {
  const { cache, outbox } = client;
  const finished = outbox.rows.find(
    (row) => row.state === 'applied' && row.verdict && isReached(client, row.verdict, flaw),
  );
  if (finished) return { client: { ...client, outbox: remove(outbox, finished.command.id) } };
  for (const [scope, state] of cache.scopes) {
    if (state.phase === 'dropping') {
      // With the scope goes the question about it: its answer must not be taken for one in the scope's next life.
      const asks = flaw === 'oldAnswerTaken' ? client.memory.asks : withoutKey(client.memory.asks, scope);
      const memory = { ...client.memory, asks };
      return { client: { ...client, memory, cache: dropSlice(cache, scope, ROOTS_PER_SLICE, flaw) } };
    }
    if (!cache.wanted.has(scope)) {
      return {
        client: { ...client, cache: applyPage(cache, scope, { rows: [], gone: [] }, { phase: 'dropping' }, flaw) },
      };
    }
  }
  for (const scope of cache.wanted) {
    if (cache.scopes.has(scope)) continue;
    const state: HeldScope = { phase: 'new', cursor: -1, below: null, isLevel: false };
    return { client: { ...client, cache: { ...cache, scopes: withEntry(cache.scopes, scope, state) } } };
  }
  if (cache.condemned.size > 0) return { client: { ...client, cache: sweepSlice(cache, ROOTS_PER_SLICE, flaw) } };
  return null;
}

function askStep(client: Client, now: number): Step | null {
  const { memory } = client;
  for (const [scope, state] of client.cache.scopes) {
    const open = memory.asks.get(scope);
    if (open !== undefined && now - open.at < ANSWER_WITHIN_MS) continue;
    const isBehind = (memory.needed.get(scope) ?? 0) > state.cursor || !state.isLevel;
    // Between two pages of a walk one pull, when something is known to have happened: the desk stays live meanwhile.
    const wantsPull =
      state.phase === 'complete'
        ? isBehind
        : state.phase === 'walking' && (memory.needed.get(scope) ?? 0) > state.cursor;
    const wantsWalk = state.phase === 'new' || state.phase === 'walking';
    if (!wantsPull && !wantsWalk) continue;
    const ask = memory.nextAsk;
    const what = wantsPull ? 'pull' : 'walk';
    const send: Up = wantsPull
      ? { say: 'pull', ask, scope, after: state.cursor }
      : { say: 'walk', ask, scope, below: state.phase === 'new' ? null : state.below };
    const asks = withEntry(memory.asks, scope, { ask, what, at: now } as const);
    return { client: { ...client, memory: { ...memory, nextAsk: ask + 1, asks } }, send };
  }
  return null;
}

/** The next command that may go out: first those that have a mid, in its order, then the oldest of each conversation. */
function nextCommand(client: Client, now: number, flaw: Flaw | null): OutboxRow | null {
  const { outbox, memory } = client;
  const isOnItsWay = (row: OutboxRow) => now - (memory.inFlight.get(row.command.id) ?? -Infinity) < ANSWER_WITHIN_MS;
  if (outbox.rows.filter(isOnItsWay).length >= COMMANDS_IN_FLIGHT) return null;
  const numbered = outbox.rows
    .filter((row) => row.state === 'queued' && row.mid !== null)
    .sort((a, b) => (a.mid ?? 0) - (b.mid ?? 0));
  for (const row of numbered) if (!isOnItsWay(row)) return row;
  const blocked = new Set<string>();
  for (const row of outbox.rows) {
    const { conversation } = row.command;
    if (row.state === 'applied') continue;
    const mayGo = row.state === 'queued' && row.mid === null && !blocked.has(conversation);
    if (mayGo) return row;
    // Waiting for its verdict or for a person: what was written after it in this conversation waits too.
    if (flaw !== 'manyInFlight' || row.state !== 'queued') blocked.add(conversation);
  }
  return null;
}

function pushStep(client: Client, now: number, flaw: Flaw | null): Step | null {
  for (const state of client.cache.scopes.values()) {
    if (state.phase === 'complete' && state.cursor < client.memory.upTo) return null;
  }
  const row = nextCommand(client, now, flaw);
  if (row === null) return null;
  // On disk before on the wire. A mid that was sent and forgotten would be given to another command.
  if (row.mid === null) return { client: { ...client, outbox: giveMid(client.outbox, row.command.id) } };
  const inFlight = withEntry(client.memory.inFlight, row.command.id, now);
  return {
    client: { ...client, memory: { ...client.memory, inFlight } },
    send: { say: 'submit', mid: row.mid, command: row.command },
  };
}

/** The next thing to do, or null when there is only waiting. Each step is at most one transaction and one message. */
export function nextStep(client: Client, now: number, isOnline: boolean, flaw: Flaw | null): Step | null {
  const local = localStep(client, flaw);
  if (local) return local;
  const { memory, outbox } = client;
  if (memory.phase === 'offline') {
    if (!isOnline || now - memory.since < RECONNECT_AFTER_MS) return null;
    const { clientId, nextMid } = outbox;
    const { agent, cache } = client;
    const send: Up = { say: 'hello', agent, clientId, run: memory.run, nextMid, epoch: cache.epoch };
    return { client: { ...client, memory: { ...memory, phase: 'greeting', since: now } }, connect: true, send };
  }
  if (memory.phase === 'greeting') {
    return now - memory.since > WELCOME_WITHIN_MS ? { client: hangUp(client, now) } : null;
  }
  if (now - memory.heardAt > SILENCE_MS) return { client: hangUp(client, now) };
  return askStep(client, now) ?? pushStep(client, now, flaw);
}
