/** What decides a command: the shape of every function that the table in `src/server/commands.ts` names. Decides nothing itself. */
import type { Command, CommandBody, CommandKind, VerdictReason } from '../../shared/domain/command.ts';
import type { AgentId, WorkspaceId } from '../../shared/domain/ids.ts';
import type { RowOf } from '../../shared/domain/synced-kinds.ts';
import type { Writing } from '../db/write.ts';
import type { AgentRight } from '../db/schema.ts';

/** Who orders, as the server knows them inside this transaction. Rights over the conversation were checked before. */
export type OrderingAgent = {
  id: AgentId;
  workspaceId: WorkspaceId;
  displayName: string;
  role: RowOf<'agent'>['role'];
  queueIds: RowOf<'agent'>['queueIds'];
  rights: readonly AgentRight[];
};

/** `needsReview` and `refused` change nothing: a decider that has written must answer `applied` or throw. */
export type Decision =
  | { outcome: 'applied' }
  | { outcome: 'needsReview'; reason: VerdictReason }
  | { outcome: 'refused'; reason: VerdictReason };

/** A command whose body is of one kind. */
export type CommandOf<K extends CommandKind> = Omit<Command, 'body'> & { body: Extract<CommandBody, { kind: K }> };

/**
 * Decides one command inside `write()`: reads through `w.tx`, changes rows, appends them. A thrown error rolls back all
 * and uses no `mid`, so the console tries again; a refusal that shall stand is a Decision.
 */
export type DecideCommand<K extends CommandKind = CommandKind> = (
  w: Writing,
  agent: OrderingAgent,
  command: CommandOf<K>,
) => Promise<Decision>;

/** A decider for each kind of command. */
export type CommandTable = { [K in CommandKind]: DecideCommand<K> };
