/**
 * What the files of all simulated devices stand on: a process that dies at any statement or commit, a disk that is full.
 * Stands in the way of every connection that the core opens; `original` goes past it, for whoever only looks.
 */
import Database from 'better-sqlite3';

class CoreKilled extends Error {
  override name = 'CoreKilled';
}

/** The end of a process: before its n-th statement from now, or before (`isStored`: right after) its n-th commit. */
export type Death = { at: 'statement' | 'commit'; after: number; isStored: boolean; kill: () => void };

const statement = Object.getPrototypeOf(new Database(':memory:').prepare('select 1')) as Database.Statement;
export const original = {
  pragma: Database.prototype.pragma,
  exec: Database.prototype.exec,
  close: Database.prototype.close,
};
const originalRun = statement.run;

/** Connections of the core that are open. */
const open = new Set<Database.Database>();
const dying = new Map<string, Death>();
/** Folders on a full disk, and how many more statements or commits it takes. */
const full = new Map<string, { after: number }>();

function ofFolder<T>(all: ReadonlyMap<string, T>, path: string): [string, T] | undefined {
  for (const entry of all) if (path.startsWith(`${entry[0]}/`)) return entry;
  return undefined;
}

/** Before a statement or commit: the disk may refuse it, or the process may be gone. */
function meetFate(path: string, at: Death['at'], finish: () => void): void {
  const disk = ofFolder(full, path)?.[1];
  if (disk && disk.after-- <= 0) throw new Database.SqliteError('database or disk is full', 'SQLITE_FULL');
  const [folder, death] = ofFolder(dying, path) ?? [];
  if (folder === undefined || death?.at !== at || death.after-- > 0) return finish();
  dying.delete(folder);
  if (at === 'commit' && death.isStored) finish();
  death.kill();
  throw new CoreKilled();
}

/** Watches every connection of this process; the function it gives back ends that. */
export function watchConnections(): () => void {
  Database.prototype.pragma = function pragma(this: Database.Database, ...values: Parameters<typeof original.pragma>) {
    open.add(this);
    return original.pragma.apply(this, values);
  };
  Database.prototype.close = function close(this: Database.Database) {
    open.delete(this);
    return original.close.apply(this);
  };
  Database.prototype.exec = function exec(this: Database.Database, source: string) {
    // To give up what was done needs neither room nor luck.
    if (source === 'rollback') return original.exec.call(this, source);
    meetFate(this.name, source === 'commit' ? 'commit' : 'statement', () => void original.exec.call(this, source));
    return this;
  };
  statement.run = function run(this: Database.Statement, ...values: unknown[]) {
    let result: Database.RunResult = { changes: 0, lastInsertRowid: 0 };
    meetFate(this.database.name, 'statement', () => (result = originalRun.apply(this, values)));
    return result;
  };
  return () => {
    Object.assign(Database.prototype, original);
    statement.run = originalRun;
    dying.clear();
    full.clear();
  };
}

/** Closes what a process in a folder has open, as its end does. */
export function closeAll(folder: string): void {
  dying.delete(folder);
  for (const connection of open) if (connection.name.startsWith(`${folder}/`)) connection.close();
}

/** Lets the process in a folder die; null takes that back. */
export function letDie(folder: string, death: Death | null): void {
  if (death === null) dying.delete(folder);
  else dying.set(folder, death);
}

/** From the n-th statement or commit on the disk of a folder refuses every change; null makes room again. */
export function fillDisk(folder: string, after: number | null): void {
  if (after === null) full.delete(folder);
  else full.set(folder, { after });
}
