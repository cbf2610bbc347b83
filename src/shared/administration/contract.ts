/**
 * CONTRACT window ⇄ core ⇄ server: every call of the administration. They go to the server at once, by
 * `POST /api/administration/<group>/<name>`, and never through the outbox: `docs/server.md` says why. A call that is not
 * here does not exist; one that is here and that no handler answers does not compile.
 */
import { z } from 'zod';
import { workspaceIdSchema } from '../domain/ids.ts';
import type { AdministrationShape, AdministrationTable, AdministrationKind } from './calls.ts';
import { apiTokenCalls } from './api-token-calls.ts';
import { channelAccountCalls } from './channel-account-calls.ts';
import { importCalls } from './import-calls.ts';
import { peopleCalls } from './people-calls.ts';
import { queueCalls } from './queue-calls.ts';
import { statusCalls } from './status-calls.ts';
import { webhookCalls } from './webhook-calls.ts';
import { workspaceCalls } from './workspace-calls.ts';

export const administrationContract = {
  apiTokens: apiTokenCalls,
  channelAccounts: channelAccountCalls,
  imports: importCalls,
  people: peopleCalls,
  queues: queueCalls,
  status: statusCalls,
  webhooks: webhookCalls,
  workspaces: workspaceCalls,
} as const satisfies AdministrationTable;

export type AdministrationContract = typeof administrationContract;

/** `queues.save`, `people.list` … */
export type AdministrationCall = {
  [G in keyof AdministrationContract]: `${G}.${keyof AdministrationContract[G] & string}`;
}[keyof AdministrationContract];

type ShapeOf<N extends AdministrationCall> = N extends `${infer G extends keyof AdministrationContract}.${infer M}`
  ? M extends keyof AdministrationContract[G]
    ? AdministrationContract[G][M]
    : never
  : never;

export type AdministrationInput<N extends AdministrationCall> =
  ShapeOf<N> extends { input: infer I extends z.ZodType } ? z.input<I> : never;
export type AdministrationOutput<N extends AdministrationCall> =
  ShapeOf<N> extends { output: infer O extends z.ZodType } ? z.output<O> : never;
/** Calls of one kind. */
export type AdministrationCallOf<K extends AdministrationKind> = {
  [N in AdministrationCall]: ShapeOf<N> extends { kind: K } ? N : never;
}[AdministrationCall];

/** What goes with every call. */
export const administrationRequestSchema = z.strictObject({
  workspaceId: workspaceIdSchema,
  /** Made in the window, once for one press of a button. Changes must have one. */
  changeId: z.uuid().nullable(),
  input: z.unknown(),
});

/** The shape of a call, or null for a name that this version does not know. */
export function findAdministrationCall(
  name: string,
): AdministrationShape<AdministrationKind, z.ZodType, z.ZodType> | null {
  const [group = '', method = '', ...rest] = name.split('.');
  const table: AdministrationTable = administrationContract;
  const calls = Object.hasOwn(table, group) ? table[group] : undefined;
  if (rest.length > 0 || calls === undefined || !Object.hasOwn(calls, method)) return null;
  return calls[method] ?? null;
}
