/** CONTRACT code ⇄ server database: every table, in files by what they are about. The migrations make exactly this, and a test compares them. */
import type { SyncedKind } from '../../shared/domain/synced-kinds.ts';
import * as customers from './customer-tables.ts';
import * as drafts from './draft-tables.ts';
import * as knowledges from './knowledge-tables.ts';
import * as settings from './settings-tables.ts';
import * as work from './work-tables.ts';

export * from './settings-tables.ts';
export * from './customer-tables.ts';
export * from './draft-tables.ts';
export * from './import-tables.ts';
export * from './knowledge-tables.ts';
export * from './work-tables.ts';
export * from './server-tables.ts';
export * from './account-tables.ts';
export * from './api-tables.ts';
export * from './webhook-tables.ts';
export * from './administration-tables.ts';

/** The table of each synced kind. */
export const tableOf = {
  workspace: settings.workspace,
  agent: settings.agent,
  queue: settings.queue,
  channelAccount: settings.channelAccount,
  wrapUpCode: settings.wrapUpCode,
  knowledge: knowledges.knowledge,
  customer: customers.customer,
  channelIdentity: customers.channelIdentity,
  personalData: customers.personalData,
  caution: customers.caution,
  handoverNote: customers.handoverNote,
  consent: customers.consent,
  duplicate: customers.duplicate,
  order: customers.order,
  conversation: work.conversation,
  message: work.message,
  attachment: work.attachment,
  call: work.call,
  callNote: work.callNote,
  draft: drafts.draft,
} as const satisfies Record<SyncedKind, unknown>;
