/** `inbox.place`: where a conversation stands in a view now. */
import type { Desk } from '../desk.ts';
import { type InboxTab, type InboxView, sliceOf } from './inbox-order.ts';
import { placeInSlice } from './read-inbox.ts';

/** Index from 0 in the order of the groups, or null when the conversation is not in the view. */
export function getPlace(
  desk: Desk,
  input: { view: InboxView; tab: InboxTab; conversationId: string },
): { index: number | null } {
  const slice = sliceOf(input.view, input.tab);
  return { index: slice.buckets.length === 0 ? null : placeInSlice(desk, slice, input.conversationId) };
}
