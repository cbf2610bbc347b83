/** What this conversation can put in the place of a template's placeholders. */
import type { ConversationDetail } from '../../shared/console-shapes.ts';
import type { PlaceholderValues } from '../../shared/domain/placeholders.ts';
import { useQuery } from '../console/use-query.ts';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';

/** Of several orders the newest is meant. */
export function usePlaceholderValues({ conversation, customer }: ConversationDetail): PlaceholderValues {
  const format = useFormat();
  const now = useMinute();
  const session = useQuery('session.get', {}).data;
  const order = useQuery('customers.sheet', { customerId: customer.id }).data?.orders[0];
  return {
    customerName: customer.displayName,
    memberNumber: customer.memberNumber,
    conversationNumber: conversation.number,
    orderNumber: order?.number ?? null,
    productName: order?.lines[0]?.productName ?? null,
    agentName: session?.state === 'signedIn' ? session.displayName : null,
    today: format.day(now, now),
  };
}
