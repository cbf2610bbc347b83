/** What the core in the page answers to a search: a plain look through the sample centre. No stand-in for the real search. */
import type { MarkedText, SearchCounts, SearchResult } from '../../src/shared/console-shapes.ts';
import {
  fitsFilter,
  fitsTime,
  missedFacets,
  type SearchFilter,
  type SearchItem,
  searchStateOf,
} from '../../src/shared/domain/search-filter.ts';
import { foldText } from '../../src/shared/domain/fold-text.ts';
import type { Centre } from './sample-centre.ts';

type Found = SearchItem & { customerId: string; show(into: SearchResult): void };

/** The handlers of `search`. @param unindexed what the index is said not to have reached */
export function searchAnswers(centre: Centre, unindexed: number) {
  function find(text: string): Found[] {
    const words = text.split(/\s+/u).filter((word) => word !== '');
    const holds = (whole: string): boolean => words.every((word) => foldText(whole).includes(foldText(word)));
    const mark = (whole: string): MarkedText => ({
      text: whole,
      marks: words.flatMap((word): [number, number][] => {
        const at = whole.indexOf(word);
        return at < 0 ? [] : [[at, at + word.length]];
      }),
    });
    return centre.threads.flatMap(({ customer, conversation, entries }): Found[] => {
      const base = {
        channel: conversation.channel,
        state: searchStateOf(conversation.status),
        customerId: customer.id,
      };
      const { id: conversationId } = conversation;
      const beside = { conversationId, customerId: customer.id, customerName: customer.displayName };
      const found: Found[] = [];
      if (holds(customer.displayName + customer.kana))
        found.push({
          ...{ kind: 'customer', channel: null, state: null, agentId: null, at: null, customerId: customer.id },
          show: ({ customers }) =>
            void customers.push({
              customerId: customer.id,
              name: mark(customer.displayName),
              kana: mark(customer.kana),
              memberNumber: customer.memberNumber === null ? null : mark(customer.memberNumber),
              found: null,
            }),
        });
      if (conversation.subject !== null && holds(conversation.subject)) {
        const { subject, channel, status, lastActivityAt, number } = conversation;
        found.push({
          ...{ ...base, kind: 'conversation', agentId: conversation.assigneeId, at: lastActivityAt },
          show: ({ conversations }) =>
            void conversations.push({
              ...{ ...beside, channel, subject: mark(subject), number: mark(number), status, lastActivityAt },
            }),
        });
      }
      for (const entry of entries) {
        if (entry.kind === 'call' && holds(entry.call.wrapUpNote)) {
          const { id: callId, direction, state, offeredAt, agentId, wrapUpNote } = entry.call;
          found.push({
            ...{ ...base, kind: 'call', channel: 'phone', agentId, at: offeredAt },
            show: ({ calls }) =>
              void calls.push({ ...beside, callId, direction, state, snippet: mark(wrapUpNote), offeredAt }),
          });
        }
        if (entry.kind !== 'message' || !holds(entry.message.text)) continue;
        const { id: messageId, direction, text: said, authorKind, authorId, authorName } = entry.message;
        found.push({
          ...{ ...base, kind: direction === 'note' ? 'note' : 'message', at: entry.at },
          agentId: authorKind === 'agent' ? authorId : null,
          show: ({ messages }) =>
            void messages.push({
              ...{ ...beside, messageId, channel: conversation.channel, direction, authorName, snippet: mark(said) },
              receivedAt: entry.at,
            }),
        });
      }
      return found;
    });
  }
  const ofPerson = (filter: SearchFilter, { customerId, at }: Found): boolean =>
    (filter.customerId === null || filter.customerId === customerId) && fitsTime(filter, at);

  return {
    'search.all': ({ text, limit, filter }: { text: string; limit: number; filter: SearchFilter }) => {
      const result: SearchResult = {
        ...{
          customers: [],
          conversations: [],
          calls: [],
          orders: [],
          messages: [],
          more: [],
          unindexed,
          missingUpto: null,
        },
      };
      for (const found of find(text)) if (ofPerson(filter, found) && fitsFilter(filter, found)) found.show(result);
      result.messages.sort((a, b) => b.receivedAt - a.receivedAt);
      result.customers = result.customers.filter(
        ({ customerId }, i) => result.customers.findIndex((other) => other.customerId === customerId) === i,
      );
      if (result.messages.length > limit) result.more.push('message');
      result.messages.length = Math.min(limit, result.messages.length);
      return result;
    },
    'search.counts': ({ text, filter }: { text: string; filter: SearchFilter }) => {
      const counts: SearchCounts = { total: 0, kind: {}, channel: {}, state: {}, agentId: {} };
      for (const found of find(text)) {
        const missed = missedFacets(filter, found);
        if (!ofPerson(filter, found) || missed.length > 1) continue;
        if (missed.length === 0) counts.total += 1;
        for (const facet of ['kind', 'channel', 'state', 'agentId'] as const) {
          const value = found[facet];
          const of: Partial<Record<string, number>> = counts[facet];
          if (value !== null && (missed.length === 0 || missed[0] === facet)) of[value] = (of[value] ?? 0) + 1;
        }
      }
      return counts;
    },
  };
}
