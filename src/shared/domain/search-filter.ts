/** By what a search can be narrowed, and which of these a found thing misses. Pure. */
import { z } from 'zod';
import { channelSchema, type ChannelOnWire } from './channel.ts';
import type { ConversationStatus } from './conversation.ts';
import { agentIdSchema, customerIdSchema } from './ids.ts';

/** What can be found, in the order of the screen. */
export const searchKinds = ['customer', 'conversation', 'call', 'order', 'message', 'note'] as const;
export type SearchKind = (typeof searchKinds)[number];

/** States of a conversation as a person asks for them. */
export const searchStates = ['open', 'waiting', 'ended'] as const;
export type SearchState = (typeof searchStates)[number];

/** The state in which a conversation of this status is looked for. */
export function searchStateOf(status: ConversationStatus): SearchState {
  if (status === 'resolved' || status === 'noActionNeeded') return 'ended';
  return status === 'pending' || status === 'snoozed' ? 'waiting' : 'open';
}

/** Null asks for nothing. All that is asked for must fit. */
export const searchFilterSchema = z.strictObject({
  kind: z.enum(searchKinds).nullable(),
  channel: channelSchema.nullable(),
  state: z.enum(searchStates).nullable(),
  /** Who wrote the message or note, took the call, or is responsible for the conversation. */
  agentId: agentIdSchema.nullable(),
  customerId: customerIdSchema.nullable(),
  /** Epoch ms: received, offered, ordered, or last active not before this. */
  from: z.number().int().nullable(),
  /** Epoch ms: before this. */
  until: z.number().int().nullable(),
});
export type SearchFilter = z.output<typeof searchFilterSchema>;

export const noSearchFilter: SearchFilter = {
  kind: null,
  channel: null,
  state: null,
  agentId: null,
  customerId: null,
  from: null,
  until: null,
};

/** What a filter looks at. Null where a kind has no such thing: a customer has no channel, so a channel leaves all of them out. */
export type SearchItem = {
  kind: SearchKind;
  channel: ChannelOnWire | null;
  state: SearchState | null;
  agentId: string | null;
  /** Epoch ms. */
  at: number | null;
};

/** The parts of a filter for which counts are told, so that one sees what another choice would give. */
export const searchFacets = ['kind', 'channel', 'state', 'agentId'] as const;
export type SearchFacet = (typeof searchFacets)[number];

/** Whether a moment lies between the dates. */
export function fitsTime({ from, until }: SearchFilter, at: number | null): boolean {
  if (from !== null && (at === null || at < from)) return false;
  return until === null || (at !== null && at < until);
}

/** The facets that leave an item out. */
export function missedFacets(filter: SearchFilter, item: SearchItem): SearchFacet[] {
  return searchFacets.filter((facet) => filter[facet] !== null && filter[facet] !== item[facet]);
}

/** Whether an item is what was asked for, but for the customer, by whom it is looked for and not left out. */
export function fitsFilter(filter: SearchFilter, item: SearchItem): boolean {
  return fitsTime(filter, item.at) && missedFacets(filter, item).length === 0;
}
