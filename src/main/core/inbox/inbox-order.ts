/**
 * The order of the inbox: which part of which index a view and tab are, and where a conversation stands in it. The
 * SQL of `bucket` and `order_key` (migration 0001) and the functions here say the same; a test compares them.
 */
import { inboxTabs, inboxViews } from '../../../shared/console-shapes.ts';
import type { ConversationRow } from '../../../shared/domain/rows.ts';
import { isOpen } from '../../../shared/domain/conversation.ts';
import type { AgentId } from '../../../shared/domain/ids.ts';
import { unreachable } from '../../../shared/domain/unreachable.ts';

export type InboxView = (typeof inboxViews)[number];
export type InboxTab = (typeof inboxTabs)[number];
export type Ranked = Pick<ConversationRow, 'id' | 'status' | 'assigneeId' | 'dueAt' | 'lastActivityAt'>;

/** 0 due, 1 open without a due time, 2 waits for the customer, 3 ended. */
export type Bucket = 0 | 1 | 2 | 3;

/** One contiguous part of one index: no view is ever sorted or filtered row by row. */
export type InboxSlice = {
  index: 'conversation_everyone' | 'conversation_whose' | 'conversation_desk';
  /** Leading condition of that index; SQL of ours. */
  owner: '' | 'whose = 0 and' | 'whose = 1 and' | 'on_desk = 1 and';
  whose: readonly (0 | 1 | 2)[];
  buckets: readonly Bucket[];
};

/** The slice that a view and tab stand for. */
export function sliceOf(view: InboxView, tab: InboxTab): InboxSlice {
  const buckets = bucketsOf(view, tab);
  switch (tab) {
    case 'mine':
      return { index: 'conversation_whose', owner: 'whose = 0 and', whose: [0], buckets };
    case 'unassigned':
      return { index: 'conversation_whose', owner: 'whose = 1 and', whose: [1], buckets };
    case 'all':
    case 'pending':
      return view === 'mineAndUnassigned'
        ? { index: 'conversation_desk', owner: 'on_desk = 1 and', whose: [0, 1], buckets }
        : { index: 'conversation_everyone', owner: '', whose: [0, 1, 2], buckets };
    default:
      return unreachable(tab);
  }
}

function bucketsOf(view: InboxView, tab: InboxTab): Bucket[] {
  if (view === 'resolved') return tab === 'pending' ? [] : [3];
  return tab === 'pending' ? [2] : [0, 1, 2];
}

/** Bucket of a conversation; the same as the column `bucket`. */
export function bucketOf(row: Pick<Ranked, 'status' | 'dueAt'>): Bucket {
  if (!isOpen(row.status)) return 3;
  if (row.status === 'pending' || row.status === 'snoozed') return 2;
  return row.dueAt === null ? 1 : 0;
}

/** Order inside the bucket; the same as the column `order_key`. */
export function orderKeyOf(row: Ranked): number {
  return bucketOf(row) === 0 && row.dueAt !== null ? row.dueAt : -row.lastActivityAt;
}

/** 0 mine, 1 nobody's, 2 a colleague's; the same as the column `whose`. */
export function whoseOf(row: Pick<Ranked, 'assigneeId'>, me: AgentId): 0 | 1 | 2 {
  return row.assigneeId === me ? 0 : row.assigneeId === null ? 1 : 2;
}

/** Whether a conversation stands in a slice. */
export function isInSlice(slice: InboxSlice, row: Ranked, me: AgentId): boolean {
  return slice.whose.includes(whoseOf(row, me)) && slice.buckets.includes(bucketOf(row));
}

/** Order of two conversations in the inbox: negative when `a` stands before `b`. */
export function compareInbox(a: Ranked, b: Ranked): number {
  return bucketOf(a) - bucketOf(b) || orderKeyOf(a) - orderKeyOf(b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
