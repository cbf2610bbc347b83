/** `calls.addNote`: a note at this moment of a call goes into the outbox, also without a line. */
import { newId } from '../../../shared/domain/clock.ts';
import type { CallId, CallNoteId, CommandId } from '../../../shared/domain/ids.ts';
import { findRow } from '../db/find-row.ts';
import type { Desk } from '../desk.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { Refused } from '../refused.ts';

/** The contract's upper end, in ms: a note that comes 24 days after its call. */
const LONGEST_OFFSET_MS = 2 ** 31 - 1;

/** Refused with `not-found` when this device does not hold the call. */
export function addCallNote(desk: Desk, { callId, text }: { callId: CallId; text: string }): { commandId: CommandId } {
  const call = findRow(desk.cache.reader, 'call', callId);
  if (!call) throw new Refused('not-found', 'this call is not on this device', 'callId');
  const commandId = enqueue(desk, {
    kind: 'callNote.add',
    callNoteId: newId(desk.clock, desk.random) as CallNoteId,
    callId,
    conversationId: call.conversationId,
    text,
    offsetMs: Math.min(LONGEST_OFFSET_MS, Math.max(0, Math.round(desk.serverNow() - call.offeredAt))),
  });
  return { commandId };
}
