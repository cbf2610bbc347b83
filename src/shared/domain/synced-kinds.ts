/**
 * The list of what is synced. To add a synced table: a row schema in `rows.ts`, a line here, a table in
 * `src/server/db/schema.ts` and `src/main/core/db/schema.ts`, and a rule in `src/server/feed/scopes-of.ts`.
 */
import type { z } from 'zod';
import { knowledgeRowSchema } from './knowledge-row.ts';
import * as rows from './rows.ts';

export const rowSchemas = {
  workspace: rows.workspaceRowSchema,
  agent: rows.agentRowSchema,
  queue: rows.queueRowSchema,
  channelAccount: rows.channelAccountRowSchema,
  wrapUpCode: rows.wrapUpCodeRowSchema,
  knowledge: knowledgeRowSchema,
  customer: rows.customerRowSchema,
  channelIdentity: rows.channelIdentityRowSchema,
  personalData: rows.personalDataRowSchema,
  caution: rows.cautionRowSchema,
  handoverNote: rows.handoverNoteRowSchema,
  consent: rows.consentRowSchema,
  duplicate: rows.duplicateRowSchema,
  order: rows.orderRowSchema,
  conversation: rows.conversationRowSchema,
  message: rows.messageRowSchema,
  attachment: rows.attachmentRowSchema,
  call: rows.callRowSchema,
  callNote: rows.callNoteRowSchema,
  draft: rows.draftRowSchema,
} as const;

export type SyncedKind = keyof typeof rowSchemas;
export const syncedKinds = Object.keys(rowSchemas) as SyncedKind[];
export type RowOf<K extends SyncedKind> = z.output<(typeof rowSchemas)[K]>;

/** Kinds that follow their conversation: no scope of their own, removed with it. All others are roots. */
export const conversationChildren = [
  'message',
  'attachment',
  'call',
  'callNote',
] as const satisfies readonly SyncedKind[];
export type ChildKind = (typeof conversationChildren)[number];

/** Whether a row of this kind lives and goes with its conversation. */
export function isChildKind(kind: SyncedKind): kind is ChildKind {
  return (conversationChildren as readonly SyncedKind[]).includes(kind);
}

/** Whether a name on the wire is a kind that this version knows. */
export function isSyncedKind(name: string): name is SyncedKind {
  return Object.hasOwn(rowSchemas, name);
}

/** The columns of a kind in the order of the wire. */
export function columnsOf(kind: SyncedKind): string[] {
  return Object.keys(rowSchemas[kind].shape);
}
