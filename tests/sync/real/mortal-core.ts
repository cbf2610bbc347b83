/**
 * The real core on real encrypted files, made so that it can be killed before or after any commit of any of its files,
 * thrown back to an older cache by a power cut, and copied with its disk. Is spoken to as a window speaks to it.
 */
import { cpSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { type Core, startCore } from '../../../src/main/core/core.ts';
import { type ConsoleApi, consoleContract } from '../../../src/shared/console-api.ts';
import { connectConsole } from '../../../src/shared/console-client.ts';
import type { Frame, FramePort } from '../../../src/shared/console-frames.ts';
import type { Random } from '../../../src/shared/domain/clock.ts';
import { keyOfFiles } from '../../support/key-of-files.ts';
import type { SimTime } from './sim-time.ts';
import type { Sockets } from './sockets.ts';

const KEY = '5a'.repeat(32);

class CoreKilled extends Error {
  override name = 'CoreKilled';
}

/** Connections that are open, by the folder they are in; and the folder whose next commits are its last. */
const open = new Map<Database.Database, string>();
const dying = new Map<string, { commits: number; isStored: boolean; kill: () => void }>();
const original = { pragma: Database.prototype.pragma, exec: Database.prototype.exec, close: Database.prototype.close };

/** Watches every connection of this process; the function it gives back ends that. */
export function watchConnections(): () => void {
  Database.prototype.pragma = function pragma(this: Database.Database, ...values: Parameters<typeof original.pragma>) {
    if (!open.has(this)) open.set(this, this.name);
    return original.pragma.apply(this, values);
  };
  Database.prototype.close = function close(this: Database.Database) {
    open.delete(this);
    return original.close.apply(this);
  };
  Database.prototype.exec = function exec(this: Database.Database, source: string) {
    const [folder, death] = [...dying].find(([name]) => this.name.startsWith(name)) ?? [];
    if (source !== 'commit' || folder === undefined || death === undefined || death.commits-- > 0) {
      return original.exec.call(this, source);
    }
    dying.delete(folder);
    if (death.isStored) original.exec.call(this, source);
    death.kill();
    throw new CoreKilled();
  };
  return () => Object.assign(Database.prototype, original);
}

export type Device = {
  readonly name: string;
  readonly agentId: string;
  readonly folder: string;
  isOnline: boolean;
  /** Null while the process does not run. */
  api: ConsoleApi | null;
};

export type DeviceMaker = {
  /** Starts the process on its files. The first start has to sign in. */
  start(device: Device): void;
  kill(device: Device): void;
  dieAtCommit(device: Device, commits: number, isStored: boolean): void;
  /** Takes back what `dieAtCommit` said. */
  spare(device: Device): void;
  /** Copies the cache of a device that runs, to be thrown back to. */
  keepCache(device: Device): void;
  /** Kills the device; its cache is what it was when it was kept, its outbox loses nothing. */
  failPower(device: Device): void;
  /** Kills the device; its cache is gone. */
  loseCache(device: Device): void;
  /** Under which name its lines go now. */
  lineOf(device: Device): string;
  /** A second device with a copy of the files as they are now. */
  clone(device: Device, name: string): Device;
  /** Opens one of its files for a look, also while the core runs. */
  look<T>(device: Device, file: 'cache' | 'outbox', read: (db: Database.Database) => T): T;
  /** Ends all looking. */
  close(): void;
};

/** A port with both ends in one process. What the core does happens at once, as it does in its thread. */
function portOf(core: Core): FramePort {
  const listeners = { core: [] as ((frame: Frame) => void)[], window: [] as ((frame: Frame) => void)[] };
  const end = (mine: 'core' | 'window', other: 'core' | 'window'): FramePort => ({
    send: (frame) => {
      for (const listener of listeners[other]) listener(structuredClone(frame));
    },
    onFrame(listener) {
      listeners[mine].push(listener);
      return () => undefined;
    },
  });
  core.attach(end('core', 'window'));
  return end('window', 'core');
}

/** Makes devices whose folders are in `root`. */
export function makeDevices(
  root: string,
  world: { time: SimTime; sockets: Sockets; random: Random; trace: (line: string) => void },
): DeviceMaker {
  const { time, sockets, random } = world;
  let lives = 0;
  const lifeOf = new Map<Device, string>();

  function close(device: Device): void {
    for (const [connection, name] of open) if (name.startsWith(device.folder)) connection.close();
  }

  function kill(device: Device): void {
    if (device.api === null) return;
    device.api = null;
    dropGlasses(device);
    dying.delete(device.folder);
    time.forget(lifeOf.get(device) ?? '');
    sockets.cut(lifeOf.get(device) ?? '', { isSilent: true, isHalfOpen: random.next() < 0.5 });
    close(device);
  }

  function filesOf(device: Device, name: string): string[] {
    const path = join(device.folder, device.agentId, `${name}.db`);
    return [path, `${path}-wal`];
  }

  /** A connection to look into a file, kept while it is the same file. */
  const glasses = new Map<string, { inode: number; db: Database.Database }>();
  function glassFor(path: string): Database.Database {
    const inode = statSync(path).ino;
    const kept = glasses.get(path);
    if (kept?.inode === inode) return kept.db;
    if (kept) original.close.call(kept.db);
    const db = new Database(path, { readonly: true });
    original.pragma.call(db, "cipher = 'chacha20'");
    original.pragma.call(db, `key = "x'${keyOfFiles(dirname(path), KEY)}'"`);
    glasses.set(path, { inode, db });
    return db;
  }

  /** Before files are changed under it, and before the last connection writes back its journal. */
  function dropGlasses(device: Device): void {
    for (const [path, { db }] of glasses) {
      if (!path.startsWith(`${device.folder}/`)) continue;
      glasses.delete(path);
      original.close.call(db);
    }
  }

  return {
    start(device) {
      if (device.api !== null) return;
      const life = `${device.name} ${++lives}`;
      lifeOf.set(device, life);
      mkdirSync(device.folder, { recursive: true });
      const core = startCore({
        dataDir: device.folder,
        key: KEY,
        serverUrl: 'http://server.test',
        device: { name: device.name, platform: 'simulation', appVersion: '0' },
        clock: time.clock,
        random,
        schedule: time.scheduleOf(life),
        connect: sockets.connectOf(life, () => device.isOnline && lifeOf.get(device) === life),
        log: (line) => world.trace(`${device.name} notes: ${line}`),
        askHttp: async ({ path, body }) => answerHttp(path, body, device, time.clock.now()),
      });
      device.api = connectConsole(consoleContract, portOf(core));
      void signInOnce(device.api, device.agentId);
    },
    kill,
    lineOf: (device) => lifeOf.get(device) ?? '',
    dieAtCommit(device, commits, isStored) {
      if (device.api !== null) dying.set(device.folder, { commits, isStored, kill: () => kill(device) });
    },
    spare: (device) => dying.delete(device.folder),
    keepCache(device) {
      for (const path of filesOf(device, 'cache')) {
        rmSync(`${path}.kept`, { force: true });
        if (existsSync(path)) cpSync(path, `${path}.kept`);
      }
    },
    failPower(device) {
      kill(device);
      const [cache = ''] = filesOf(device, 'cache');
      if (!existsSync(`${cache}.kept`)) return;
      for (const path of filesOf(device, 'cache')) {
        rmSync(path, { force: true });
        if (existsSync(`${path}.kept`)) cpSync(`${path}.kept`, path);
      }
      rmSync(`${cache}-shm`, { force: true });
    },
    loseCache(device) {
      kill(device);
      for (const path of filesOf(device, 'cache')) rmSync(path, { force: true });
    },
    clone(device, name) {
      const folder = join(root, name);
      cpSync(device.folder, folder, { recursive: true, filter: (path) => !path.endsWith('-shm') });
      return { name, agentId: device.agentId, folder, isOnline: true, api: null };
    },
    look: (device, file, read) => read(glassFor(filesOf(device, file)[0] ?? '')),
    close() {
      for (const { db } of glasses.values()) original.close.call(db);
      glasses.clear();
    },
  };
}

/** A process that was killed answers nobody any more: then this never ends, and nobody waits for it. */
async function signInOnce(api: ConsoleApi, agentId: string): Promise<void> {
  const session = await api.session.get({});
  if (session.state === 'signedOut')
    await api.session.signIn({ login: agentId, password: 'simulated' }).catch(() => undefined);
}

/** The server's HTTP side, as far as signing in needs it. */
function answerHttp(
  path: string,
  body: unknown,
  device: Device,
  now: number,
): { status: number; body: Uint8Array; type: string } {
  const year = 365 * 24 * 3_600_000;
  const asked = body as { device?: { clientId: string }; clientId?: string } | undefined;
  const clientId = asked?.device?.clientId ?? asked?.clientId ?? '';
  const answer = path.startsWith('/api/session')
    ? {
        agent: {
          id: device.agentId,
          displayName: device.name,
          role: 'agent',
          workspaceId: '00000000-0000-7000-8000-000000000000',
        },
        accessToken: `${device.agentId}|${clientId}`,
        accessExpiresAt: now + year,
        refreshToken: 'refresh',
        serverTime: now,
      }
    : { error: { why: 'not-found', detail: 'nothing is here' } };
  return {
    status: path.startsWith('/api/session') ? 200 : 404,
    body: new TextEncoder().encode(JSON.stringify(answer)),
    type: 'application/json',
  };
}
