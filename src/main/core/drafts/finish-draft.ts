/** Ends a draft and keeps what it was as a version, so that nothing an agent typed is gone within 30 days. */
import type { Writer } from '../db/connection.ts';
import type { Touch } from '../db/write.ts';
import type { Desk } from '../desk.ts';

/** How long an earlier version of a draft is kept, in ms. */
const KEPT_MS = 30 * 24 * 3_600_000;

/** Removes a draft inside a transaction on `outbox.db`; does nothing when there is none. */
export function finishDraft(
  desk: Desk,
  writer: Writer,
  touch: Touch,
  conversationId: string,
  what: 'reply' | 'note',
): void {
  const draft = writer.get<{ text: string; savedAt: number }>(
    'select text, saved_at as savedAt from draft where conversation_id = ? and what = ?',
    conversationId,
    what,
  );
  if (!draft) return;
  keepVersion(desk, writer, conversationId, what, draft.text, draft.savedAt);
  writer.run('delete from draft where conversation_id = ? and what = ?', conversationId, what);
  touch(`draft:${conversationId}`);
  touch('inbox');
}

/** Keeps a text as a version and forgets versions older than 30 days. */
export function keepVersion(
  desk: Desk,
  writer: Writer,
  conversationId: string,
  what: string,
  text: string,
  savedAt: number,
): void {
  if (text.trim() === '') return;
  writer.run(
    'insert into draft_version (conversation_id, what, text, saved_at) values (?, ?, ?, ?)',
    conversationId,
    what,
    text,
    savedAt,
  );
  writer.run('delete from draft_version where saved_at < ?', desk.clock.now() - KEPT_MS);
}
