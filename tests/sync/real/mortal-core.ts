/**
 * The real core on real encrypted files, as a process that can be started, killed, and spoken to as its window does. What
 * happens to the files meanwhile is in `mortal-files.ts` and `disk.ts`.
 */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { type Core, startCore } from '../../../src/main/core/core.ts';
import { type ConsoleApi, consoleContract } from '../../../src/shared/console-api.ts';
import { connectConsole } from '../../../src/shared/console-client.ts';
import type { Frame, FramePort } from '../../../src/shared/console-frames.ts';
import type { Random } from '../../../src/shared/domain/clock.ts';
import { BrokenRealPromise } from './broken-promise.ts';
import { askOverRoad, type HttpRoad } from './answer-http.ts';
import { copyFolder, isDamaged, KEY, openPlainly } from './disk.ts';
import { closeAll, type Death, letDie, original } from './mortal-files.ts';
import type { SimTime } from './sim-time.ts';
import type { Sockets } from './sockets.ts';

export type Device = {
  readonly name: string;
  readonly agentId: string;
  readonly folder: string;
  isOnline: boolean;
  /** How far its clock is before the true one, in ms. */
  skewMs: number;
  /** Null while the process does not run. */
  api: ConsoleApi | null;
  /** Its outbox was damaged: what was only there is lost, and it said so. */
  hasLostOutbox: boolean;
  /** A newer version has written its files. */
  isBehindItsFiles: boolean;
  /** Bytes that its copy may have. */
  capBytes: number;
};

/** A cap that nothing reaches, and one above which everything is that need not be here. In bytes. */
export const ROOMY = Number.MAX_SAFE_INTEGER;
export const NARROW = 1;

/** Whoever looked into a file has met a damaged page. */
export class DamageMet extends Error {
  readonly device: Device;
  readonly file: 'cache' | 'outbox';
  constructor(device: Device, file: 'cache' | 'outbox') {
    super(`${file}.db of ${device.name} is damaged`);
    this.device = device;
    this.file = file;
  }
}

export type DeviceMaker = {
  /** A device whose process does not run yet. */
  make(name: string, agentId: string): Device;
  /** Starts the process on its files. The first start has to sign in. Does nothing when the files refuse it. */
  start(device: Device): void;
  kill(device: Device): void;
  letDie(device: Device, death: Omit<Death, 'kill'>): void;
  /** Takes back what `letDie` said. */
  spare(device: Device): void;
  /** Under which name its lines go now. */
  lineOf(device: Device): string;
  /** A second device with a copy of the files as they are now. */
  clone(device: Device, name: string): Device;
  /** Opens one of its files for a look, also while the core runs. Throws DamageMet. */
  look<T>(device: Device, file: 'cache' | 'outbox', read: (db: Database.Database) => T): T;
  /** The same for whoever can do without: an empty answer when the file is damaged or not there. */
  lookAround(device: Device, file: 'cache' | 'outbox', read: (db: Database.Database) => unknown[]): unknown[];
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

/** Connections to look into files with, each kept while it is the same file. */
function makeGlasses() {
  const glasses = new Map<string, { inode: number; db: Database.Database }>();
  return {
    of(path: string): Database.Database {
      const inode = statSync(path).ino;
      const kept = glasses.get(path);
      if (kept?.inode === inode) return kept.db;
      if (kept) original.close.call(kept.db);
      const db = openPlainly(path, true);
      glasses.set(path, { inode, db });
      return db;
    },
    /** Before files are changed under it, and before the last connection writes back its journal. */
    drop(folder: string): void {
      for (const [path, { db }] of glasses) {
        if (!path.startsWith(`${folder}/`)) continue;
        glasses.delete(path);
        original.close.call(db);
      }
    },
  };
}

/** Makes devices whose folders are in `root`. */
export function makeDevices(
  root: string,
  world: HttpRoad & { time: SimTime; sockets: Sockets; random: Random; trace: (line: string) => void },
): DeviceMaker {
  const { time, sockets, random } = world;
  const glasses = makeGlasses();
  let lives = 0;
  const lifeOf = new Map<Device, string>();

  function kill(device: Device): void {
    glasses.drop(device.folder);
    if (device.api === null) return;
    device.api = null;
    end(device);
  }

  function end(device: Device): void {
    const life = lifeOf.get(device) ?? '';
    time.forget(life);
    sockets.cut(life, { isSilent: true, isHalfOpen: random.next() < 0.5 });
    closeAll(device.folder);
  }

  const make = (name: string, agentId: string): Device => ({
    name,
    agentId,
    folder: join(root, name),
    isOnline: true,
    skewMs: 0,
    api: null,
    hasLostOutbox: false,
    isBehindItsFiles: false,
    capBytes: ROOMY,
  });

  function look<T>(device: Device, file: 'cache' | 'outbox', read: (db: Database.Database) => T): T {
    try {
      return read(glasses.of(join(device.folder, device.agentId, `${file}.db`)));
    } catch (error) {
      if (!isDamaged(error)) throw error;
      glasses.drop(device.folder);
      throw new DamageMet(device, file);
    }
  }

  return {
    make,
    start(device) {
      if (device.api !== null) return;
      const life = `${device.name} ${++lives}`;
      lifeOf.set(device, life);
      mkdirSync(device.folder, { recursive: true });
      const clock = { now: () => time.clock.now() + device.skewMs };
      try {
        const core = startCore({
          dataDir: device.folder,
          key: KEY,
          serverUrl: 'http://server.test',
          device: { name: device.name, platform: 'simulation', appVersion: '0' },
          clock,
          random,
          schedule: time.scheduleOf(life),
          connect: sockets.connectOf(life, () => device.isOnline && lifeOf.get(device) === life),
          log: (line) => {
            if (line.startsWith('outbox.db is damaged')) device.hasLostOutbox = true;
            world.trace(`${device.name} notes: ${line}`);
          },
          capBytes: () => device.capBytes,
          askHttp: askOverRoad(world, {
            agent: { id: device.agentId, displayName: device.name },
            life,
            isReachable: () => device.isOnline && lifeOf.get(device) === life,
            now: clock.now,
          }),
        });
        device.api = connectConsole(consoleContract, portOf(core));
        void signInOnce(device.api, device.agentId);
      } catch (error) {
        if (isDamaged(error))
          throw new BrokenRealPromise('a console always starts', `${device.name}: ${String(error)}`);
        if ((error as { code?: string }).code !== 'SQLITE_FULL') throw error;
        world.trace(`${device.name} cannot start: its disk is full`);
        end(device);
      }
    },
    kill,
    lineOf: (device) => lifeOf.get(device) ?? '',
    letDie(device, death) {
      if (device.api !== null) letDie(device.folder, { ...death, kill: () => kill(device) });
    },
    spare: (device) => letDie(device.folder, null),
    clone(device, name) {
      copyFolder(device.folder, join(root, name));
      return {
        ...make(name, device.agentId),
        hasLostOutbox: device.hasLostOutbox,
        isBehindItsFiles: device.isBehindItsFiles,
        capBytes: device.capBytes,
      };
    },
    look,
    lookAround(device, file, read) {
      try {
        return look(device, file, read);
      } catch {
        return [];
      }
    },
    close: () => glasses.drop(root),
  };
}

/** A process that was killed answers nobody any more: then this never ends, and nobody waits for it. */
export async function signInOnce(api: ConsoleApi, agentId: string): Promise<void> {
  try {
    const session = await api.session.get({});
    if (session.state === 'signedOut') await api.session.signIn({ login: agentId, password: 'simulated' });
  } catch {
    // Offline, on a full disk, or the core has just begun its files anew: then it is asked again.
  }
}
