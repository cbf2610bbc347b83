/** Puts the kinds of hit into one list, in the order of the screen, so that one cursor walks through all of it. Pure. */
import type { SearchResult } from '../../shared/console-shapes.ts';

export type Hit =
  | { readonly kind: 'customer'; readonly id: string; readonly hit: SearchResult['customers'][number] }
  | { readonly kind: 'conversation'; readonly id: string; readonly hit: SearchResult['conversations'][number] }
  | { readonly kind: 'call'; readonly id: string; readonly hit: SearchResult['calls'][number] }
  | { readonly kind: 'order'; readonly id: string; readonly hit: SearchResult['orders'][number] }
  | { readonly kind: 'message'; readonly id: string; readonly hit: SearchResult['messages'][number] };

/** See the file's head. Ids are unique over all kinds. */
export function hitsOf(result: SearchResult): Hit[] {
  return [
    ...result.customers.map((hit): Hit => ({ kind: 'customer', id: `customer-${hit.customerId}`, hit })),
    ...result.conversations.map(
      (hit): Hit => ({ kind: 'conversation', id: `conversation-${hit.conversationId}`, hit }),
    ),
    ...result.calls.map((hit): Hit => ({ kind: 'call', id: `call-${hit.callId}`, hit })),
    ...result.orders.map((hit): Hit => ({ kind: 'order', id: `order-${hit.orderId}`, hit })),
    ...result.messages.map((hit): Hit => ({ kind: 'message', id: `message-${hit.messageId}`, hit })),
  ];
}
