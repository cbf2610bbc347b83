/**
 * What the server holds of this agent's drafts: those of other devices, and what became of this device's own. A draft
 * that this device has gone on with is left out, whether the server knows that already or not.
 */
import type { DraftRow } from '../../../shared/domain/rows.ts';
import { codecOf } from '../db/row-codec.ts';
import type { Desk } from '../desk.ts';

const drafts = codecOf('draft');

/** Copies of one conversation, or of all. */
export function listCopies(desk: Pick<Desk, 'cache'>, conversationId: string | null): DraftRow[] {
  const where = conversationId === null ? '' : 'where conversation_id = ?';
  return desk.cache.reader
    .rows(
      `select ${drafts.select} from draft ${where} order by copied_at desc`,
      ...(conversationId === null ? [] : [conversationId]),
    )
    .map((values) => drafts.decode(values));
}

/** Drafts of this agent that another device has written and nobody has gone on with, newest first. */
export function listOthers(desk: Pick<Desk, 'cache' | 'outbox'>, conversationId: string | null): DraftRow[] {
  return listCopies(desk, conversationId).filter(({ id, revision, supersededAt }) => {
    if (supersededAt !== null) return false;
    if (desk.outbox.reader.value('select 1 from draft where draft_id = ?', id) !== undefined) return false;
    const done = desk.outbox.reader.value<number>('select revision from draft_done where draft_id = ?', id);
    return done === undefined || done < revision;
  });
}
