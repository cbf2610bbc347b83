/** Rows of other systems as rows of a file: the same checks, the same ways to find a customer, the same faults. */
import type { ImportKind, ImportMapping } from '../../shared/administration/import-calls.ts';
import { importFields } from '../../shared/administration/import-calls.ts';
import type { AgentId } from '../../shared/domain/ids.ts';
import type { CellFault } from '../imports/check-row.ts';
import type { OrderingAgent } from '../sync/decide-command.ts';
import { ApiProblem } from './api-problem.ts';
import type { ApiCaller } from './know-token.ts';

/** A body as cells, each field in the column of its place in the contract of imports. */
export function cellsOf(
  kind: ImportKind,
  body: Readonly<Record<string, unknown>>,
): { cells: string[]; mapping: ImportMapping } {
  const fields: readonly string[] = importFields[kind];
  const cells = fields.map((field) => {
    const value = body[field];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  });
  return { cells, mapping: Object.fromEntries(fields.map((field, column) => [field, column])) };
}

/** Faults of cells as faults of fields. */
export function problemsOf(kind: ImportKind, faults: readonly CellFault[]): ApiProblem {
  const errors = faults.map(({ column, fault }) => ({ field: importFields[kind][column] ?? 'body', fault }));
  return new ApiProblem('not-valid', { errors });
}

/** A system as the deciders know who orders: with the whole directory, which its scopes have let it into. Its notes bear its name. */
export function orderingAgentOf(caller: ApiCaller): OrderingAgent {
  return {
    id: caller.tokenId as AgentId,
    workspaceId: caller.workspaceId,
    displayName: caller.name,
    role: 'agent',
    queueIds: [],
    rights: ['directory'],
  };
}
