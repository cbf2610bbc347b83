/** `customers.sheet`: everything beside the timeline that an agent sees of a customer. Full values only where this device may hold them. */
import type { Sheet } from '../../../shared/console-shapes.ts';
import { maskMail, maskPhone } from '../../../shared/domain/mask.ts';
import type { CustomerId } from '../../../shared/domain/ids.ts';
import type { ChannelIdentityRow, ConversationRow } from '../../../shared/domain/rows.ts';
import type { RowOf, SyncedKind } from '../../../shared/domain/synced-kinds.ts';
import { findRow } from '../db/find-row.ts';
import { predictConversation } from '../conversations/predict-conversation.ts';
import { codecOf } from '../db/row-codec.ts';
import { predictConsents, predictCustomer } from './predict-customer.ts';
import type { Desk } from '../desk.ts';
import { isUnderWay, listItems, outlookByConversation } from '../outbox/outbox-state.ts';
import { Refused } from '../refused.ts';

/** Newest orders and conversations that the sheet lists; the counts are always whole. */
const SHOWN = 50;

/** The sheet of one customer. Refused with `not-found` when this device does not hold them. */
export function getSheet(desk: Desk, { customerId }: { customerId: CustomerId }): Sheet {
  const customer = findRow(desk.cache.reader, 'customer', customerId);
  if (!customer) throw new Refused('not-found', 'this customer is not on this device', 'customerId');
  const list = <K extends SyncedKind>(kind: K, tail: string): RowOf<K>[] => {
    const codec = codecOf(kind);
    return desk.cache.reader
      .rows(`select ${codec.select} from ${codec.table} where customer_id = ? ${tail}`, customerId)
      .map((values) => codec.decode(values));
  };
  const personal = list('personalData', '');
  const orders = listItems(desk.outbox.reader, 'customer_id = ?', customerId).flatMap(({ body, state }) =>
    isUnderWay(state) ? [body] : [],
  );
  const acknowledging = new Set(
    orders.flatMap((body): string[] => (body.kind === 'handoverNote.acknowledge' ? [body.handoverNoteId] : [])),
  );
  return {
    ...predictCustomer(customer, orders),
    consents: predictConsents(list('consent', ''), orders),
    identities: list('channelIdentity', 'order by channel, id').map((identity) => ({
      id: identity.id,
      channel: identity.channel,
      ...shownValue(identity, personal),
      isVerified: identity.isVerified,
    })),
    cautions: list('caution', 'order by created_at desc, id'),
    handoverNotes: list('handoverNote', 'order by created_at desc, id').map((note) => ({
      ...note,
      isAcknowledgePending: note.acknowledgedAt === null && acknowledging.has(note.id),
    })),
    orders: list('order', `order by ordered_at desc limit ${SHOWN}`),
    orderCount:
      desk.cache.reader.value<number>('select count(*) from order_row where customer_id = ?', customerId) ?? 0,
    conversations: list('conversation', `order by last_activity_at desc limit ${SHOWN}`).map((row) =>
      summarise(desk, row),
    ),
    conversationCount:
      desk.cache.reader.value<number>('select count(*) from conversation where customer_id = ?', customerId) ?? 0,
  };
}

/** One conversation in a list of a customer's conversations. */
export function summarise(desk: Desk, row: ConversationRow): Sheet['conversations'][number] {
  const now = predictConversation(row, outlookByConversation(desk.outbox).get(row.id)?.orders ?? [], desk.me.agentId);
  return {
    conversationId: now.id,
    channel: now.channel,
    subject: now.subject,
    preview: now.preview,
    status: now.status,
    lastActivityAt: now.lastActivityAt,
    assigneeName:
      now.assigneeId === null ? null : (findRow(desk.cache.reader, 'agent', now.assigneeId)?.displayName ?? null),
  };
}

/** The full value when this device may hold it (scope `personalData`), else the masked form. */
function shownValue(
  identity: ChannelIdentityRow,
  personal: RowOf<'personalData'>[],
): { shown: string; isMasked: boolean } {
  const full = personal.find(
    ({ kind, value }) =>
      (kind === 'phone' && maskPhone(value) === identity.maskedValue) ||
      (kind === 'mail' && maskMail(value) === identity.maskedValue),
  );
  if (full) return { shown: full.value, isMasked: false };
  return { shown: identity.maskedValue, isMasked: identity.maskedValue.includes('•') };
}
