/**
 * Takes a command from a console: checks its number, repeats the verdict of one that came before, checks the right, lets
 * it be decided, and stores effect, verdict and number in one transaction. Decides nothing about its content.
 */
import { and, eq } from 'drizzle-orm';
import { type Command, type CommandBody, conversationOf } from '../../shared/domain/command.ts';
import type { AgentId } from '../../shared/domain/ids.ts';
import type { Submit, SubmitReply, Verdict } from '../../shared/sync-protocol.ts';
import { commandVerdict, device } from '../db/schema.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import { type Source, write, type Writing } from '../db/write.ts';
import { nameOfError } from '../log/log.ts';
import type { CommandTable, Decision, OrderingAgent } from './decide-command.ts';
import { findActiveAgent, holdsRow, reachOf, scopesOfAgent } from './rights.ts';

/** Which console speaks: its installation, its agent, and the word that it said at hello. */
export type Console = { clientId: string; agentId: AgentId; lease: string };

/**
 * Answers a submission. The same submission has the same answer for ever.
 * @throws what a decider throws, except what the database refuses for its content: everything is rolled back, the `mid`
 * is not used and may come again
 */
export async function acceptCommand(
  database: ServerDatabase,
  source: Source,
  commands: CommandTable,
  console: Console,
  submit: Submit,
): Promise<SubmitReply> {
  const decide: Decide = (w, by, command) => decideByTable(w, commands, by, command);
  try {
    return (await write(database, source, (w) => accept(w, decide, console, submit))).result;
  } catch (error) {
    if (!isRefusedContent(error)) throw error;
    // It would be refused at every repetition and hold up all that stands behind it, so the refusal becomes its verdict.
    const refuse: Decide = async () => ({ outcome: 'refused', reason: 'bad-input' });
    return (await write(database, source, (w) => accept(w, refuse, console, submit))).result;
  }
}

type Outcome = Pick<Verdict, 'outcome' | 'reason'>;
type Decide = (w: Writing, by: OrderingAgent, command: Command) => Promise<Outcome>;

/** PostgreSQL's classes 22 (a value that cannot be stored, as U+0000) and 23 (an id that is taken): the command's own fault. */
function isRefusedContent(error: unknown): boolean {
  const code = nameOfError(error).code;
  return code !== null && /^2[23]...$/.test(code);
}

async function accept(w: Writing, decide: Decide, console: Console, { mid, command }: Submit): Promise<SubmitReply> {
  const [of] = await w.tx.select().from(device).where(eq(device.clientId, console.clientId));
  const by = await findActiveAgent(w.tx, console.agentId);
  if (!of || !by || of.agentId !== console.agentId || of.revokedAt !== null) {
    return { ok: false, why: 'failed', lastMid: of?.lastMid ?? 0, detail: 'this console is signed out' };
  }
  // Another connection has taken this client id since: what this one still sends must not use its numbers.
  if (of.lease !== console.lease)
    return {
      ok: false,
      why: 'cloned-client',
      lastMid: of.lastMid,
      detail: 'another console speaks under this client id',
    };
  if (mid <= of.lastMid) return await repeat(w, of.lastMid, console, mid, command);
  if (mid !== of.lastMid + 1)
    return { ok: false, why: 'gap', lastMid: of.lastMid, detail: `expected number ${of.lastMid + 1}` };

  const verdict = (await verdictOf(w, console.agentId, command.id)) ?? (await judge(w, decide, by, command));
  await w.tx
    .insert(commandVerdict)
    .values({ clientId: console.clientId, mid, commandId: command.id, agentId: console.agentId, verdict, at: w.now });
  await w.tx.update(device).set({ lastMid: mid, lastSeenAt: w.now }).where(eq(device.clientId, console.clientId));
  return { ok: true, verdict };
}

/** A number that was used: by this very command, or by another machine with a copy of this one's disk. */
async function repeat(
  w: Writing,
  lastMid: number,
  console: Console,
  mid: number,
  command: Command,
): Promise<SubmitReply> {
  const [stored] = await w.tx
    .select()
    .from(commandVerdict)
    .where(and(eq(commandVerdict.clientId, console.clientId), eq(commandVerdict.mid, mid)));
  if (stored?.commandId === command.id) return { ok: true, verdict: stored.verdict };
  return { ok: false, why: 'cloned-client', lastMid, detail: `number ${mid} was used for another command` };
}

/** The verdict of the same command sent under another client id, by the same agent. */
async function verdictOf(w: Writing, agentId: AgentId, commandId: string): Promise<Verdict | null> {
  const [stored] = await w.tx
    .select({ verdict: commandVerdict.verdict })
    .from(commandVerdict)
    .where(and(eq(commandVerdict.agentId, agentId), eq(commandVerdict.commandId, commandId)))
    .limit(1);
  return stored?.verdict ?? null;
}

async function judge(w: Writing, decide: Decide, by: OrderingAgent, command: Command): Promise<Verdict> {
  const outcome = (await refusalByRight(w, by, command.body)) ?? (await decide(w, by, command));
  const { sv, scopes } = await w.settle();
  if (outcome.outcome !== 'applied') return { commandId: command.id, ...outcome, sv, scopes: [] };
  // Only what this agent may hold: another scope's name tells of a queue or an agent, and the console would wait for it.
  const own = new Set(await scopesOfAgent(w.tx, by));
  return { commandId: command.id, ...outcome, sv, scopes: scopes.filter((scope) => own.has(scope)) };
}

async function refusalByRight(w: Writing, by: OrderingAgent, body: CommandBody): Promise<Outcome | null> {
  const conversationId = conversationOf(body);
  if (conversationId === null) {
    const rowId = rootOf(body);
    return rowId !== null && (await holdsRow(w.tx, by, rowId)) ? null : { outcome: 'refused', reason: 'not-allowed' };
  }
  const reach = await reachOf(w.tx, by, conversationId);
  if (reach === 'holds') return null;
  if (reach === 'left') return { outcome: 'needsReview', reason: 'not-yours-any-more' };
  // The same answer whether it exists or not: nobody learns of a conversation by asking.
  return { outcome: 'refused', reason: 'not-allowed' };
}

/** The row that an order outside of conversations is about. */
function rootOf(body: CommandBody): string | null {
  if (body.kind === 'handoverNote.acknowledge') return body.handoverNoteId;
  return 'customerId' in body ? body.customerId : null;
}

async function decideByTable(
  w: Writing,
  commands: CommandTable,
  by: OrderingAgent,
  command: Command,
): Promise<Outcome> {
  // The table maps each kind to the decider of that kind, which TypeScript cannot follow through an index.
  const decider = commands[command.body.kind] as (w: Writing, by: OrderingAgent, command: Command) => Promise<Decision>;
  const decision = await decider(w, by, command);
  return { outcome: decision.outcome, reason: decision.outcome === 'applied' ? null : decision.reason };
}
