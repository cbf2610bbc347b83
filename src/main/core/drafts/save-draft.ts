/** `drafts.save`: journals what the agent types, on the disk before it answers. Leaves the device in no way. */
import type { z } from 'zod';
import type { consoleContract } from '../../../shared/console-api.ts';
import type { Desk } from '../desk.ts';
import { writeOutbox } from '../outbox/enqueue.ts';
import { finishDraft, keepVersion } from './finish-draft.ts';

/** A version is kept at most this often while an agent types, in ms. */
const VERSION_EVERY_MS = 60_000;

type Input = z.output<typeof consoleContract.drafts.save.input>;

/** Saves a draft; an empty text without a mail target removes it. */
export function saveDraft(desk: Desk, { conversationId, what, text, mail }: Input): { ok: true } {
  writeOutbox(desk, (writer, touch) => {
    if (text === '') {
      finishDraft(desk, writer, () => undefined, conversationId, what);
      touch('inbox');
      return;
    }
    const now = desk.clock.now();
    const before = writer.get<{ text: string; savedAt: number }>(
      'select text, saved_at as savedAt from draft where conversation_id = ? and what = ?',
      conversationId,
      what,
    );
    if (
      before &&
      before.text !== text &&
      isVersionDue(
        writer.value(
          'select max(saved_at) from draft_version where conversation_id = ? and what = ?',
          conversationId,
          what,
        ),
        now,
      )
    ) {
      keepVersion(desk, writer, conversationId, what, before.text, before.savedAt);
    }
    writer.run(
      `insert into draft (conversation_id, what, text, mail, saved_at) values (?, ?, ?, ?, ?)
       on conflict (conversation_id, what) do update set text = excluded.text, mail = excluded.mail, saved_at = excluded.saved_at`,
      conversationId,
      what,
      text,
      mail === null ? null : JSON.stringify(mail),
      now,
    );
    touch('inbox');
  });
  return { ok: true };
}

function isVersionDue(last: number | null | undefined, now: number): boolean {
  return last === null || last === undefined || now - last >= VERSION_EVERY_MS;
}
