/**
 * The key of an agent's files: made, found, brought under another one, destroyed. It is random and lies beside the files,
 * wrapped by the host's key and by a secret that the server gives to the signed-in agent, so that losing one of the two
 * loses nothing. No key leaves this thread, and none is ever logged.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, newId, type Random } from '../../../shared/domain/clock.ts';
import { sqliteCode } from '../db/connection.ts';
import { opensWith, rekeyFiles } from '../db/rekey.ts';
import { Refused } from '../refused.ts';
import type { AskHttp } from '../session/ask-http.ts';
import { askDeviceSecret } from './ask-device-secret.ts';
import { destroyRing, type KeyRing, readRing, syncFolder, writeRing } from './key-ring.ts';
import { hasWay, newRing, openRing, type Way, withLastKey, withNextKey, withoutWays, withWay } from './open-ring.ts';

export type DeskKeysOptions = {
  dataDir: string;
  /** The key that the host keeps, 64 hex digits. */
  hostKey: string;
  clock: Clock;
  /** Fit for secrets. */
  random: Random;
  askHttp: AskHttp;
  log(line: string): void;
};

export type DeskKeys = {
  /**
   * The key by what is on this device alone; made for an agent who has no files here. Null when the host's key does not
   * open it: then the server, or the password, must.
   */
  openHere(agentId: string): string | null;
  /** The key by the agent's password and the host's key: signing in without a line. Null when it is not that one. */
  openByPassword(agentId: string, password: string): string | null;
  /** The key by the server's secret. Refused with `offline`, and with `key-lost` when nothing opens the files any more. */
  openByServer(agentId: string, accessToken: string): Promise<string>;
  /**
   * Adds the ways that are missing: the server's, and then the password's when it is given. Gives how long this device
   * may be opened without a line, in hours, or null when the server had nothing to say. Refused with `offline`.
   */
  addWays(agentId: string, accessToken: string, password: string | null): Promise<number | null>;
  /** The agent has signed out: the host's key alone opens the files no more, if another way does. */
  closeHere(agentId: string): void;
  /** Whether this is the agent's password, as far as this device knows; null when it keeps no way of a password. */
  isPassword(agentId: string, password: string): boolean | null;
  /** Takes the way of the password off, when the server's is there: the password has become another one. */
  forgetPassword(agentId: string): void;
  /** Orders a new key; the files come under it when they are opened next. Refused with `offline` and `key-lost`. */
  orderNewKey(agentId: string, accessToken: string): Promise<void>;
  /** Puts files that nothing opens out of the way, and forgets nothing. */
  setAside(agentId: string): void;
  /** Takes every way away that this device has; what the server holds still opens the files when it gives its secret. */
  destroyWays(agentId: string): void;
  /** Destroys the key by every way: the files are noise from then on. */
  destroyKey(agentId: string): void;
  /** Destroys the key, and then the files. They must be closed. */
  destroyAll(agentId: string): void;
  /** Whether files of somebody lie here that the host's key does not open: its key store was lost. */
  hasLost(): boolean;
};

const FILES = ['outbox.db', 'cache.db', 'search.db'] as const;

/** Keys of all agents of one data folder. */
export function makeDeskKeys({ dataDir, hostKey, clock, random, askHttp, log }: DeskKeysOptions): DeskKeys {
  const host: Way = { by: 'host', hostKey };
  const folderOf = (agentId: string): string => join(dataDir, agentId);
  const filesIn = (folder: string): string[] =>
    FILES.map((name) => join(folder, name)).filter((path) => existsSync(path));

  /** A folder without a ring: a new agent's, or one of a console that kept the files under the host's key itself. */
  function begin(folder: string): string | null {
    const files = filesIn(folder);
    const fresh = newRing(newId(clock, random), random);
    if (files.length === 0) {
      writeRing(folder, withWay(fresh.ring, fresh.keys, host, random));
      return fresh.keys[0] ?? null;
    }
    if (!files.some((path) => opensWith(path, hostKey))) return null;
    const next = withNextKey(fresh.ring, [hostKey], random);
    return save(folder, withWay(next.ring, next.keys, host, random), next.keys);
  }

  function save(folder: string, ring: KeyRing, keys: readonly string[]): string {
    writeRing(folder, ring);
    return finish(folder, ring, keys);
  }

  /** The key of the files; first brings them under the last one when the ring has two. */
  function finish(folder: string, ring: KeyRing, keys: readonly string[]): string {
    const [from = '', to] = keys;
    if (to === undefined) return from;
    const files = filesIn(folder);
    try {
      rekeyFiles(files, from, to);
    } catch (error) {
      // Some may be under the new key already, by an earlier try: then there is no way back, only on.
      if (files.some((path) => opensWith(path, to) && !opensWith(path, from))) throw error;
      log(`the files could not be brought under a new key (${sqliteCode(error) ?? 'file error'}): the old one stays`);
      writeRing(folder, { ...ring, keys: ring.keys.slice(0, 1) });
      return from;
    }
    const keepsOld = readdirSync(folder).some((name) => /\.db\.(damaged|newer)-/.test(name));
    writeRing(folder, withLastKey(ring, keys, keepsOld, random));
    log('the files of an agent are under a new key');
    return to;
  }

  const lost = (): Refused =>
    new Refused(
      'key-lost',
      'the key of the files on this device is lost, and the server has none: what was not sent cannot be read any more',
    );

  return {
    openHere(agentId) {
      const folder = folderOf(agentId);
      const ring = readRing(folder);
      if (ring === null) return begin(folder);
      const keys = openRing(ring, host);
      return keys && finish(folder, ring, keys);
    },
    openByPassword(agentId, password) {
      const folder = folderOf(agentId);
      const ring = readRing(folder);
      const keys = ring && openRing(ring, { by: 'password', password, hostKey });
      return ring && keys && save(folder, withWay(ring, keys, host, random), keys);
    },
    async openByServer(agentId, accessToken) {
      const folder = folderOf(agentId);
      const ring = readRing(folder);
      const given = ring && (await askDeviceSecret(askHttp, accessToken, { keyId: ring.keyId, isNew: false }));
      const keys = given && openRing(ring, { by: 'server', secret: given.secret });
      if (!ring || !given || !keys) throw lost();
      // A way that is there and does not open was made by a key store that is lost; nobody knows who has it now.
      const isHostLost = ring.keys.some((slot) => slot.host !== null);
      const next = isHostLost && keys.length === 1 ? withNextKey(ring, keys, random) : { ring, keys };
      const server: Way = { by: 'server', secret: given.secret };
      const opened = withWay(withWay(next.ring, next.keys, server, random), next.keys, host, random);
      return save(folder, opened, next.keys);
    },
    async addWays(agentId, accessToken, password) {
      const folder = folderOf(agentId);
      const asked = readRing(folder);
      if (asked === null || (password === null && hasWay(asked, 'server'))) return null;
      const given = await askDeviceSecret(askHttp, accessToken, {
        keyId: asked.keyId,
        isNew: !hasWay(asked, 'server'),
      });
      // What is there now: the files may have been closed or brought under another key meanwhile.
      const ring = readRing(folder);
      const keys = ring && openRing(ring, host);
      if (!given || !ring || !keys || ring.keyId !== asked.keyId) return null;
      const withServer = withWay(ring, keys, { by: 'server', secret: given.secret }, random);
      writeRing(
        folder,
        password === null ? withServer : withWay(withServer, keys, { by: 'password', password, hostKey }, random),
      );
      return given.offlineForHours;
    },
    closeHere(agentId) {
      const folder = folderOf(agentId);
      const ring = readRing(folder);
      if (ring && hasWay(ring, 'server') && hasWay(ring, 'password')) writeRing(folder, withoutWays(ring, ['host']));
    },
    isPassword(agentId, password) {
      const ring = readRing(folderOf(agentId));
      if (ring === null || !hasWay(ring, 'password')) return null;
      return openRing(ring, { by: 'password', password, hostKey }) !== null;
    },
    forgetPassword(agentId) {
      const folder = folderOf(agentId);
      const ring = readRing(folder);
      if (ring && hasWay(ring, 'server')) writeRing(folder, withoutWays(ring, ['password']));
    },
    async orderNewKey(agentId, accessToken) {
      const folder = folderOf(agentId);
      const asked = readRing(folder);
      const given =
        asked && (await askDeviceSecret(askHttp, accessToken, { keyId: asked.keyId, isNew: !hasWay(asked, 'server') }));
      const ring = readRing(folder);
      const keys = ring && openRing(ring, host);
      if (!given || !ring || !keys) throw lost();
      const next = keys.length === 1 ? withNextKey(ring, keys, random) : { ring, keys };
      const server: Way = { by: 'server', secret: given.secret };
      // The password is not known now: that way comes back at the next sign-in.
      const ordered = withoutWays(withWay(withWay(next.ring, next.keys, server, random), next.keys, host, random), [
        'password',
      ]);
      writeRing(folder, ordered);
    },
    setAside(agentId) {
      const stamp = new Date(clock.now()).toISOString().replaceAll(/[:.]/g, '-');
      const aside = join(dataDir, 'set-aside');
      mkdirSync(aside, { recursive: true, mode: 0o700 });
      renameSync(folderOf(agentId), join(aside, `${agentId}-${stamp}`));
      syncFolder(dataDir);
      log(`the files of an agent cannot be opened: they were set aside as set-aside/${agentId}-${stamp}`);
    },
    destroyWays(agentId) {
      const folder = folderOf(agentId);
      const ring = readRing(folder);
      if (ring && hasWay(ring, 'server')) writeRing(folder, withoutWays(ring, ['host', 'password']));
      else destroyRing(folder);
    },
    destroyKey: (agentId) => destroyRing(folderOf(agentId)),
    destroyAll(agentId) {
      // First the key: whatever comes between, the files are noise from here on.
      destroyRing(folderOf(agentId));
      rmSync(folderOf(agentId), { recursive: true, force: true });
    },
    hasLost() {
      return readdirSync(dataDir, { withFileTypes: true }).some((entry) => {
        const ring = entry.isDirectory() ? readRing(join(dataDir, entry.name)) : null;
        return ring !== null && ring.keys.some((slot) => slot.host !== null) && openRing(ring, host) === null;
      });
    },
  };
}
