/**
 * `drafts.settle`: two devices of one agent have written different drafts, and the agent says which goes on here: this
 * one, the other, or both. What does not go on is kept as a version.
 */
import type { z } from 'zod';
import type { consoleContract } from '../../../shared/console-api.ts';
import type { Desk } from '../desk.ts';
import { writeOutbox } from '../outbox/enqueue.ts';
import { Refused } from '../refused.ts';
import { findDraft, keepVersion, noteDone, putDraft } from './draft-store.ts';
import { listOthers } from './other-drafts.ts';

type Input = z.output<typeof consoleContract.drafts.settle.input>;

/** Refused with `not-found` when the other draft is not there any more. */
export function settleDrafts(desk: Desk, { conversationId, draftId, keep }: Input): { ok: true } {
  const other = listOthers(desk, conversationId).find(({ id }) => id === draftId);
  if (!other) throw new Refused('not-found', 'this draft is not there any more', 'draftId');
  const { what } = other;
  writeOutbox(desk, (writer, touch) => {
    const mine = findDraft(writer, conversationId, what);
    if (keep === 'mine') keepVersion(desk, writer, conversationId, what, other.text, other.copiedAt);
    else {
      if (keep === 'theirs' && mine) keepVersion(desk, writer, conversationId, what, mine.text, mine.savedAt);
      const text = keep === 'both' && mine ? `${mine.text}\n\n${other.text}` : other.text;
      putDraft(desk, writer, conversationId, what, text, mine?.mail ?? other.mail);
    }
    noteDone(desk, writer, other.id, other.revision, 'superseded');
    touch(`draft:${conversationId}`);
    touch('inbox');
  });
  desk.line.draftsChanged();
  return { ok: true };
}
