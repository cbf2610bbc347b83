/** `inbox.outline`: how many conversations stand in each group and tab, and how many are unread. Reads no row. */
import type { ConsoleHandlers } from '../../../shared/console-api.ts';
import { SOON_MS } from '../../../shared/domain/conversation.ts';
import type { Desk } from '../desk.ts';
import type { InboxTab, InboxView } from './inbox-order.ts';
import { type InboxSlice, isInSlice, sliceOf } from './inbox-order.ts';
import { countDue, countSlice, listMoved, type Moved } from './read-inbox.ts';
import { today } from './today.ts';

type Outline = Awaited<ReturnType<ConsoleHandlers['inbox']['outline']>>;

/** Counts for a view and tab, by the server's clock. */
export function getOutline(desk: Desk, { view, tab }: { view: InboxView; tab: InboxTab }): Outline {
  const moved = listMoved(desk);
  const count = (slice: InboxSlice) => countSlice(desk, slice, moved);
  const slice = sliceOf(view, tab);
  return {
    groups: countGroups(desk, slice, moved),
    total: count(slice),
    tabs: {
      all: count(sliceOf(view, 'all')),
      mine: count(sliceOf(view, 'mine')),
      unassigned: count(sliceOf(view, 'unassigned')),
      pending: count(sliceOf(view, 'pending')),
    },
    unreadConversations: countUnread(desk, moved),
  };
}

/** The same borders as `urgencyOf`, as ranges of the index. */
function countGroups(desk: Desk, slice: InboxSlice, moved: readonly Moved[]): Outline['groups'] {
  const { now, endOfToday } = today(desk);
  const soon = now + SOON_MS;
  const overdue = countDue(desk, slice, 0, now - 1, moved);
  const within15Minutes = countDue(desk, slice, now, soon, moved);
  const todayCount = endOfToday > soon ? countDue(desk, slice, soon + 1, endOfToday, moved) : 0;
  const waiting = countSlice(desk, { ...slice, buckets: slice.buckets.filter((bucket) => bucket === 2) }, moved);
  const rest = countSlice(desk, { ...slice, buckets: slice.buckets.filter((bucket) => bucket !== 2) }, moved);
  return [
    { group: 'overdue', count: overdue },
    { group: 'within15Minutes', count: within15Minutes },
    { group: 'today', count: todayCount },
    { group: 'later', count: rest - overdue - within15Minutes - todayCount },
    { group: 'waiting', count: waiting },
  ];
}

function countUnread(desk: Desk, moved: readonly Moved[]): number {
  const counted = desk.cache.reader.value<number>(
    `select count(*) from conversation indexed by conversation_unread
     where on_desk = 1 and bucket < 3 and unread_count > 0`,
  );
  const slice = sliceOf('mineAndUnassigned', 'all');
  const isUnread = (row: Moved['base']) => row.unreadCount > 0 && isInSlice(slice, row, desk.me.agentId);
  return moved.reduce(
    (sum, { base, predicted }) => sum + Number(isUnread(predicted)) - Number(isUnread(base)),
    Number(counted),
  );
}
