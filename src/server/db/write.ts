/**
 * The only way in which rows of the server change. One writer at a time per organisation: the organisation's row is
 * locked first, so `sv` grows without gaps in commit order and writers cannot wait for each other in a circle. What is
 * appended here, and nothing else, reaches the consoles.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { sql } from 'drizzle-orm';
import { type Clock, newId, type Random } from '../../shared/domain/clock.ts';
import type { Scope } from '../../shared/domain/scope.ts';
import type { SyncedKind } from '../../shared/domain/synced-kinds.ts';
import { GROWTH_CHANNEL, LARGEST_GROWTH } from '../feed/listen-for-growth.ts';
import { type FeedChange, settleFeed } from '../feed/settle-feed.ts';
import { rowsOf, type ServerDatabase, type Transaction } from './server-database.ts';

/** Time and chance of whoever writes. `random` must be fit for secrets in production. */
export type Source = { clock: Clock; random: Random };

/** What a function that writes is given. */
export type Writing = {
  /** The transaction. Everything that is read or written inside goes through it. */
  tx: Transaction;
  /** The time of this transaction in epoch ms: one time for all its rows. */
  now: number;
  /** A new UUIDv7 of this transaction's time. The caller names the brand. */
  newId<T = string>(): T;
  /** The next short number that people say on the telephone: `C-10001`. A rollback leaves a hole. */
  nextConversationNumber(): Promise<string>;
  /** Says that these rows were inserted or changed; may be called before or after, and more than once, in this transaction. */
  append(kind: SyncedKind, ids: readonly string[]): void;
  /** Says that these rows were deleted from their table: devices remove them. */
  remove(kind: SyncedKind, ids: readonly string[]): void;
  /** Says that whoever holds this scope must look again although none of its rows changed: a pin came or went. */
  touch(scope: Scope): void;
  /** Runs after the commit, never after a rollback. Must not throw. For telling this node, not for storing. */
  afterCommit(then: () => void): void;
  /** Gives the appended rows their `sv` now and says where they stand; done at the end anyway. For whoever must store the `sv`. */
  settle(): Promise<{ sv: number; scopes: Scope[] }>;
};

export type Written<T> = { result: T; sv: number; scopes: Scope[] };

export class NoOrganisation extends Error {
  override name = 'NoOrganisation';
  constructor() {
    super('The database has no organisation yet: call ensureOrganisation() first.');
  }
}

/** The last writer of each database in this node: the next one waits here and not in the database, so that one connection is enough. */
const lastWriter = new WeakMap<ServerDatabase, Promise<unknown>>();
const inside = new AsyncLocalStorage<{ isOpen: boolean }>();

/**
 * Runs `fn` in a transaction, settles what it appended, commits, and tells the listeners. An error rolls all back.
 * @throws NoOrganisation; whatever `fn` throws; an Error when called inside another `write()` of this node
 */
export async function write<T>(
  database: ServerDatabase,
  source: Source,
  fn: (w: Writing) => Promise<T>,
): Promise<Written<T>> {
  // Waiting for itself would never end; a name for the mistake is better than silence.
  if (inside.getStore()?.isOpen) throw new Error('write() inside write(): pass the Writing on instead');
  const before = lastWriter.get(database) ?? Promise.resolve();
  const mine = before.then(() => writeNow(database, source, fn));
  lastWriter.set(
    database,
    mine.catch(() => {}),
  );
  return await mine;
}

async function writeNow<T>(
  database: ServerDatabase,
  source: Source,
  fn: (w: Writing) => Promise<T>,
): Promise<Written<T>> {
  const afterwards: (() => void)[] = [];
  const guard = { isOpen: true };
  try {
    const written = await inside.run(guard, () =>
      database.orm.transaction((tx) => transact(database, tx, source, fn, afterwards)),
    );
    guard.isOpen = false;
    if (written.scopes.length > 0) database.hub.publish({ sv: written.sv, scopes: written.scopes });
    for (const then of afterwards) then();
    return written;
  } finally {
    guard.isOpen = false;
  }
}

async function transact<T>(
  database: ServerDatabase,
  tx: Transaction,
  source: Source,
  fn: (w: Writing) => Promise<T>,
  afterwards: (() => void)[],
): Promise<Written<T>> {
  const [organisation] = await rowsOf<{ sv: number }>(tx, sql`select sv from organisation for update`);
  if (!organisation) throw new NoOrganisation();
  let sv = organisation.sv;
  const scopes = new Set<Scope>();
  const pending = new Map<string, FeedChange>();

  function change(kind: SyncedKind, ids: readonly string[], gone: boolean): void {
    for (const id of ids) pending.set(`${kind}:${id}`, { kind, id, gone });
  }
  async function settle(): Promise<{ sv: number; scopes: Scope[] }> {
    if (pending.size > 0) {
      const changes = [...pending.values()];
      pending.clear();
      const settled = await settleFeed(tx, changes, sv);
      sv = settled.sv;
      for (const scope of settled.scopes) scopes.add(scope);
      await tx.execute(sql`update organisation set sv = ${sv}::bigint`);
    }
    return { sv, scopes: [...scopes] };
  }

  const now = source.clock.now();
  const result = await fn({
    tx,
    now,
    newId: <T>() => newId({ now: () => now }, source.random) as T,
    nextConversationNumber: async () => {
      const [row] = await rowsOf<{ number: number }>(tx, sql`select nextval('conversation_number_seq')::int as number`);
      return `C-${row?.number}`;
    },
    append: (kind, ids) => change(kind, ids, false),
    remove: (kind, ids) => change(kind, ids, true),
    touch: (scope) => scopes.add(scope),
    afterCommit: (then) => afterwards.push(then),
    settle,
  });
  const settled = await settle();
  if (database.engine === 'postgresql' && settled.scopes.length > 0) {
    const named = JSON.stringify({ sv, scopes: settled.scopes });
    const growth = named.length <= LARGEST_GROWTH ? named : JSON.stringify({ sv, scopes: null });
    // Delivered by PostgreSQL at the commit, so no other node hears of rows that it cannot read yet.
    await tx.execute(sql`select pg_notify(${GROWTH_CHANNEL}, ${growth})`);
  }
  return { result, ...settled };
}
