/** What a handler of the administration is given and must answer: derived from the contract, so that none can be missing. */
import type { z } from 'zod';
import type { AdministrationShape } from '../../shared/administration/calls.ts';
import type { AdministrationContract } from '../../shared/administration/contract.ts';
import type { AgentId, WorkspaceId } from '../../shared/domain/ids.ts';
import type { Queries } from '../db/server-database.ts';
import type { Writing } from '../db/write.ts';
import type { SettingChange } from './record-change.ts';

/** Who administers, as the database has them now. Their right to this workspace was checked before. */
export type Administrator = {
  id: AgentId;
  displayName: string;
  /** Their own; `workspaceId` of the call may be another one when `administersAll`. */
  workspaceId: WorkspaceId;
  administersAll: boolean;
};

export type Reading = { queries: Queries; by: Administrator; workspaceId: WorkspaceId; now: number };
export type Changing = Reading & {
  /** Everything that is written goes through it; synced rows are appended to it. */
  w: Writing;
  /** Compares the version that was seen, counts it up and leaves the line in the audit. Gives the new version. */
  record(change: SettingChange): Promise<number>;
};
export type Acting = { by: Administrator; workspaceId: WorkspaceId };

type HandlerOf<S> =
  S extends AdministrationShape<'read', infer I, infer O>
    ? (on: Reading, input: z.output<I>) => Promise<z.input<O>>
    : S extends AdministrationShape<'change', infer I, infer O>
      ? (on: Changing, input: z.output<I>) => Promise<z.input<O>>
      : S extends AdministrationShape<'act', infer I, infer O>
        ? (on: Acting, input: z.output<I>) => Promise<z.input<O>>
        : never;

export type AdministrationHandlers = {
  readonly [G in keyof AdministrationContract]: {
    readonly [N in keyof AdministrationContract[G]]: HandlerOf<AdministrationContract[G][N]>;
  };
};
/** The handlers of one group, for the file that holds them. */
export type HandlersOfGroup<G extends keyof AdministrationContract> = AdministrationHandlers[G];
