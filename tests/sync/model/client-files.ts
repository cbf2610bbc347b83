/**
 * The two files of a device in the model: the cache, a disposable copy of what the server said, and the outbox, what
 * the agent wants. Each function is one transaction of one file and gives back the file after it.
 */
import type { Flaw } from './flaws.ts';
import { withEntry, withMember, withoutKey, withoutMember } from './persistent.ts';
import { conversationKey, keyOf, type Command, type Key, type Page, type Row, type Verdict } from './wire.ts';

export type HeldScope = {
  /** `dropping`: the right is gone, its rows go in slices. */
  readonly phase: 'new' | 'walking' | 'complete' | 'dropping';
  /** Everything up to here is known, apart from what the walk has not reached. */
  readonly cursor: number;
  /** Where the walk goes on downwards. */
  readonly below: number | null;
  /** The last answer said that there was no more. Without it `cursor` may stand in the middle of a change. */
  readonly isLevel: boolean;
};

export type Cache = {
  readonly epoch: string | null;
  /** The scopes that the server allows, and the age of that list. */
  readonly wanted: ReadonlySet<string>;
  readonly wantedAt: number;
  readonly scopes: ReadonlyMap<string, HeldScope>;
  readonly rows: ReadonlyMap<Key, Row>;
  /** For each root, the scopes that hold it. A conversation is held also by a message that came before it. */
  readonly held: ReadonlyMap<Key, ReadonlySet<string>>;
  /** Conversations that nobody holds any more and whose messages are still to be swept. */
  readonly condemned: ReadonlySet<string>;
};

/** A cache without anything. */
export const emptyCache: Cache = {
  epoch: null,
  wanted: new Set(),
  wantedAt: -1,
  scopes: new Map(),
  rows: new Map(),
  held: new Map(),
  condemned: new Set(),
};

/** Removes a scope's hold on a root, and the root when nobody else holds it. Its messages are left for the sweep. */
function release(cache: Cache, key: Key, scope: string): Cache {
  const holders = cache.held.get(key);
  if (!holders?.has(scope)) return cache;
  const left = withoutMember(holders, scope);
  if (left.size > 0) return { ...cache, held: withEntry(cache.held, key, left) };
  const id = key.slice('conversation:'.length);
  return {
    ...cache,
    held: withoutKey(cache.held, key),
    rows: withoutKey(cache.rows, key),
    condemned: key === conversationKey(id) ? withMember(cache.condemned, id) : cache.condemned,
  };
}

/** One page, frame or level of a scope, with the cursor that belongs to it: all or nothing. */
export function applyPage(
  cache: Cache,
  scope: string,
  page: Page,
  change: Partial<HeldScope>,
  flaw: Flaw | null,
): Cache {
  const state = cache.scopes.get(scope);
  if (state === undefined) return cache;
  let next: Cache = { ...cache, scopes: withEntry(cache.scopes, scope, { ...state, ...change }) };
  if (flaw !== 'goneIgnored') for (const key of page.gone) next = release(next, key, scope);
  if (page.rows.length === 0) return next;
  const rows = new Map(next.rows);
  const held = new Map(next.held);
  for (const row of page.rows) {
    const key = keyOf(row);
    const stored = rows.get(key);
    if (stored === undefined || row.sv > stored.sv || flaw === 'olderRowWins') rows.set(key, row);
    // Walks go newest first, so messages come before their conversation. If they did not hold it, another scope's
    // `gone` would find no holder and remove messages that this walk has already passed.
    const root = row.kind === 'message' ? conversationKey(row.conversation) : key;
    if (row.kind === 'message' && flaw === 'childHoldsNothing') continue;
    held.set(root, withMember(held.get(root), scope));
  }
  return { ...next, rows, held };
}

/** Removes up to `limit` roots of a scope that was lost; when none is left, the scope itself. */
export function dropSlice(cache: Cache, scope: string, limit: number, flaw: Flaw | null): Cache {
  const roots: Key[] = [];
  for (const [key, holders] of cache.held) {
    if (roots.length < limit && holders.has(scope)) roots.push(key);
  }
  if (roots.length === 0 || flaw === 'droppedScopeKept') return { ...cache, scopes: withoutKey(cache.scopes, scope) };
  return roots.reduce((next, key) => release(next, key, scope), cache);
}

/** Removes up to `limit` messages of conversations that nobody holds. One that is held again keeps what is left. */
export function sweepSlice(cache: Cache, limit: number, flaw: Flaw | null): Cache {
  const [id] = cache.condemned;
  if (id === undefined) return cache;
  const pardoned = { ...cache, condemned: withoutMember(cache.condemned, id) };
  if (cache.held.has(conversationKey(id)) || flaw === 'childrenStay') return pardoned;
  const rows = new Map(cache.rows);
  let removed = 0;
  for (const [key, row] of cache.rows) {
    if (row.kind !== 'message' || row.conversation !== id) continue;
    if (removed++ === limit) return { ...cache, rows };
    rows.delete(key);
  }
  return { ...pardoned, rows };
}

export type OutboxRow = {
  readonly command: Command;
  /** Given at first send; from then on the row cannot be edited or taken back. */
  readonly mid: number | null;
  /** Was given a mid at least once, perhaps under another client id: the server may have it. */
  readonly mayHaveBeenSent: boolean;
  readonly state: 'queued' | 'applied' | 'needsReview' | 'refused';
  readonly verdict: Verdict | null;
};

export type Outbox = {
  readonly clientId: string;
  readonly nextMid: number;
  /** The server's history that the mids and verdicts belong to. */
  readonly epoch: string | null;
  /** In the order of composing. */
  readonly rows: readonly OutboxRow[];
  readonly nextPosition: number;
};

/** An outbox without anything. */
export function emptyOutbox(clientId: string): Outbox {
  return { clientId, nextMid: 1, epoch: null, rows: [], nextPosition: 1 };
}

/** The agent pressed the key. */
export function compose(outbox: Outbox, command: Command, flaw: Flaw | null): Outbox {
  const isEarly = flaw === 'midOnCompose';
  const row: OutboxRow = {
    command,
    mid: isEarly ? outbox.nextMid : null,
    mayHaveBeenSent: false,
    state: 'queued',
    verdict: null,
  };
  return {
    ...outbox,
    rows: [...outbox.rows, row],
    nextPosition: outbox.nextPosition + 1,
    nextMid: outbox.nextMid + (isEarly ? 1 : 0),
  };
}

function change(outbox: Outbox, commandId: string, by: (row: OutboxRow) => OutboxRow): Outbox {
  return { ...outbox, rows: outbox.rows.map((row) => (row.command.id === commandId ? by(row) : row)) };
}

/** Takes the next mid for a command that is about to be sent for the first time. */
export function giveMid(outbox: Outbox, commandId: string): Outbox {
  const next = change(outbox, commandId, (row) => ({ ...row, mid: outbox.nextMid, mayHaveBeenSent: true }));
  return { ...next, nextMid: outbox.nextMid + 1 };
}

/** Stores what the server decided. */
export function settle(outbox: Outbox, verdict: Verdict): Outbox {
  return change(outbox, verdict.commandId, (row) => ({ ...row, state: verdict.outcome, verdict }));
}

/** Removes a command: finished, taken back or given up. */
export function remove(outbox: Outbox, commandId: string): Outbox {
  return { ...outbox, rows: outbox.rows.filter((row) => row.command.id !== commandId) };
}

/** "Send anyway": another command in the same place of the order, because the first one's verdict stands for ever. */
export function replace(outbox: Outbox, commandId: string, command: Command): Outbox {
  return change(outbox, commandId, () => ({
    command,
    mid: null,
    mayHaveBeenSent: false,
    state: 'queued',
    verdict: null,
  }));
}

/** The server lost a part of its history: what had no final answer, or whose effect has not come back, is sent again. */
export function startEpoch(outbox: Outbox, epoch: string, lastMid: number, flaw: Flaw | null): Outbox {
  const isOpen = (row: OutboxRow) =>
    row.state === 'queued' || (row.state === 'applied' && flaw !== 'acceptedKeptOverEpoch');
  const rows = outbox.rows.map(
    (row): OutboxRow => (isOpen(row) ? { ...row, mid: null, state: 'queued', verdict: null } : row),
  );
  return { ...outbox, epoch, nextMid: lastMid + 1, rows };
}

/** Another device speaks under this client id. Ids of commands stay, so nothing is applied twice. */
export function takeNewClientId(outbox: Outbox, clientId: string): Outbox {
  const rows = outbox.rows.map((row) => (row.state === 'queued' ? { ...row, mid: null } : row));
  return { ...outbox, clientId, nextMid: 1, rows };
}
