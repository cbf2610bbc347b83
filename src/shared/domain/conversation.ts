/** States of a conversation and who may move it where. Pure: the server decides with it, the console predicts with it. */
import { z } from 'zod';

export const conversationStatuses = ['new', 'inProgress', 'pending', 'snoozed', 'resolved', 'noActionNeeded'] as const;
export const conversationStatusSchema = z.enum(conversationStatuses);
export type ConversationStatus = z.output<typeof conversationStatusSchema>;

const moves: Record<ConversationStatus, readonly ConversationStatus[]> = {
  new: ['inProgress', 'pending', 'snoozed', 'resolved', 'noActionNeeded'],
  inProgress: ['pending', 'snoozed', 'resolved', 'noActionNeeded'],
  pending: ['inProgress', 'snoozed', 'resolved', 'noActionNeeded'],
  snoozed: ['inProgress', 'pending', 'resolved', 'noActionNeeded'],
  resolved: ['inProgress'],
  noActionNeeded: ['inProgress'],
};

/** Whether a person or a rule may move a conversation from one status to another; `inProgress` from an ended one is a reopen. */
export function mayMoveStatus(from: ConversationStatus, to: ConversationStatus): boolean {
  return moves[from].includes(to);
}

/** Whether the conversation still stands in a queue. */
export function isOpen(status: ConversationStatus): boolean {
  return status !== 'resolved' && status !== 'noActionNeeded';
}

/** The groups of the inbox, most urgent first; `waiting` holds what waits for the customer (保留). */
export const urgencyGroups = ['overdue', 'within15Minutes', 'today', 'later', 'waiting'] as const;
export type UrgencyGroup = (typeof urgencyGroups)[number];

/** The window in which a reply counts as soon due, in milliseconds: the group 「15分以内」. */
export const SOON_MS = 15 * 60_000;

/**
 * The group in which a conversation stands at `now`.
 * @param dueAt when an answer is due (epoch ms), or null when nobody waits for one
 * @param endOfToday last millisecond of the workspace's day
 */
export function urgencyOf(
  status: ConversationStatus,
  dueAt: number | null,
  now: number,
  endOfToday: number,
): UrgencyGroup {
  if (status === 'pending' || status === 'snoozed') return 'waiting';
  if (dueAt === null) return 'later';
  if (dueAt < now) return 'overdue';
  if (dueAt <= now + SOON_MS) return 'within15Minutes';
  return dueAt <= endOfToday ? 'today' : 'later';
}

/** How old an unsent reply may be before a person must look at it again, in milliseconds (48 h, `sync.md`, stale reply). */
export const STALE_REPLY_MS = 48 * 3_600_000;
