/** Answers the live calls about drafts. Rights are asked anew at every one of them. */
import type { Ask, AskReply } from '../../shared/sync-protocol.ts';
import type { Writing } from '../db/write.ts';
import type { OrderingAgent } from '../sync/decide-command.ts';
import { keepDrafts } from './keep-drafts.ts';
import { readDrafts, readVersions } from './read-drafts.ts';
import { takeOverDraft } from './take-over-draft.ts';

export type DraftAsk = Extract<Ask, { method: 'keepDrafts' | 'readDrafts' | 'takeOverDraft' | 'readDraftVersions' }>;

const notAllowed: AskReply = { ok: false, why: 'not-allowed', detail: 'only who leads there may read this draft' };

/** Whether a live call is about drafts. */
export function isDraftAsk(ask: Ask): ask is DraftAsk {
  return (
    ask.method === 'keepDrafts' ||
    ask.method === 'readDrafts' ||
    ask.method === 'takeOverDraft' ||
    ask.method === 'readDraftVersions'
  );
}

/** Carries it out inside `write()`. */
export async function answerDraftAsk(w: Writing, by: OrderingAgent, ask: DraftAsk): Promise<AskReply> {
  switch (ask.method) {
    case 'keepDrafts':
      return { ok: true, output: await keepDrafts(w, by, ask) };
    case 'readDraftVersions':
      return { ok: true, output: await readVersions(w.tx, by, ask.conversationId) };
    case 'readDrafts': {
      const drafts = await readDrafts(w.tx, by, ask.conversationId);
      return drafts === null ? notAllowed : { ok: true, output: drafts };
    }
    case 'takeOverDraft': {
      const taken = await takeOverDraft(w, by, ask.draftId);
      return taken === null ? notAllowed : { ok: true, output: taken };
    }
  }
}
