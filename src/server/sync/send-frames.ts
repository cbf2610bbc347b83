/**
 * Sends what was committed to the consoles that may see it: gathers 20 ms, reads each scope once, encodes once, sends to
 * all that hold it. A console that does not keep up gets no frames, only the word that there is something to pull.
 */
import type { Scope } from '../../shared/domain/scope.ts';
import { FRAME_EVERY_MS } from '../../shared/sync-protocol.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import type { FeedGrowth } from '../feed/feed-hub.ts';
import { packPage } from '../feed/pack-page.ts';
import { type ReadFrame, readFrames } from '../feed/read-frames.ts';
import { type Log, nameOfError } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import {
  type ConsoleConnection,
  type ConsoleNamespace,
  forgetScopes,
  noteAcknowledged,
  noteSent,
} from './console-connection.ts';
import { readLevels } from './rights.ts';
import type { Clock } from '../../shared/domain/clock.ts';

export type FrameSender = {
  /** Begins to send a scope to a console. What was committed before is the console's to pull. */
  join(connection: ConsoleConnection, scopes: readonly Scope[]): Promise<void>;
  leave(connection: ConsoleConnection, scopes: readonly Scope[]): void;
  acknowledge(connection: ConsoleConnection, cursors: Readonly<Record<string, number>>): void;
  /** Tells every console where each of its scopes stands. */
  sendLevels(connections: Iterable<ConsoleConnection>): Promise<void>;
  /** Looks at what grew; calls `before` first, in which rights are read again. */
  grow(growth: FeedGrowth): void;
  stop(): void;
};

/** `hasGrown`: something was committed while the scope had no `lastTo` yet. */
type Watched = { lastTo: number; hasGrown: boolean; holders: Set<ConsoleConnection> };
/** The `lastTo` of a scope that nobody held until now, until the database has been asked. */
const JOINING = Number.POSITIVE_INFINITY;

/** What grew since the last frames; `isAll`: more than could be named. */
const nothingYet = () => ({ scopes: new Set<Scope>(), isAll: false });

/** @param before runs before scopes are read, so that nobody gets a frame with a right that just ended */
export function sendFrames(
  parts: { database: ServerDatabase; clock: Clock; log: Log; metrics: Metrics; namespace: ConsoleNamespace },
  before: (touched: ReadonlySet<Scope> | null) => Promise<void>,
): FrameSender {
  const { database, clock, log, metrics, namespace } = parts;
  const watched = new Map<Scope, Watched>();
  let grown = nothingYet();
  let timer: NodeJS.Timeout | null = null;
  let isFlushing = false;
  let isStopped = false;

  function schedule(): void {
    if (timer === null && !isFlushing && !isStopped) timer = setTimeout(() => void flush(), FRAME_EVERY_MS);
  }

  async function flush(): Promise<void> {
    timer = null;
    isFlushing = true;
    const touched = grown.isAll ? null : grown.scopes;
    grown = nothingYet();
    try {
      await before(touched);
      await sendScopes([...(touched ?? watched.keys())]);
    } catch (error) {
      // Nothing is lost: the next level tells the consoles that they are behind, and they pull.
      log.error('sync.frames-failed', nameOfError(error));
    } finally {
      isFlushing = false;
      if (grown.isAll || grown.scopes.size > 0) schedule();
    }
  }

  async function sendScopes(touched: readonly Scope[]): Promise<void> {
    const asked: { scope: Scope; from: number }[] = [];
    for (const scope of touched) {
      const of = watched.get(scope);
      if (of?.lastTo === JOINING) of.hasGrown = true;
      else if (of) asked.push({ scope, from: of.lastTo });
    }
    for (const frame of await readFrames(database, asked)) {
      const from = asked.find(({ scope }) => scope === frame.scope)?.from;
      if (from !== undefined) await sendFrame(frame, from);
    }
  }

  async function sendFrame({ scope, to, page }: ReadFrame, from: number): Promise<void> {
    const packed = page && (await packPage(page.json));
    const of = watched.get(scope);
    // Everybody left while it was read, or left and came again: whoever came read what there is.
    if (of?.lastTo !== from) return;
    of.lastTo = to;
    if (!page || !packed) {
      for (const connection of of.holders) sendLag(connection, scope, to);
      return;
    }
    const bytes = 'json' in packed ? Buffer.byteLength(packed.json) : packed.zstd.byteLength;
    namespace.local.to(scope).emit('frame', { scope, from, to, page: packed });
    metrics.frames.inc();
    metrics.frameRows.inc(page.rows);
    for (const connection of of.holders) {
      if (connection.laggingSince !== null) sendLag(connection, scope, to);
      else if (noteSent(connection, scope, to, bytes)) holdBack(connection);
    }
  }

  function sendLag(connection: ConsoleConnection, scope: Scope, to: number): void {
    if (connection.lagSent.has(scope)) return;
    connection.lagSent.set(scope, to);
    connection.socket.emit('lag', { scope, to });
  }

  function holdBack(connection: ConsoleConnection): void {
    connection.laggingSince = clock.now();
    metrics.lagging.inc();
    for (const scope of connection.scopes) void connection.socket.leave(scope);
    log.warn('sync.console-lags', { clientId: connection.clientId, bytes: connection.unacknowledgedBytes });
  }

  return {
    async join(connection, scopes) {
      for (const scope of scopes) {
        const known = watched.get(scope) ?? { lastTo: JOINING, hasGrown: false, holders: new Set<ConsoleConnection>() };
        watched.set(scope, known);
        known.holders.add(connection);
        if (connection.laggingSince === null) void connection.socket.join(scope);
      }
      // Read after joining: what is committed before this read is pulled, what comes after it is heard.
      const { sv } = await readLevels(database.orm, []);
      for (const scope of scopes) {
        const of = watched.get(scope);
        if (!of) continue;
        of.lastTo = Math.min(of.lastTo, sv);
        if (of.hasGrown) grown.scopes.add(scope);
        of.hasGrown = false;
      }
      if (grown.scopes.size > 0) schedule();
    },
    leave(connection, scopes) {
      if (connection.laggingSince !== null && scopes === connection.scopes) metrics.lagging.dec();
      forgetScopes(connection, scopes);
      for (const scope of scopes) {
        void connection.socket.leave(scope);
        const of = watched.get(scope);
        of?.holders.delete(connection);
        if (of?.holders.size === 0) watched.delete(scope);
      }
    },
    acknowledge(connection, cursors) {
      if (!noteAcknowledged(connection, cursors)) return;
      connection.laggingSince = null;
      metrics.lagging.dec();
      for (const scope of connection.scopes) void connection.socket.join(scope);
      void this.sendLevels([connection]).catch((error: unknown) => log.error('sync.levels-failed', nameOfError(error)));
    },
    async sendLevels(connections) {
      const all = [...connections];
      const scopes = [...new Set(all.flatMap((connection) => connection.scopes))];
      const { sv, latest } = await readLevels(database.orm, scopes);
      for (const { socket, scopes: own } of all) {
        const mine = Object.fromEntries(own.map((scope) => [scope, latest.get(scope) ?? 0]));
        socket.emit('level', { to: sv, latest: mine, serverTime: clock.now() });
      }
    },
    grow(growth) {
      if (growth.scopes === null) grown.isAll = true;
      else for (const scope of growth.scopes) grown.scopes.add(scope);
      schedule();
    },
    stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
