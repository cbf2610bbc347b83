/**
 * What stands against what, when the server kept something else than this agent had ordered: mine and theirs, side by
 * side, so that a person can choose. Reads the copy as it is now; decides nothing.
 */
import type { OutboxRow } from '../../../shared/console-shapes.ts';
import type { ConversationId } from '../../../shared/domain/ids.ts';
import { findRow } from '../db/find-row.ts';
import type { Desk } from '../desk.ts';
import type { OutboxItem } from './outbox-state.ts';

type Conflict = NonNullable<OutboxRow['conflict']>;

/** Null for an order that was not stopped because of what somebody else did. */
export function showConflict(desk: Desk, item: OutboxItem): Conflict | null {
  if (item.state !== 'needsReview' && item.state !== 'refused') return null;
  if (item.reason !== 'state-changed' && item.reason !== 'edited-meanwhile') return null;
  const cache = desk.cache.reader;
  const { body } = item;
  const conversation = (id: ConversationId) => findRow(cache, 'conversation', id);
  const nameOf = (kind: 'agent' | 'queue', id: string | null | undefined): string | null => {
    if (id === null || id === undefined) return null;
    return kind === 'agent'
      ? (findRow(cache, 'agent', id)?.displayName ?? null)
      : (findRow(cache, 'queue', id)?.name ?? null);
  };
  const choice = { detail: null, who: null, canKeepBoth: false };
  switch (body.kind) {
    case 'conversation.assign':
      return {
        ...choice,
        field: 'assignee',
        mine: nameOf('agent', body.assigneeId),
        theirs: nameOf('agent', conversation(body.conversationId)?.assigneeId),
      };
    case 'conversation.setStatus':
      return {
        ...choice,
        field: 'status',
        mine: body.status,
        theirs: conversation(body.conversationId)?.status ?? null,
      };
    case 'conversation.move':
      return {
        ...choice,
        field: 'queue',
        mine: nameOf('queue', body.queueId),
        theirs: nameOf('queue', conversation(body.conversationId)?.queueId),
      };
    case 'note.edit': {
      const note = findRow(cache, 'message', body.messageId);
      return {
        ...choice,
        field: 'note',
        mine: body.text,
        theirs: note?.text ?? null,
        who: note?.editedByName ?? note?.authorName ?? null,
        canKeepBoth: true,
      };
    }
    case 'customer.setField':
      return {
        ...choice,
        field: 'customer',
        detail: body.change.field,
        mine: body.change.value,
        theirs: findRow(cache, 'customer', body.customerId)?.[body.change.field] ?? null,
      };
    case 'consent.set': {
      const answer = cache.get<{ state: string; source: string }>(
        'select state, source from consent where customer_id = ? and purpose = ?',
        body.customerId,
        body.purpose,
      );
      return {
        ...choice,
        field: 'consent',
        detail: body.purpose,
        mine: body.state,
        theirs: answer?.state ?? 'unknown',
        who: answer?.source ?? null,
      };
    }
    default:
      return null;
  }
}
