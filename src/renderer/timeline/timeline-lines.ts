/**
 * Turns the entries of a customer's timeline into the lines of the thread: days, changes of conversation, the place
 * where the unread part begins, and the entries themselves. Pure: it reads no clock and asks for nothing.
 */
import type { TimelineEntry } from '../../shared/console-shapes.ts';
import type { ChannelOnWire } from '../../shared/domain/channel.ts';
import type { ConversationId } from '../../shared/domain/ids.ts';

export type ThreadLine =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | {
      readonly kind: 'conversation';
      readonly key: string;
      readonly conversationId: ConversationId;
      readonly channel: ChannelOnWire;
    }
  | { readonly kind: 'unread'; readonly key: string; readonly count: number }
  | { readonly kind: 'entry'; readonly key: string; readonly entry: TimelineEntry };

/** Which conversation an entry belongs to. */
export function conversationIdOf(entry: TimelineEntry): ConversationId {
  switch (entry.kind) {
    case 'message':
      return entry.message.conversationId;
    case 'call':
      return entry.call.conversationId;
    case 'pending':
    case 'absent':
      return entry.conversationId;
  }
}

function channelOf(entry: TimelineEntry): ChannelOnWire {
  switch (entry.kind) {
    case 'message':
      return entry.message.channel;
    case 'call':
      return 'phone';
    case 'pending':
    case 'absent':
      return entry.channel;
  }
}

/** Where the unread part begins, as it stood when the conversation was opened. */
export type UnreadMark = { readonly conversationId: ConversationId; readonly afterSeq: number; readonly count: number };

/**
 * @param dayOf the day of a time on the calendar of the work, as any comparable text
 * @param mark null when nothing was unread
 */
export function linesOf(
  entries: readonly TimelineEntry[],
  dayOf: (at: number) => string,
  mark: UnreadMark | null,
): ThreadLine[] {
  const lines: ThreadLine[] = [];
  let day = '';
  /** A day may stand twice when a missing part lies in the middle of it. */
  let after = '';
  let conversation: ConversationId | null = null;
  let marked = mark === null;
  for (const entry of entries) {
    // It says itself of which days and conversation it is; what follows says so anew.
    if (entry.kind === 'absent') {
      lines.push({ kind: 'entry', key: `absent ${entry.id}`, entry });
      day = '';
      after = ` after ${entry.id}`;
      conversation = null;
      continue;
    }
    const entryDay = dayOf(entry.at);
    const entryConversation = conversationIdOf(entry);
    if (entryDay !== day) lines.push({ kind: 'day', key: `day ${entryDay}${after}`, at: entry.at });
    // A call says on its own card what it is.
    if (entryConversation !== conversation && entry.kind !== 'call')
      lines.push({
        kind: 'conversation',
        key: `conversation ${entry.id}`,
        conversationId: entryConversation,
        channel: channelOf(entry),
      });
    day = entryDay;
    if (entry.kind !== 'call') conversation = entryConversation;
    if (
      !marked &&
      mark !== null &&
      entry.kind === 'message' &&
      entry.message.direction === 'in' &&
      entry.message.conversationId === mark.conversationId &&
      entry.message.seq > mark.afterSeq
    ) {
      lines.push({ kind: 'unread', key: 'unread', count: mark.count });
      marked = true;
    }
    lines.push({ kind: 'entry', key: entry.id, entry });
  }
  return lines;
}

/** The line of a message, or -1. */
export function lineOfEntry(lines: readonly ThreadLine[], id: string): number {
  return lines.findIndex((line) => line.kind === 'entry' && line.entry.id === id);
}
