/**
 * The one door to SQLite: opens an encrypted file and gives out a Reader. The connection itself never leaves this
 * folder, so nothing but `write.ts` can change a file. Decides nothing about damage or age; that is `open-db.ts`.
 */
import Database from 'better-sqlite3';
import { unlock } from './unlock.ts';

export type Value = string | number | bigint | null | Uint8Array;

declare const reads: unique symbol;
declare const writes: unique symbol;

/** Reads one file. Refuses every statement that would change it. `T` is the caller's word for the columns it selects. */
export type Reader = {
  readonly [reads]: true;
  /** Every row as an object by column name. */
  all<T>(sql: string, ...values: Value[]): T[];
  /** The first row, or undefined. */
  get<T>(sql: string, ...values: Value[]): T | undefined;
  /** Every row as an array in the order of the columns: what the row codec reads. */
  rows(sql: string, ...values: Value[]): unknown[][];
  /** First column of the first row, or undefined. */
  value<T extends Value>(sql: string, ...values: Value[]): T | undefined;
  /** First column of every row. */
  column<T extends Value>(sql: string, ...values: Value[]): T[];
};

/** Changes one file, inside the transaction of `write()` and only there. */
export type Writer = Reader & {
  readonly [writes]: true;
  /** Number of rows changed, and the rowid of the last insert. */
  run(sql: string, ...values: Value[]): { changes: number; lastRowid: number };
};

export type DbFile = {
  readonly path: string;
  readonly reader: Reader;
  /** Makes topics stale in every window; called by `write()` after the commit. */
  readonly announce: (topics: Iterable<string>) => void;
  readonly close: () => void;
};

/** How much a crash may lose: `full` = nothing that was answered, `normal` = the last moments of a copy. */
export type Durability = 'full' | 'normal';

/** Pages of one file kept in memory, in KiB. An inbox of 50,000 conversations with its indices fits. */
const CACHE_KIB = 32 * 1024;

/** Bytes that the write-ahead log is cut back to after a large change was taken over into the file. */
const MOST_JOURNAL = 16 * 1024 * 1024;
/** Pages in the log of a copy before they are taken over: with SQLite's 1,000 a first download writes its indices twice as often. */
const PAGES_BEFORE_TAKEN_OVER = 4_000;

const connections = new WeakMap<DbFile, Database.Database>();
const writers = new WeakMap<DbFile, Writer>();

/**
 * Opens (and makes, when absent) an encrypted file. Throws a SqliteError when the key does not fit or the file is not
 * a database.
 * @param key 64 hex digits
 * @param path a file, or `:memory:`
 */
export function openFile(
  path: string,
  key: string,
  durability: Durability,
  announce: (topics: Iterable<string>) => void,
): DbFile {
  if (!/^[0-9a-f]{64}$/i.test(key)) throw new Error('the key of the local files must be 64 hex digits');
  const connection = new Database(path);
  try {
    unlock(connection, path, key);
    connection.pragma(`cache_size = -${CACHE_KIB}`);
    // Only works before the first table is made; later it changes nothing, but flushes the disk all the same (7 ms).
    if (connection.pragma('page_count', { simple: true }) === 0) connection.pragma('auto_vacuum = INCREMENTAL');
    connection.pragma('journal_mode = WAL');
    // What is deleted is overwritten where that needs no page more; without it the words would stand in the gaps of pages.
    connection.pragma('secure_delete = FAST');
    connection.pragma(`journal_size_limit = ${MOST_JOURNAL}`);
    connection.pragma(`synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`);
    if (durability === 'normal') connection.pragma(`wal_autocheckpoint = ${PAGES_BEFORE_TAKEN_OVER}`);
    connection.pragma('busy_timeout = 5000');
    connection.prepare('select count(*) from sqlite_master').get();
  } catch (error) {
    connection.close();
    throw error;
  }
  const writer = makeWriter(connection);
  const file: DbFile = {
    path,
    reader: makeReader(connection),
    announce,
    close: () => connection.close(),
  };
  connections.set(file, connection);
  writers.set(file, writer);
  return file;
}

/** The connection behind a file, for `migrate.ts` and `write.ts`. */
export function connectionOf(file: DbFile): { connection: Database.Database; writer: Writer } {
  const connection = connections.get(file);
  const writer = writers.get(file);
  if (!connection || !writer) throw new Error(`not a file that was opened here: ${file.path}`);
  return { connection, writer };
}

/** A file that opens but whose inside is not what it should be. */
export class DamagedFileError extends Error {}

/** Code of a SQLite error (`SQLITE_CORRUPT` …), or null when the error is something else. */
export function sqliteCode(error: unknown): string | null {
  return error instanceof Database.SqliteError ? error.code : null;
}

/** Whether an error says that the file itself is damaged or not ours, so that it must be set aside. */
export function isDamage(error: unknown): boolean {
  if (error instanceof DamagedFileError) return true;
  const code = sqliteCode(error) ?? '';
  // A page whose authentication code does not fit is reported as NOTADB or CORRUPT, depending on where it is met.
  return code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB') || code === 'SQLITE_IOERR_SHORT_READ';
}

/**
 * Whether an error says that the disk has no room left. The shared memory of the write-ahead log is grown by writing to
 * it, so a full disk is met there under another name than at a page.
 */
export function isDiskFull(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE';
}

type Prepare = (sql: string, shape: 'objects' | 'arrays') => Database.Statement;

/** Statements are prepared once for each text and shape: a reader asks the same thing again and again. */
function statements(connection: Database.Database, mayWrite: boolean): Prepare {
  const known = { objects: new Map<string, Database.Statement>(), arrays: new Map<string, Database.Statement>() };
  return (sql, shape) => {
    const found = known[shape].get(sql);
    if (found) return found;
    const statement = connection.prepare(sql);
    if (!mayWrite && !statement.readonly) throw new Error('a Reader cannot change a file: use write()');
    if (shape === 'arrays') statement.raw(true);
    known[shape].set(sql, statement);
    return statement;
  };
}

function readsWith(prepare: Prepare): Omit<Reader, typeof reads> {
  return {
    all: <T>(sql: string, ...values: Value[]) => prepare(sql, 'objects').all(...values) as T[],
    get: <T>(sql: string, ...values: Value[]) => prepare(sql, 'objects').get(...values) as T | undefined,
    rows: (sql, ...values) => prepare(sql, 'arrays').all(...values) as unknown[][],
    value: <T extends Value>(sql: string, ...values: Value[]) =>
      (prepare(sql, 'arrays').get(...values) as T[] | undefined)?.[0],
    column: <T extends Value>(sql: string, ...values: Value[]) =>
      (prepare(sql, 'arrays').all(...values) as [T][]).map((row) => row[0]),
  };
}

function makeReader(connection: Database.Database): Reader {
  return readsWith(statements(connection, false)) as Reader;
}

function makeWriter(connection: Database.Database): Writer {
  const prepare = statements(connection, true);
  const writer = {
    ...readsWith(prepare),
    run: (sql: string, ...values: Value[]) => {
      const { changes, lastInsertRowid } = prepare(sql, 'objects').run(...values);
      return { changes, lastRowid: Number(lastInsertRowid) };
    },
  };
  return writer as Writer;
}
