/** `inbox.rows`: one page of the inbox as it is shown, with drafts and what waits laid over. Changes nothing. */
import type { InboxRow } from '../../../shared/console-shapes.ts';
import { urgencyOf } from '../../../shared/domain/conversation.ts';
import type { ConversationRow, CustomerRow } from '../../../shared/domain/rows.ts';
import { groupOf } from '../customers/customer-group.ts';
import { shownNameOf } from '../customers/find-shown-customer.ts';
import type { Desk } from '../desk.ts';
import { listOthers } from '../drafts/other-drafts.ts';
import { outlookByConversation } from '../outbox/outbox-state.ts';
import { type InboxTab, type InboxView, sliceOf } from './inbox-order.ts';
import { countSlice, listMoved, readSlice } from './read-inbox.ts';
import { today } from './today.ts';

/** Characters of a preview; the window cuts it further to its width. */
const PREVIEW_CHARACTERS = 160;

type Choice = { view: InboxView; tab: InboxTab; offset: number; limit: number };

/** Rows `offset … offset + limit` in the order of the groups, and how many there are. */
export function listRows(desk: Desk, { view, tab, offset, limit }: Choice): { rows: InboxRow[]; total: number } {
  const slice = sliceOf(view, tab);
  const conversations = slice.buckets.length === 0 ? [] : readSlice(desk, slice, offset, limit);
  return { rows: showRows(desk, conversations), total: countSlice(desk, slice, listMoved(desk)) };
}

function showRows(desk: Desk, conversations: ConversationRow[]): InboxRow[] {
  const { now, endOfToday } = today(desk);
  const outlook = outlookByConversation(desk.outbox);
  const drafts = draftsOf(desk, conversations);
  const agents = new Map(
    desk.cache.reader
      .all<{ id: string; name: string }>('select id, display_name as name from agent')
      .map((row) => [row.id, row.name]),
  );
  return conversations.map((row) => {
    const customer = desk.cache.reader.get<{ name: string; handlingState: CustomerRow['handlingState'] }>(
      'select display_name as name, handling_state as handlingState from customer where id = ?',
      groupOf(desk, row.customerId).rootId,
    );
    const waiting = outlook.get(row.id);
    const draft = drafts.get(row.id);
    const shown = previewOf(row, waiting, draft);
    return {
      conversationId: row.id,
      customerId: row.customerId,
      customerName: customer?.name ?? shownNameOf(desk.cache.reader, row.customerId),
      handlingState: customer?.handlingState ?? 'normal',
      channel: row.channel,
      status: row.status,
      group: urgencyOf(row.status, row.dueAt, now, endOfToday),
      subject: row.subject,
      preview: shown.text.replaceAll(/\s+/g, ' ').slice(0, PREVIEW_CHARACTERS),
      previewKind: shown.kind,
      unreadCount: row.unreadCount,
      assigneeId: row.assigneeId,
      assigneeName: row.assigneeId === null ? null : (agents.get(row.assigneeId) ?? null),
      isMine: row.assigneeId === desk.me.agentId,
      hasDraft: draft !== undefined,
      queuedCount: waiting?.queued ?? 0,
      attentionCount: waiting?.attention ?? 0,
      dueAt: row.dueAt,
      lastActivityAt: row.lastActivityAt,
    };
  });
}

type Outlook = NonNullable<ReturnType<ReturnType<typeof outlookByConversation>['get']>>;

function previewOf(
  row: ConversationRow,
  waiting: Outlook | undefined,
  draft: string | undefined,
): { text: string; kind: InboxRow['previewKind'] } {
  if (waiting && waiting.attention > 0) return { text: waiting.newestText ?? row.preview, kind: 'attention' };
  if (waiting && waiting.queued > 0) return { text: waiting.newestText ?? row.preview, kind: 'queued' };
  if (draft !== undefined) return { text: draft, kind: 'draft' };
  return { text: row.preview, kind: row.previewDirection };
}

function draftsOf(desk: Desk, conversations: ConversationRow[]): Map<string, string> {
  const ids = JSON.stringify(conversations.map((row) => row.id));
  const found = desk.outbox.reader.all<{ id: string; text: string }>(
    'select conversation_id as id, text from draft where conversation_id in (select value from json_each(?)) order by saved_at',
    ids,
  );
  const elsewhere = listOthers(desk, null).map(({ conversationId, text }) => ({ id: conversationId, text }));
  return new Map([...elsewhere, ...found].map((row) => [row.id, row.text]));
}
