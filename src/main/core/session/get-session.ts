/** `session.get`: who is signed in on this device. Reads the local files only, so it answers without a line. */
import type { Session } from '../../../shared/console-shapes.ts';
import type { AgentId } from '../../../shared/domain/ids.ts';
import type { DbFile } from '../db/connection.ts';
import { findRow } from '../db/find-row.ts';
import type { Desk } from '../desk.ts';
import type { ServerAddress } from './server-address.ts';
import type { Locked } from './screen-lock.ts';
import { readSession } from './session-store.ts';

/**
 * @param desk the open desk, or null while nobody is signed in
 * @param lock why the desk stays closed although somebody's files are here
 */
export function getSession(
  device: DbFile,
  desk: Desk | null,
  server: ServerAddress,
  lock: 'keyLost' | 'offlineTooLong' | null,
  locked: Locked | null,
): Session {
  const session = readSession(device);
  if (session.state === 'signedOut' || desk === null) {
    return {
      state: 'signedOut',
      serverUrl: server.known(),
      canChooseServer: server.canChoose,
      why: lock ?? (session.state === 'signedOut' ? session.why : null),
      lastLogin: session.state === 'signedOut' ? session.lastLogin : session.login,
    };
  }
  const agentId: AgentId = session.agent.id;
  // The settings scope is newer than what was said at sign-in: a changed name or role shows at once.
  const row = findRow(desk.cache.reader, 'agent', agentId);
  return {
    state: 'signedIn',
    serverUrl: server.origin(),
    agentId,
    login: session.login,
    displayName: row?.displayName ?? session.agent.displayName,
    role: row?.role ?? session.agent.role,
    workspace: findRow(desk.cache.reader, 'workspace', session.agent.workspaceId) ?? null,
    needsSignIn: session.needsSignIn,
    locked,
    idleLockMinutes: session.policy?.idleLockMinutes ?? 0,
    mustSetUpSecondFactor: session.policy?.mustSetUpSecondFactor ?? false,
  };
}
