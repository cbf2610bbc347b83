/**
 * The door for consoles: socket.io's namespace `/console`. Knows who is connected, keeps their rights up to date and ends
 * those whose session has ended. The events of one console are in `serve-console.ts`; the frames in `send-frames.ts`.
 */
import type { Server as SocketServer } from 'socket.io';
import type { z } from 'zod';
import type { AgentId, ConversationId } from '../../shared/domain/ids.ts';
import { mineScope, type Scope, settingsScope } from '../../shared/domain/scope.ts';
import { type goodbyeSchema, handshakeSchema, LEVEL_EVERY_MS } from '../../shared/sync-protocol.ts';
import type { ConversationChange, RunningChannel } from '../channels/channel-adapter.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import type { Source } from '../db/write.ts';
import { type Log, nameOfError } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Sessions } from '../session/sessions.ts';
import type { SignedInDevice } from '../session/tokens.ts';
import { createAdmission } from './admission.ts';
import { type ConsoleConnection, type ConsoleNamespace, TOO_SLOW_AFTER_MS } from './console-connection.ts';
import type { CommandTable } from './decide-command.ts';
import { havePatience } from './patience.ts';
import { relaySignals } from './relay-signals.ts';
import { findActiveAgent, scopesOfAgent } from './rights.ts';
import { sendFrames } from './send-frames.ts';
import { serveConsole } from './serve-console.ts';

export type GatewayParts = {
  database: ServerDatabase;
  source: Source;
  log: Log;
  metrics: Metrics;
  sockets: SocketServer;
  sessions: Sessions;
  commands: CommandTable;
  /** The running channel of an account, null while it is not running. */
  channelOf(accountId: string): RunningChannel | null;
  /** Shows the customer's side what an agent does. */
  tellChannel(accountId: string, change: ConversationChange): void;
};

export type SyncGateway = {
  signalFromCustomer(conversationId: ConversationId, isTyping: boolean): void;
  /** Says goodbye to all consoles; they come back by themselves. */
  stop(): void;
};

type Why = z.output<typeof goodbyeSchema>['why'];

/** Hellos, catch-up pages and walk pages at once. PGlite answers one at a time anyway; the rest would only wait in memory. */
const MOST_AT_ONCE = { hellos: 50, pulls: 32, walks: 8 };

/** Opens the door. Consoles may connect as soon as the HTTP server listens. */
export function openSyncGateway(parts: GatewayParts): SyncGateway {
  const { database, source, log, metrics, sessions } = parts;
  // Only this namespace speaks the protocol's events; socket.io's server is untyped because the widget shares it.
  const namespace = parts.sockets.of('/console') as unknown as ConsoleNamespace;
  const connections = new Map<string, ConsoleConnection>();
  const gates = {
    hellos: createAdmission(MOST_AT_ONCE.hellos, source.random),
    pulls: createAdmission(MOST_AT_ONCE.pulls, source.random),
    walks: createAdmission(MOST_AT_ONCE.walks, source.random),
  };
  const frames = sendFrames({ database, clock: source.clock, log, metrics, namespace }, refreshRights);
  const patience = havePatience({ clock: source.clock, log, metrics });
  const signals = relaySignals({ database, clock: source.clock, namespace }, parts.tellChannel);

  namespace.use((socket, answer) => {
    const next = (refused?: Error): void => {
      metrics.requests.inc({ event: 'handshake', outcome: refused?.message ?? 'ok' });
      answer(refused);
    };
    // Consoles are programs and send no Origin; only a web page does, and no page has any business here.
    if (socket.handshake.headers.origin !== undefined) {
      next(new Error('foreign-origin'));
      return;
    }
    const leave = gates.hellos.enter();
    if (!leave) {
      next(new Error('busy'));
      return;
    }
    const handshake = handshakeSchema.safeParse(socket.handshake.auth);
    const found = handshake.success ? sessions.findByAccessToken(handshake.data.token) : Promise.resolve(null);
    found
      .then((of) => {
        socket.data = of;
        if (!of || of.isRestricted) next(new Error('signed-out'));
        else next(patience.isShownOut(of.sessionId) ? new Error('flooding') : undefined);
      })
      .catch((error: unknown) => {
        log.error('sync.handshake-failed', nameOfError(error));
        next(new Error('busy'));
      })
      .finally(leave);
  });
  namespace.on('connection', (socket) => {
    serveConsole(
      { ...parts, gates, frames, signals, patience, connections, bid },
      socket,
      socket.data as SignedInDevice,
    );
  });

  /** Ends a connection with its reason. */
  function bid(connection: ConsoleConnection, why: Why): void {
    connection.socket.emit('goodbye', { why });
    connection.socket.disconnect(true);
  }

  async function refreshRights(touched: ReadonlySet<Scope> | null): Promise<void> {
    const isConcerned = ({ agentId, workspaceId }: ConsoleConnection) =>
      touched === null || touched.has(mineScope(agentId)) || touched.has(settingsScope(workspaceId));
    const known = new Map<AgentId, Scope[] | null>();
    for (const connection of [...connections.values()].filter(isConcerned)) {
      if (!known.has(connection.agentId)) {
        const agent = await findActiveAgent(database.orm, connection.agentId);
        known.set(connection.agentId, agent && (await scopesOfAgent(database.orm, agent)));
      }
      const scopes = known.get(connection.agentId) ?? null;
      if (scopes === null) bid(connection, 'signed-out');
      else await changeScopes(connection, scopes);
    }
  }

  async function changeScopes(connection: ConsoleConnection, scopes: Scope[]): Promise<void> {
    const before = connection.scopes;
    const add = scopes.filter((scope) => !before.includes(scope));
    const drop = before.filter((scope) => !scopes.includes(scope));
    if (add.length + drop.length === 0) return;
    connection.scopes = scopes;
    frames.leave(connection, drop);
    await frames.join(connection, add);
    connection.socket.emit('scopes', { add, drop });
  }

  async function lookAround(): Promise<void> {
    const all = [...connections.values()];
    const standing = await sessions.standing([...new Set(all.map((connection) => connection.sessionId))]);
    const tooSlowSince = source.clock.now() - TOO_SLOW_AFTER_MS;
    for (const connection of all) {
      if (!standing.has(connection.sessionId)) bid(connection, 'signed-out');
      else if (connection.laggingSince !== null && connection.laggingSince < tooSlowSince) bid(connection, 'too-slow');
    }
    await frames.sendLevels(connections.values());
  }

  const levels = setInterval(() => {
    void lookAround().catch((error: unknown) => log.error('sync.levels-failed', nameOfError(error)));
  }, LEVEL_EVERY_MS);
  const stopHearing = database.hub.listen(frames.grow);
  const stopEnding = sessions.onEnded((sessionId) => {
    for (const connection of connections.values())
      if (connection.sessionId === sessionId) bid(connection, 'signed-out');
  });

  return {
    signalFromCustomer: signals.fromCustomer,
    stop() {
      clearInterval(levels);
      stopHearing();
      stopEnding();
      frames.stop();
      for (const connection of connections.values()) bid(connection, 'restarting');
      namespace.disconnectSockets(true);
    },
  };
}
