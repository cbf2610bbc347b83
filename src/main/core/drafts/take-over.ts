/** `drafts.ofColleagues` and `drafts.takeOver`: a lead sees what others are writing, and goes on with it. */
import { z } from 'zod';
import type { ConsoleHandlers } from '../../../shared/console-api.ts';
import { colleagueDraftSchema, takenOverDraftSchema } from '../../../shared/draft-asks.ts';
import type { Desk } from '../desk.ts';
import { writeOutbox } from '../outbox/enqueue.ts';
import { askFor } from './ask-for.ts';
import { findDraft, keepVersion, putDraft } from './draft-store.ts';

/** Refused with `offline`, and with `not-allowed` for who does not lead there. */
export async function listColleagueDrafts(
  desk: Desk,
  { conversationId }: { conversationId: string },
): Promise<Awaited<ReturnType<ConsoleHandlers['drafts']['ofColleagues']>>> {
  return { drafts: await askFor(desk, { method: 'readDrafts', conversationId }, z.array(colleagueDraftSchema)) };
}

/** Makes a colleague's draft this agent's own; what stood in theirs comes after it. Says who was first when somebody was. */
export async function takeOver(
  desk: Desk,
  { draftId }: { draftId: string },
): Promise<Awaited<ReturnType<ConsoleHandlers['drafts']['takeOver']>>> {
  const answer = await askFor(desk, { method: 'takeOverDraft', draftId }, takenOverDraftSchema);
  if (!answer.isTaken) return { takenBy: answer.byName };
  const { conversationId, what, text, mail } = answer;
  writeOutbox(desk, (writer, touch) => {
    const mine = findDraft(writer, conversationId, what);
    // Asked again because the answer was lost: it is here already.
    if (mine?.text.startsWith(text)) return;
    if (mine) keepVersion(desk, writer, conversationId, what, mine.text, mine.savedAt);
    putDraft(desk, writer, conversationId, what, mine ? `${text}\n\n${mine.text}` : text, mine?.mail ?? mail);
    touch(`draft:${conversationId}`);
    touch('inbox');
  });
  desk.line.draftsChanged();
  return { takenBy: null };
}
