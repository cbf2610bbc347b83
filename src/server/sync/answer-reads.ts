/** Answers `pull`, `walk` and `history`: lets in, asks for the right in the snapshot that is read, packs. Keeps nothing but a count for the progress line. */
import type { z } from 'zod';
import type { AgentId } from '../../shared/domain/ids.ts';
import type {
  HistoryReply,
  historySchema,
  PullReply,
  pullSchema,
  WalkReply,
  walkSchema,
} from '../../shared/sync-protocol.ts';
import type { Queries, ServerDatabase } from '../db/server-database.ts';
import { packPage } from '../feed/pack-page.ts';
import { readHistory } from '../feed/read-history.ts';
import { readSince } from '../feed/read-since.ts';
import { countBelow, walkScope } from '../feed/walk-scope.ts';
import type { Admission } from './admission.ts';
import { findActiveAgent, mayHold, reachOf } from './rights.ts';

/** Catch-up pages go before first readings: whoever is nearly level is back at work soonest. */
export type Gates = { pulls: Admission; walks: Admission };

/** The next page of what changed after a cursor. `busy` before anything was read; throws when the database fails. */
export async function answerPull(
  database: ServerDatabase,
  gates: Gates,
  agentId: AgentId,
  input: z.output<typeof pullSchema>,
): Promise<PullReply> {
  const leave = gates.pulls.enter();
  if (!leave) return { ok: false, why: 'busy', retryAfterMs: gates.pulls.retryAfterMs() };
  try {
    const answer = await readSince(database, input.scope, input.after, (queries) =>
      mayHold(queries, agentId, input.scope),
    );
    if (!answer.ok) return { ok: false, why: answer.why, retryAfterMs: null };
    const { json, to, more, left } = answer.page;
    return { ok: true, page: await packPage(json), to, more, left };
  } finally {
    leave();
  }
}

/** What is known of a walk that goes on: counted once and then carried, since counting a large scope costs as much as a page. */
export type WalkCounts = Map<string, { ceiling: number; below: number; left: number }>;

/**
 * The next page of a first reading. `busy` before anything was read; throws when the database fails.
 * @param counts what this console's walks still have before them; changed here
 */
export async function answerWalk(
  database: ServerDatabase,
  gates: Gates,
  agentId: AgentId,
  input: z.output<typeof walkSchema>,
  counts: WalkCounts,
): Promise<WalkReply> {
  const { scope, ceiling, below } = input;
  if (below !== null && ceiling === null) return { ok: false, why: 'bad-input', retryAfterMs: null };
  const leave = gates.walks.enter();
  if (!leave) return { ok: false, why: 'busy', retryAfterMs: gates.walks.retryAfterMs() };
  try {
    const known = counts.get(scope);
    const isGoingOn = known !== undefined && known.ceiling === ceiling && known.below === below;
    let total = isGoingOn ? known.left : 0;
    const mayRead = async (queries: Queries) => {
      if (!(await mayHold(queries, agentId, scope))) return false;
      if (!isGoingOn)
        total = await countBelow(queries, scope, below === null ? (ceiling ?? Number.MAX_SAFE_INTEGER) : below - 1);
      return true;
    };
    const answer = await walkScope(database, scope, { ceiling, below, since: input.since ?? null }, mayRead);
    if (!answer.ok) return { ok: false, why: answer.why, retryAfterMs: null };
    const { page } = answer;
    const left = page.below === null ? 0 : Math.max(0, total - page.passed);
    if (page.below === null) counts.delete(scope);
    else counts.set(scope, { ceiling: page.ceiling, below: page.below, left });
    return { ok: true, page: await packPage(page.json), ceiling: page.ceiling, below: page.below, left };
  } finally {
    leave();
  }
}

/** An older page of one conversation. `busy` before anything was read; throws when the database fails. */
export async function answerHistory(
  database: ServerDatabase,
  gates: Gates,
  agentId: AgentId,
  { conversationId, upto }: z.output<typeof historySchema>,
): Promise<HistoryReply> {
  const leave = gates.pulls.enter();
  if (!leave) return { ok: false, why: 'busy', retryAfterMs: gates.pulls.retryAfterMs() };
  try {
    const answer = await readHistory(database, conversationId, upto, async (queries) => {
      const agent = await findActiveAgent(queries, agentId);
      return agent !== null && (await reachOf(queries, agent, conversationId)) === 'holds';
    });
    if (!answer.ok) return { ok: false, why: answer.why, retryAfterMs: null };
    return { ok: true, page: await packPage(answer.page.json), upto: answer.page.upto };
  } finally {
    leave();
  }
}
