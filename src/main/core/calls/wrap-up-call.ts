/** `calls.saveWrapUpDraft` and `calls.finishWrapUp`: what the agent writes after a call; kept on the device until it is finished. */
import type { CallId, CommandId, WrapUpCodeId } from '../../../shared/domain/ids.ts';
import { findRow } from '../db/find-row.ts';
import type { Desk } from '../desk.ts';
import { append, writeOutbox } from '../outbox/enqueue.ts';
import { Refused } from '../refused.ts';

type Input = { callId: CallId; note: string; wrapUpCodeId: WrapUpCodeId | null };

/** Journals what is typed into the wrap-up panel. */
export function saveWrapUpDraft(desk: Desk, { callId, note, wrapUpCodeId }: Input): { ok: true } {
  writeOutbox(desk, (writer) => {
    writer.run(
      `insert into wrap_up_draft (call_id, note, wrap_up_code_id, saved_at) values (?, ?, ?, ?)
       on conflict (call_id) do update set note = excluded.note, wrap_up_code_id = excluded.wrap_up_code_id, saved_at = excluded.saved_at`,
      callId,
      note,
      wrapUpCodeId,
      desk.clock.now(),
    );
  });
  return { ok: true };
}

/** Orders the wrap-up and ends its draft, in one transaction. Refused with `not-found`. */
export function finishWrapUp(desk: Desk, { callId, note, wrapUpCodeId }: Input): { commandId: CommandId } {
  const call = findRow(desk.cache.reader, 'call', callId);
  if (!call) throw new Refused('not-found', 'this call is not on this device', 'callId');
  const now = Math.round(desk.serverNow());
  const commandId = writeOutbox(desk, (writer, touch) => {
    writer.run('delete from wrap_up_draft where call_id = ?', callId);
    touch('calls');
    return append(desk, writer, touch, {
      kind: 'call.wrapUp',
      callId,
      conversationId: call.conversationId,
      wrapUpCodeId,
      note,
      startedAt: call.wrapUpStartedAt ?? call.endedAt ?? now,
      endedAt: now,
    });
  });
  desk.line.outboxChanged();
  return { commandId };
}
