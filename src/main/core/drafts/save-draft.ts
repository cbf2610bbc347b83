/** `drafts.save`: journals what the agent types, on the disk before it answers. The copy for the server follows by itself. */
import type { z } from 'zod';
import type { consoleContract } from '../../../shared/console-api.ts';
import type { Desk } from '../desk.ts';
import { writeOutbox } from '../outbox/enqueue.ts';
import { findDraft, finishDraft, noteDone, putDraft } from './draft-store.ts';

type Input = z.output<typeof consoleContract.drafts.save.input>;

/** Saves a draft; an empty text removes it. `continues`: the draft of another device that the field was opened with. */
export function saveDraft(desk: Desk, { conversationId, what, text, mail, continues }: Input): { ok: true } {
  writeOutbox(desk, (writer, touch) => {
    if (continues !== undefined && !findDraft(writer, conversationId, what)) {
      noteDone(desk, writer, continues.draftId, continues.revision, 'superseded');
    }
    if (text === '') finishDraft(desk, writer, () => undefined, conversationId, what);
    else putDraft(desk, writer, conversationId, what, text, mail);
    touch('inbox');
  });
  desk.line.draftsChanged();
  return { ok: true };
}
