/** Names the handlers of every call of the administration. Composition only; a missing one does not compile. */
import type { AdministrationHandlers } from './administration-handlers.ts';
import { channelAccountHandlers, type ChannelAccountParts } from './channel-accounts.ts';
import { queueHandlers } from './queues.ts';
import { workspaceHandlers } from './workspaces.ts';

/** See the file's head. */
export function administrationHandlers(parts: ChannelAccountParts): AdministrationHandlers {
  return { channelAccounts: channelAccountHandlers(parts), queues: queueHandlers, workspaces: workspaceHandlers };
}
