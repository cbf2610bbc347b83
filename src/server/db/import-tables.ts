/** Files that administrators import: how each is read, how far it has come. The bytes lie in the data folder. */
import { index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type {
  ImportKind,
  ImportMapping,
  ImportTrouble,
  importStates,
} from '../../shared/administration/import-calls.ts';
import type { WorkspaceId } from '../../shared/domain/ids.ts';
import { id, int8 } from './columns.ts';
import { agent, workspace } from './settings-tables.ts';

export const importJob = pgTable(
  'import_job',
  {
    id: id().primaryKey(),
    workspaceId: id()
      .notNull()
      .references(() => workspace.id)
      .$type<WorkspaceId>(),
    agentId: id()
      .notNull()
      .references(() => agent.id),
    kind: text().notNull().$type<ImportKind>(),
    fileName: text().notNull(),
    size: int8().notNull(),
    state: text().notNull().$type<(typeof importStates)[number]>(),
    encoding: text(),
    delimiter: text(),
    mapping: jsonb().$type<ImportMapping>(),
    /** The first line of the file. */
    columns: jsonb().$type<string[]>(),
    /** Rows of the file without its first; null until they were counted. */
    total: integer(),
    /** Rows that were read; the next run goes on behind them. */
    done: integer().notNull().default(0),
    made: integer().notNull().default(0),
    changed: integer().notNull().default(0),
    same: integer().notNull().default(0),
    refused: integer().notNull().default(0),
    troubleWhy: text().$type<ImportTrouble['why']>(),
    troubleLine: integer(),
    createdAt: int8().notNull(),
    finishedAt: int8(),
    /** Until then the node that reads it has it in hand. */
    heldUntil: int8(),
  },
  (t) => [index('import_job_workspace').on(t.workspaceId, t.createdAt), index('import_job_state').on(t.state)],
);

/** A row that was refused, as it stood in the file. Kept until its import is forgotten. */
export const importRefusal = pgTable(
  'import_refusal',
  {
    id: id().primaryKey(),
    importId: id()
      .notNull()
      .references(() => importJob.id, { onDelete: 'cascade' }),
    line: integer().notNull(),
    cells: jsonb().notNull().$type<string[]>(),
    faults: jsonb().notNull().$type<{ column: number; fault: string }[]>(),
  },
  (t) => [index('import_refusal_import').on(t.importId, t.line)],
);
