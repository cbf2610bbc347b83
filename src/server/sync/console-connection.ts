/** One connected console as the server holds it in memory: who it is, what it may see, how far it has acknowledged. */
import type { Server as SocketServer, Socket } from 'socket.io';
import type { AgentId, WorkspaceId } from '../../shared/domain/ids.ts';
import type { Scope } from '../../shared/domain/scope.ts';
import type { DownEvents, UpEvents } from '../../shared/sync-protocol.ts';

export type ConsoleSocket = Socket<UpEvents, DownEvents>;
export type ConsoleNamespace = ReturnType<SocketServer<UpEvents, DownEvents>['of']>;

/** Unacknowledged bytes above which frames stop, and below which they go on again. */
export const LAG_ABOVE_BYTES = 1024 * 1024;
export const LEVEL_BELOW_BYTES = 256 * 1024;
/** A console that stays behind this long without a sign is cut off; it comes back with a hello. In ms. */
export const TOO_SLOW_AFTER_MS = 120_000;

export type ConsoleConnection = {
  socket: ConsoleSocket;
  clientId: string;
  agentId: AgentId;
  workspaceId: WorkspaceId;
  displayName: string;
  sessionId: string;
  lease: string;
  /** Ordered as the console wants them: most urgent first. */
  scopes: Scope[];
  /** Frames on their way, oldest first. */
  unacknowledged: { scope: Scope; to: number; bytes: number }[];
  unacknowledgedBytes: number;
  /** Since when frames are held back, or null. */
  laggingSince: number | null;
  /** Scopes for which a lag was sent and not acknowledged yet: one is enough. */
  lagSent: Map<Scope, number>;
};

/** Notes a frame as sent. True when the console has become too slow with it. */
export function noteSent(connection: ConsoleConnection, scope: Scope, to: number, bytes: number): boolean {
  connection.unacknowledged.push({ scope, to, bytes });
  connection.unacknowledgedBytes += bytes;
  return connection.laggingSince === null && connection.unacknowledgedBytes > LAG_ABOVE_BYTES;
}

/** Takes scopes out of the count: what is on its way of a scope that a console let go is never acknowledged. */
export function forgetScopes(connection: ConsoleConnection, scopes: readonly Scope[]): void {
  connection.unacknowledged = connection.unacknowledged.filter((frame) => !scopes.includes(frame.scope));
  connection.unacknowledgedBytes = connection.unacknowledged.reduce((sum, frame) => sum + frame.bytes, 0);
  for (const scope of scopes) connection.lagSent.delete(scope);
}

/** Notes how far the console has come. True when a slow one has caught up. */
export function noteAcknowledged(connection: ConsoleConnection, cursors: Readonly<Record<string, number>>): boolean {
  const cursorOf = (scope: Scope) => (Object.hasOwn(cursors, scope) ? (cursors[scope] ?? -1) : -1);
  connection.unacknowledged = connection.unacknowledged.filter((frame) => frame.to > cursorOf(frame.scope));
  connection.unacknowledgedBytes = connection.unacknowledged.reduce((sum, frame) => sum + frame.bytes, 0);
  for (const [scope, to] of connection.lagSent) if (to <= cursorOf(scope)) connection.lagSent.delete(scope);
  return connection.laggingSince !== null && connection.unacknowledgedBytes <= LEVEL_BELOW_BYTES;
}
