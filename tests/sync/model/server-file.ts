/**
 * The server's database in the model: rows, the feed that tells each scope what became of them, and what was decided
 * about each command. One function, `commit`, changes it; every call is one transaction of the one writer.
 */
import type { Flaw } from './flaws.ts';
import { withEntry } from './persistent.ts';
import {
  conversationKey,
  keyOf,
  type Conversation,
  type Key,
  type Message,
  type Page,
  type Row,
  type Verdict,
} from './wire.ts';

export type Entry = { readonly sv: number; readonly gone: boolean };
export type Feed = ReadonlyMap<string, ReadonlyMap<Key, Entry>>;

export type ServerFile = {
  readonly epoch: string;
  readonly sv: number;
  /** Gone entries up to here were forgotten: a cursor below it cannot be served. */
  readonly horizon: number;
  readonly rows: ReadonlyMap<Key, Row>;
  readonly feed: Feed;
  readonly rights: ReadonlyMap<string, ReadonlySet<string>>;
  readonly lastMids: ReadonlyMap<string, number>;
  /** Which command used a mid, by `clientId/mid`. Read only by a flaw: verdicts are looked up by command. */
  readonly midOwners: ReadonlyMap<string, string>;
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** For the checks: how often each command had its effect. */
  readonly effects: ReadonlyMap<string, number>;
};

/** A row before the server has numbered it. */
export type NewRow = Row extends infer R ? (R extends Row ? Omit<R, 'sv'> : never) : never;

export type Change = {
  readonly put?: readonly NewRow[];
  readonly remove?: readonly Conversation[];
  readonly rights?: ReadonlyMap<string, ReadonlySet<string>>;
};

/** An organisation with nothing in it. */
export function emptyServerFile(epoch: string, rights: ServerFile['rights']): ServerFile {
  return {
    epoch,
    sv: 0,
    horizon: 0,
    rows: new Map(),
    feed: new Map(),
    rights,
    lastMids: new Map(),
    midOwners: new Map(),
    verdicts: new Map(),
    effects: new Map(),
  };
}

/** The scopes in which a row stands now. A message stands where its conversation stands. */
export function scopesOf(row: NewRow, rows: ServerFile['rows']): string[] {
  if (row.kind === 'customer') return ['directory', `customer:${row.id}`];
  const conversation = row.kind === 'conversation' ? row : rows.get(conversationKey(row.conversation));
  if (conversation?.kind !== 'conversation') return [];
  const scopes = [`queue:${conversation.queue}`, `customer:${conversation.customer}`];
  if (conversation.assignee !== null) scopes.push(`mine:${conversation.assignee}`);
  return scopes;
}

/** The messages of a conversation in their order. */
export function messagesOf(rows: ServerFile['rows'], conversationId: string): Message[] {
  const found: Message[] = [];
  for (const row of rows.values()) if (row.kind === 'message' && row.conversation === conversationId) found.push(row);
  return found.sort((a, b) => a.seq - b.seq);
}

/** One transaction. Gives the new file and the scopes that have something to say. */
export function commit(
  file: ServerFile,
  change: Change,
  flaw: Flaw | null,
): { file: ServerFile; touched: ReadonlySet<string> } {
  let sv = file.sv;
  const only = file.sv + 1;
  const next = () => (flaw === 'oneSvPerCommit' ? (sv = only) : ++sv);
  const rows = new Map(file.rows);
  const feed = new Map<string, Map<Key, Entry>>();
  const feedOf = (scope: string) => {
    let entries = feed.get(scope);
    if (entries === undefined) feed.set(scope, (entries = new Map(file.feed.get(scope))));
    return entries;
  };
  const leave = (scope: string, conversation: { id: string }, at: number) => {
    if (flaw !== 'goneNotWritten') feedOf(scope).set(conversationKey(conversation.id), { sv: at, gone: true });
    else feedOf(scope).delete(conversationKey(conversation.id));
    // The children's entries go without trace: whoever hears that the conversation is gone removes them with it.
    for (const child of messagesOf(rows, conversation.id)) feedOf(scope).delete(keyOf(child));
  };
  for (const unnumbered of change.put ?? []) {
    const key = keyOf(unnumbered);
    const before = rows.get(key);
    const was = before === undefined ? [] : scopesOf(before, rows);
    const row = { ...unnumbered, sv: next() } as Row;
    rows.set(key, row);
    const stands = scopesOf(row, rows);
    for (const scope of stands) feedOf(scope).set(key, { sv: row.sv, gone: false });
    if (row.kind !== 'conversation') continue;
    for (const scope of was) if (!stands.includes(scope)) leave(scope, row, row.sv);
    const entered = stands.filter((scope) => !was.includes(scope));
    if (before === undefined || entered.length === 0 || flaw === 'childrenNotFed') continue;
    // New numbers for the entries of the entered scopes only. Numbering the rows again would be right too, but every
    // assignment would then send the whole thread once more to the whole queue.
    for (const child of messagesOf(rows, row.id)) {
      const at = next();
      for (const scope of entered) feedOf(scope).set(keyOf(child), { sv: at, gone: false });
    }
  }
  for (const conversation of change.remove ?? []) {
    const at = next();
    for (const scope of scopesOf(conversation, rows)) leave(scope, conversation, at);
    for (const child of messagesOf(rows, conversation.id)) rows.delete(keyOf(child));
    rows.delete(keyOf(conversation));
  }
  // A change of rights uses a number, so that two lists of scopes can be told apart by age.
  if (change.rights !== undefined) next();
  return {
    file: { ...file, sv, rows, feed: new Map([...file.feed, ...feed]), rights: change.rights ?? file.rights },
    touched: new Set(feed.keys()),
  };
}

/** Forgets gone entries up to `horizon`. Uses no number: nothing changes for those who are above it. */
export function forgetGone(file: ServerFile, horizon: number): ServerFile {
  let feed = file.feed;
  for (const [scope, entries] of file.feed) {
    const kept = new Map([...entries].filter(([, entry]) => !(entry.gone && entry.sv <= horizon)));
    if (kept.size !== entries.size) feed = withEntry(feed, scope, kept);
  }
  return { ...file, feed, horizon: Math.max(file.horizon, horizon) };
}

function pageOf(file: ServerFile, entries: readonly (readonly [Key, Entry])[]): Page {
  const rows: Row[] = [];
  const gone: Key[] = [];
  for (const [key, entry] of entries) {
    const row = file.rows.get(key);
    if (entry.gone) gone.push(key);
    else if (row !== undefined) rows.push(row);
  }
  return { rows, gone };
}

/** What changed in a scope after a number, oldest first. */
export function readSince(
  file: ServerFile,
  scope: string,
  after: number,
  limit: number,
): { page: Page; to: number; more: boolean } {
  const found = [...(file.feed.get(scope) ?? [])]
    .filter(([, entry]) => entry.sv > after)
    .sort((a, b) => a[1].sv - b[1].sv);
  const cut = found.slice(0, limit);
  const more = found.length > limit;
  return { page: pageOf(file, cut), to: more ? (cut.at(-1)?.[1].sv ?? file.sv) : file.sv, more };
}

/** What stands in a scope below a number, newest first. */
export function readDownwards(
  file: ServerFile,
  scope: string,
  below: number | null,
  limit: number,
): { page: Page; ceiling: number; below: number | null } {
  const found = [...(file.feed.get(scope) ?? [])]
    .filter(([, entry]) => !entry.gone && entry.sv < (below ?? Infinity))
    .sort((a, b) => b[1].sv - a[1].sv);
  const cut = found.slice(0, limit);
  return {
    page: pageOf(file, cut),
    ceiling: file.sv,
    below: found.length > limit ? (cut.at(-1)?.[1].sv ?? null) : null,
  };
}

/** The last number in a scope. Not less than the horizon, because what stood between may have been forgotten. */
export function latestIn(file: ServerFile, scope: string, flaw: Flaw | null): number {
  let latest = flaw === 'levelForgetsHorizon' ? 0 : file.horizon;
  for (const entry of file.feed.get(scope)?.values() ?? []) latest = Math.max(latest, entry.sv);
  return latest;
}
