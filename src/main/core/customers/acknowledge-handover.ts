/** `customers.acknowledgeHandover`: orders that a handover note counts as read by this agent. */
import type { CommandId, HandoverNoteId } from '../../../shared/domain/ids.ts';
import { findRow } from '../db/find-row.ts';
import type { Desk } from '../desk.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { Refused } from '../refused.ts';

/** Refused with `not-found` when this device does not hold the note. */
export function acknowledgeHandover(
  desk: Desk,
  { handoverNoteId }: { handoverNoteId: HandoverNoteId },
): { commandId: CommandId } {
  if (!findRow(desk.cache.reader, 'handoverNote', handoverNoteId)) {
    throw new Refused('not-found', 'this handover note is not on this device', 'handoverNoteId');
  }
  return { commandId: enqueue(desk, { kind: 'handoverNote.acknowledge', handoverNoteId }) };
}
