/**
 * What this device holds and how far it has come in each scope: the table `scope` with a copy in memory. Moves no rows.
 * A cursor is written in the transaction of the rows that it speaks for.
 */
import type { Scope } from '../../../shared/domain/scope.ts';
import type { DbFile, Writer } from '../db/connection.ts';
import { onRollback, write } from '../db/write.ts';
import { dropAsideRowsOf } from './set-aside.ts';

export type ScopeState = {
  n: number;
  name: Scope;
  /** `walking`: first reading, or reading again; `complete`: the cursor counts; `dropping`: rows are being let go. */
  state: 'walking' | 'complete' | 'dropping';
  /** The cursor; null until the walk is complete. */
  sv: number | null;
  ceiling: number | null;
  below: number | null;
  walked: number;
  /** Rows still to come by what was last heard. Above 0 in a complete scope: a catch-up is under way. */
  remaining: number | null;
  /** While true, rows that come are noted as seen; what was not seen is let go when the walk is complete. */
  isResync: boolean;
  /** Boundary of the walk in server epoch ms: older messages and calls were left out. Null: everything is read. */
  since: number | null;
  /**
   * `new` until the walk and the catch-up after it are done: what is here of a conversation may be a part. Then `filled`
   * when the scope has brought everything, until the absences that it has filled are taken away; then `settled`.
   */
  claim: 'new' | 'filled' | 'settled';
  /** Grows when the scope is dropped or begun again: an answer to a question of an earlier life is not taken. */
  life: number;
};

/** Order of reading: what the desk cannot do without comes first, then the order in which the server named them. */
const FIRST = ['settings:', 'directory:', 'mine:'];

export type ScopeChange = Partial<Omit<ScopeState, 'n' | 'name' | 'life'>>;

export type Scopes = {
  find(name: string): ScopeState | undefined;
  /** Those that this device shall hold, most urgent first. */
  list(): ScopeState[];
  dropping(): ScopeState[];
  /** Changes one scope inside a transaction on `cache.db`. The copy in memory changes at once, and back when that fails. */
  put(writer: Writer, scope: ScopeState, change: ScopeChange): void;
  forget(writer: Writer, scope: ScopeState): void;
  add(names: readonly Scope[]): void;
  drop(names: readonly string[]): void;
  /** Begins a walk again that shall leave out what is older than `since`. */
  bound(scope: ScopeState, since: number): void;
  /** Reads a scope again from the top; what it does not meet is let go. The rows stay readable meanwhile. */
  resync(scopes: readonly ScopeState[]): void;
};

/** Reads the table and keeps it in step. */
export function openScopes(cache: DbFile): Scopes {
  const known = new Map<string, ScopeState>();
  type Stored = Omit<ScopeState, 'isResync' | 'life'> & { isResync: number };
  for (const row of cache.reader.all<Stored>(
    'select n, name, state, sv, ceiling, below, walked, remaining, is_resync as isResync, since, claim from scope order by n',
  )) {
    known.set(row.name, { ...row, isResync: row.isResync === 1, life: 0 });
  }

  function put(writer: Writer, scope: ScopeState, change: ScopeChange): void {
    // Not `life`: that an answer is out of date stays true.
    const { life: _, ...before } = scope;
    onRollback(writer, () => Object.assign(scope, before));
    Object.assign(scope, change);
    if (scope.claim === 'new' && scope.state === 'complete' && scope.remaining === 0)
      scope.claim = scope.since === null ? 'filled' : 'settled';
    writer.run(
      `update scope set state = ?, sv = ?, ceiling = ?, below = ?, walked = ?, remaining = ?, is_resync = ?, since = ?,
         claim = ? where n = ?`,
      scope.state,
      scope.sv,
      scope.ceiling,
      scope.below,
      scope.walked,
      scope.remaining,
      scope.isResync ? 1 : 0,
      scope.since,
      scope.claim,
      scope.n,
    );
  }

  function beginAgain(writer: Writer, scope: ScopeState): void {
    scope.life += 1;
    writer.run('delete from seen where scope_n = ?', scope.n);
    dropAsideRowsOf(writer, scope.n);
    put(writer, scope, {
      state: 'walking',
      sv: null,
      ceiling: null,
      below: null,
      walked: 0,
      remaining: null,
      isResync: true,
      since: null,
      claim: 'new',
    });
  }

  return {
    find: (name) => known.get(name),
    list: () =>
      [...known.values()]
        .filter(({ state }) => state !== 'dropping')
        .sort((a, b) => rank(a.name) - rank(b.name) || a.n - b.n),
    dropping: () => [...known.values()].filter(({ state }) => state === 'dropping'),
    put,
    forget(writer, scope) {
      writer.run('delete from seen where scope_n = ?', scope.n);
      dropAsideRowsOf(writer, scope.n);
      writer.run('delete from scope where n = ?', scope.n);
      known.delete(scope.name);
      onRollback(writer, () => known.set(scope.name, scope));
    },
    add(names) {
      write(cache, (writer) => {
        for (const name of names) {
          const before = known.get(name);
          // It was on its way out: some of its rows may be gone already, so it is read again from the top.
          if (before?.state === 'dropping') beginAgain(writer, before);
          if (before) continue;
          const { lastRowid } = writer.run(
            "insert into scope (name, state, walked, is_resync, claim) values (?, 'walking', 0, 0, 'new')",
            name,
          );
          onRollback(writer, () => known.delete(name));
          known.set(name, {
            n: lastRowid,
            name,
            state: 'walking',
            sv: null,
            ceiling: null,
            below: null,
            walked: 0,
            remaining: null,
            isResync: false,
            since: null,
            claim: 'new',
            life: 0,
          });
        }
      });
    },
    drop(names) {
      const going = names.flatMap((name) => known.get(name) ?? []).filter(({ state }) => state !== 'dropping');
      if (going.length === 0) return;
      write(cache, (writer) => {
        for (const scope of going) {
          scope.life += 1;
          put(writer, scope, { state: 'dropping', sv: null, isResync: false });
        }
      });
    },
    bound(scope, since) {
      write(cache, (writer) => put(writer, scope, { since, ceiling: null, below: null, walked: 0 }));
    },
    resync(scopes) {
      write(cache, (writer) => {
        for (const scope of scopes) if (scope.state !== 'dropping') beginAgain(writer, scope);
      });
    },
  };
}

function rank(name: Scope): number {
  const at = FIRST.findIndex((prefix) => name.startsWith(prefix));
  return at === -1 ? FIRST.length : at;
}
