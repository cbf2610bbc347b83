/** Shows one call on the timeline, with the notes and the wrap-up that this agent has written and the server has not shown yet. */
import type { TimelineEntry } from '../../../shared/console-shapes.ts';
import type { CallNoteRow, CallRow } from '../../../shared/domain/rows.ts';
import type { CallId, CallNoteId, ConversationId } from '../../../shared/domain/ids.ts';
import { findRow } from '../db/find-row.ts';
import { codecOf } from '../db/row-codec.ts';
import type { Desk } from '../desk.ts';
import type { OutboxItem } from '../outbox/outbox-state.ts';
import { isUnderWay } from '../outbox/outbox-state.ts';

type CallEntry = Extract<TimelineEntry, { kind: 'call' }>;
const notes = codecOf('callNote');

/** A call as an entry of the timeline. `waiting` = this agent's orders about its conversation. */
export function showCall(desk: Desk, row: CallRow, waiting: readonly OutboxItem[]): CallEntry {
  const call = predictCall(row, waiting);
  const stored = desk.cache.reader
    .rows(`select ${notes.select} from call_note where call_id = ? order by created_at, id`, call.id)
    .map((values): CallNoteRow => notes.decode(values));
  const known = new Set<string>(stored.map((note) => note.id));
  return {
    kind: 'call',
    at: call.offeredAt,
    id: call.id,
    call,
    agentName: call.agentId === null ? null : (findRow(desk.cache.reader, 'agent', call.agentId)?.displayName ?? null),
    wrapUpCode:
      call.wrapUpCodeId === null ? null : (findRow(desk.cache.reader, 'wrapUpCode', call.wrapUpCodeId) ?? null),
    notes: [
      ...stored.map((note) => ({ ...note, isPending: false })),
      ...pendingNotes(desk, call.id, waiting).filter((note) => !known.has(note.id)),
    ],
  };
}

/** The call as it will be when this agent's wrap-up has arrived. */
export function predictCall(call: CallRow, waiting: readonly OutboxItem[]): CallRow {
  return waiting.reduce((now, { body, state }) => {
    if (body.kind !== 'call.wrapUp' || body.callId !== now.id || !isUnderWay(state)) return now;
    return {
      ...now,
      wrapUpCodeId: body.wrapUpCodeId,
      wrapUpNote: body.note,
      wrapUpStartedAt: now.wrapUpStartedAt ?? body.startedAt,
      wrapUpEndedAt: body.endedAt ?? now.wrapUpEndedAt,
    };
  }, call);
}

function pendingNotes(desk: Desk, callId: CallId, waiting: readonly OutboxItem[]): CallEntry['notes'] {
  return waiting.flatMap(({ body, composedAt }) =>
    body.kind === 'callNote.add' && body.callId === callId
      ? [
          {
            id: body.callNoteId satisfies CallNoteId,
            sv: 0,
            callId,
            conversationId: body.conversationId satisfies ConversationId,
            text: body.text,
            offsetMs: body.offsetMs,
            authorName: desk.me.displayName,
            createdAt: composedAt,
            isPending: true,
          },
        ]
      : [],
  );
}
