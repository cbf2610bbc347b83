/**
 * Keeps copies of what an agent is writing. Each draft is written by one device and counted by it, so a copy that comes
 * late or twice changes nothing, and two devices never write over each other.
 */
import { and, count, desc, eq } from 'drizzle-orm';
import { DRAFT_VERSION_EVERY_MS } from '../../shared/domain/draft.ts';
import type { ConversationId } from '../../shared/domain/ids.ts';
import type { Ask } from '../../shared/sync-protocol.ts';
import { draft, draftVersion } from '../db/schema.ts';
import type { Writing } from '../db/write.ts';
import type { OrderingAgent } from '../sync/decide-command.ts';
import { reachOf } from '../sync/rights.ts';

/** Drafts of one agent at once; a person has a handful. */
const MOST_DRAFTS = 500;

type KeepDrafts = Extract<Ask, { method: 'keepDrafts' }>;
type DraftRecord = typeof draft.$inferSelect;

/** @returns the ids of drafts that may not be kept: of a conversation that was never theirs, of somebody else, too many */
export async function keepDrafts(w: Writing, by: OrderingAgent, ask: KeepDrafts): Promise<{ refused: string[] }> {
  const refused: string[] = [];
  for (const one of ask.drafts) if (!(await keepOne(w, by, ask.deviceName, one))) refused.push(one.id);
  for (const { id, revision, why } of ask.done) {
    const found = await findDraft(w, id);
    if (found?.agentId !== by.id || found.revision > revision) continue;
    await keepVersion(w, found);
    if (why === 'ended') {
      await w.tx.delete(draft).where(eq(draft.id, id));
      w.remove('draft', [id]);
    } else if (found.supersededAt === null) {
      await w.tx.update(draft).set({ supersededAt: w.now }).where(eq(draft.id, id));
      w.append('draft', [id]);
    }
  }
  return { refused };
}

async function keepOne(
  w: Writing,
  by: OrderingAgent,
  deviceName: string,
  one: KeepDrafts['drafts'][number],
): Promise<boolean> {
  const found = await findDraft(w, one.id);
  if (found && found.agentId !== by.id) return false;
  if (found && found.revision >= one.revision) return true;
  // Also of a conversation that went to another queue while it was written: the words are its author's.
  if ((await reachOf(w.tx, by, one.conversationId)) === 'never') return false;
  if (!found && (await countOf(w, by)) >= MOST_DRAFTS) return false;
  if (found && found.text !== one.text && (await isVersionDue(w, found))) await keepVersion(w, found);
  const written = {
    text: one.text,
    mail: one.mail,
    revision: one.revision,
    deviceName,
    copiedAt: w.now,
    // Written on after another device took it up: both are there again, and a person chooses.
    supersededAt: null,
  };
  await w.tx
    .insert(draft)
    .values({
      id: one.id,
      agentId: by.id,
      conversationId: one.conversationId as ConversationId,
      what: one.what,
      ...written,
    })
    .onConflictDoUpdate({ target: draft.id, set: written });
  w.append('draft', [one.id]);
  return true;
}

async function findDraft(w: Writing, id: string): Promise<DraftRecord | undefined> {
  const [found] = await w.tx.select().from(draft).where(eq(draft.id, id));
  return found;
}

async function countOf(w: Writing, by: OrderingAgent): Promise<number> {
  const [counted] = await w.tx.select({ n: count() }).from(draft).where(eq(draft.agentId, by.id));
  return counted?.n ?? 0;
}

async function isVersionDue(w: Writing, of: DraftRecord): Promise<boolean> {
  const [last] = await w.tx
    .select({ savedAt: draftVersion.savedAt })
    .from(draftVersion)
    .where(and(eq(draftVersion.draftId, of.id)))
    .orderBy(desc(draftVersion.savedAt))
    .limit(1);
  return last === undefined || w.now - last.savedAt >= DRAFT_VERSION_EVERY_MS;
}

/** Keeps what a draft was before it becomes something else. */
export async function keepVersion(w: Writing, of: DraftRecord): Promise<void> {
  if (of.text.trim() === '') return;
  const { agentId, conversationId, what, text } = of;
  await w.tx
    .insert(draftVersion)
    .values({ id: w.newId(), draftId: of.id, agentId, conversationId, what, text, savedAt: w.now });
}
