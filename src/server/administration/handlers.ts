/** Names the handlers of every call of the administration. Composition only; a missing one does not compile. */
import type { AdministrationHandlers } from './administration-handlers.ts';
import { apiTokenHandlers } from './api-tokens.ts';
import { channelAccountHandlers, type ChannelAccountParts } from './channel-accounts.ts';
import { type ImportParts, importHandlers } from './imports.ts';
import { peopleHandlers } from './people.ts';
import { queueHandlers } from './queues.ts';
import { type StatusParts, statusHandlers } from './status.ts';
import { type WebhookParts, webhookHandlers } from './webhooks.ts';
import { workspaceHandlers } from './workspaces.ts';

/** See the file's head. */
export function administrationHandlers(
  accounts: ChannelAccountParts,
  imports: ImportParts,
  status: StatusParts,
  webhooks: WebhookParts,
): AdministrationHandlers {
  return {
    apiTokens: apiTokenHandlers(accounts.random),
    channelAccounts: channelAccountHandlers(accounts),
    imports: importHandlers(imports),
    people: peopleHandlers(accounts.random),
    queues: queueHandlers,
    status: statusHandlers(status),
    webhooks: webhookHandlers(webhooks),
    workspaces: workspaceHandlers,
  };
}
