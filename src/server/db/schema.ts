/** CONTRACT code ⇄ server database: every table, in two files. The migrations make exactly this, and a test compares them. */
import type { SyncedKind } from '../../shared/domain/synced-kinds.ts';
import * as synced from './synced-tables.ts';

export * from './synced-tables.ts';
export * from './server-tables.ts';

/** The table of each synced kind. */
export const tableOf = {
  workspace: synced.workspace,
  agent: synced.agent,
  queue: synced.queue,
  channelAccount: synced.channelAccount,
  wrapUpCode: synced.wrapUpCode,
  customer: synced.customer,
  channelIdentity: synced.channelIdentity,
  personalData: synced.personalData,
  caution: synced.caution,
  handoverNote: synced.handoverNote,
  order: synced.order,
  conversation: synced.conversation,
  message: synced.message,
  attachment: synced.attachment,
  call: synced.call,
  callNote: synced.callNote,
} as const satisfies Record<SyncedKind, unknown>;
