/**
 * The real server's sync and dispatch on one PGlite, made so that it can be killed at any statement or commit, started
 * again, and put back to an older copy of its rows. What it says goes over the sockets of `sockets.ts`, what it sends to
 * customers to `fake-provider.ts`.
 */
import { sql } from 'drizzle-orm';
import type { Random } from '../../../src/shared/domain/clock.ts';
import { commandTable } from '../../../src/server/commands.ts';
import { conversationChanges } from '../../../src/server/conversations/conversation-changes.ts';
import { rowsOf, type ServerDatabase } from '../../../src/server/db/server-database.ts';
import { type Source, write, type Writing } from '../../../src/server/db/write.ts';
import { createDispatcher } from '../../../src/server/dispatch/dispatcher.ts';
import { createFeedHub } from '../../../src/server/feed/feed-hub.ts';
import { createLog } from '../../../src/server/log/log.ts';
import { createMetrics } from '../../../src/server/metrics/metrics.ts';
import type { Sessions } from '../../../src/server/session/sessions.ts';
import { openSyncGateway } from '../../../src/server/sync/sync-gateway.ts';
import type { FakeProvider } from './fake-provider.ts';
import { type FileMemory, openUploadDoor, type UploadDoor } from './upload-door.ts';
import { deleteEverything, tablesOf, workingOf } from './one-database.ts';
import type { SimTime } from './sim-time.ts';
import type { Sockets } from './sockets.ts';

class ServerKilled extends Error {
  override name = 'ServerKilled';
}

export type ServerDeath = { at: 'statement' | 'commit'; after: number; isStored: boolean };

/** What PostgreSQL answers when there is no room. */
class DiskFull extends Error {
  override name = 'DiskFull';
  readonly code = '53100';
}

/** How often the durable job looks for what waits to be sent, in ms. */
const SWEEP_EVERY_MS = 30_000;

/** Rows of every table as text, by table. */
export type ServerCopy = ReadonlyMap<string, string>;

export type MortalServer = {
  readonly source: Source;
  /** The life that stands now, to write with as the product's own features do. Rejects when it dies meanwhile. */
  run<T>(fn: (w: Writing) => Promise<T>): Promise<T>;
  /** Reads without any life. */
  read<T extends Record<string, unknown>>(text: string): Promise<T[]>;
  /** Dies before its n-th statement from now, or at its n-th commit: that transaction is lost, or stored and nobody told. */
  letDie(death: ServerDeath): void;
  /** While its disk is full no change is committed. */
  fillDisk(isFull: boolean): void;
  /** Takes back what `letDie` and `fillDisk` said. */
  spare(): void;
  /** Ends this life and begins the next on the same database. */
  restart(): void;
  /** Asks the door for files of the life that stands now. Rejects when it dies meanwhile. */
  upload: UploadDoor['ask'];
  /** Database calls and requests under way. */
  working(): number;
  takeCopy(): Promise<ServerCopy>;
  /** Puts all rows back and begins a new epoch, as after a restore. */
  restore(copy: ServerCopy): Promise<void>;
  stop(): void;
};

/** Whose access token this is: tokens of a simulation are `agentId_clientId`. */
const sessions = {
  findByAccessToken: async (token: string) => {
    const [agentId = '', clientId = ''] = token.split('_');
    return { sessionId: `session of ${clientId}`, agentId, clientId };
  },
  standing: async (ids: readonly string[]) => new Set(ids),
  onEnded: () => () => undefined,
} as unknown as Sessions;

/** What drizzle begins a statement with. */
const STATEMENTS = new Set<string | symbol>(['execute', 'select', 'selectDistinct', 'insert', 'update', 'delete']);

/** @param onDeath called when a life ends by itself, so that its sockets and timers can be taken away */
export function startServer(
  database: ServerDatabase,
  world: { time: SimTime; sockets: Sockets; random: Random; provider: FakeProvider; files: FileMemory },
  onDeath: () => void,
): MortalServer {
  const source: Source = { clock: world.time.clock, random: world.random };
  let dying: ServerDeath | null = null;
  let isDiskFull = false;
  let current = begin();

  function begin(): { mortal: ServerDatabase; life: { isDead: boolean }; uploads: UploadDoor } {
    const life = { isDead: false };
    const mortal: ServerDatabase = { ...database, hub: createFeedHub(), orm: mortalOrm(life) };
    const changes = conversationChanges();
    const dispatcher = createDispatcher({
      database: mortal,
      source,
      changes,
      log: createLog('silent'),
      channelOf: world.provider.channelOf,
      files: world.files,
      later: world.time.scheduleOf('server').after,
    });
    const sweep = () => void dispatcher.sweep().catch(() => undefined);
    setInterval(sweep, SWEEP_EVERY_MS);
    sweep();
    openSyncGateway({
      database: mortal,
      source,
      log: createLog('silent'),
      metrics: createMetrics(),
      sockets: world.sockets.server as Parameters<typeof openSyncGateway>[0]['sockets'],
      sessions,
      commands: commandTable(changes, dispatcher.wake),
      channelOf: world.provider.channelOf,
      tellChannel: () => undefined,
    });
    return { mortal, life, uploads: openUploadDoor(mortal, source, world.files, sessions) };
  }

  /** Everything passes through to the database, but a dead server asks and commits nothing more. */
  function mortalOrm(life: { isDead: boolean }): ServerDatabase['orm'] {
    const transaction: ServerDatabase['orm']['transaction'] = async (work, config) => {
      const isReading = config?.accessMode === 'read only';
      const value = await database.orm.transaction(async (tx) => {
        standing(life);
        const outcome = await work(mortal(tx, life));
        if (!isReading && isDiskFull) throw new DiskFull('could not extend file: No space left on device');
        if (!isReading && isDying('commit', false)) die(life);
        standing(life);
        return outcome;
      }, config);
      if (!isReading && isDying('commit', true)) die(life);
      standing(life);
      return value;
    };
    return new Proxy(mortal(database.orm, life), {
      get: (orm, name, receiver) =>
        name === 'transaction' ? transaction : (Reflect.get(orm, name, receiver) as unknown),
    });
  }

  /** Before each statement the server may be dead already, or die. */
  function mortal<T extends object>(queries: T, life: { isDead: boolean }): T {
    return new Proxy(queries, {
      get(target, name, receiver) {
        if (STATEMENTS.has(name)) {
          if (isDying('statement', false)) die(life);
          standing(life);
        }
        return Reflect.get(target, name, receiver) as unknown;
      },
    });
  }

  function standing(life: { isDead: boolean }): void {
    if (life.isDead) throw new ServerKilled();
  }

  function isDying(at: ServerDeath['at'], isStored: boolean): boolean {
    if (dying?.at !== at || dying.isStored !== isStored) return false;
    return dying.after-- <= 0;
  }

  function die(life: { isDead: boolean }): void {
    dying = null;
    life.isDead = true;
    onDeath();
  }

  return {
    source,
    run: async (fn) => (await write(current.mortal, source, fn)).result,
    read: async (text) => (await database.execute(text)).rows as never,
    letDie: (death) => (dying = death.at === 'statement' ? { ...death, isStored: false } : { ...death }),
    fillDisk: (isFull) => (isDiskFull = isFull),
    spare() {
      dying = null;
      isDiskFull = false;
    },
    restart() {
      current.life.isDead = true;
      dying = null;
      current = begin();
    },
    upload: (request) => current.uploads.ask(request),
    working: () => workingOf(database) + current.uploads.open(),
    async takeCopy() {
      const copy = new Map<string, string>();
      for (const name of await tablesOf(database)) {
        const [row] = await rowsOf<{ rows: string | null }>(
          database.orm,
          sql`select json_agg(t)::text as rows from ${sql.identifier(name)} t`,
        );
        copy.set(name, row?.rows ?? '[]');
      }
      return copy;
    },
    async restore(copy) {
      await deleteEverything(database);
      await database.orm.transaction(async (tx) => {
        // Rows come back in no particular order, so references are checked by what the copy was: consistent.
        await tx.execute(sql`set local session_replication_role = replica`);
        for (const [name, rows] of copy) {
          const table = sql.identifier(name);
          await tx.execute(
            sql`insert into ${table} select * from json_populate_recordset(null::${table}, ${rows}::json)`,
          );
        }
        await tx.execute(sql`update organisation set epoch = gen_random_uuid()`);
      });
    },
    stop: () => (current.life.isDead = true),
  };
}
