/** `customers.sheet`: everything beside the timeline that an agent sees of a customer. Full values only where this device may hold them. */
import type { Sheet } from '../../../shared/console-shapes.ts';
import { maskMail, maskPhone } from '../../../shared/domain/mask.ts';
import type { CommandBody } from '../../../shared/domain/command.ts';
import type { CustomerId } from '../../../shared/domain/ids.ts';
import type { ChannelIdentityRow, ConversationRow } from '../../../shared/domain/rows.ts';
import type { RowOf, SyncedKind } from '../../../shared/domain/synced-kinds.ts';
import { findRow } from '../db/find-row.ts';
import { predictConversation } from '../conversations/predict-conversation.ts';
import { codecOf } from '../db/row-codec.ts';
import { groupOf } from './customer-group.ts';
import { relatedCustomers } from './related-customers.ts';
import { predictConsents, predictCustomer } from './predict-customer.ts';
import type { Desk } from '../desk.ts';
import { isUnderWay, listItems, outlookByConversation } from '../outbox/outbox-state.ts';
import { Refused } from '../refused.ts';

/** Newest orders and conversations that the sheet lists; the counts are always whole. */
const SHOWN = 50;

/**
 * The sheet of a customer and of everybody who is merged with them, under the one who stands for all. Refused with
 * `not-found` when this device does not hold them.
 */
export function getSheet(desk: Desk, { customerId }: { customerId: CustomerId }): Sheet {
  const { rootId, ids } = groupOf(desk, customerId);
  const customer = findRow(desk.cache.reader, 'customer', rootId) ?? findRow(desk.cache.reader, 'customer', customerId);
  if (!customer) throw new Refused('not-found', 'this customer is not on this device', 'customerId');
  const list = <K extends SyncedKind>(kind: K, of: readonly string[] = ids): RowOf<K>[] =>
    of.flatMap((id) => listOf(desk, kind, id));
  const personal = list('personalData');
  const orders = ids.flatMap((id) => ordersAbout(desk, id));
  const acknowledging = new Set(
    orders.flatMap((body): string[] => (body.kind === 'handoverNote.acknowledge' ? [body.handoverNoteId] : [])),
  );
  const ownOrders = orders.filter((body) => !('customerId' in body) || body.customerId === customer.id);
  return {
    ...predictCustomer(customer, ownOrders),
    consents: predictConsents(list('consent', [customer.id]), ownOrders),
    identities: list('channelIdentity')
      .sort((a, b) => (a.channel < b.channel ? -1 : a.channel > b.channel ? 1 : a.id < b.id ? -1 : 1))
      .map((identity) => ({
        id: identity.id,
        channel: identity.channel,
        ...shownValue(identity, personal),
        isVerified: identity.isVerified,
      })),
    cautions: list('caution').sort(byNewest((row) => row.createdAt)),
    handoverNotes: list('handoverNote')
      .sort(byNewest((row) => row.createdAt))
      .map((note) => ({
        ...note,
        isAcknowledgePending: note.acknowledgedAt === null && acknowledging.has(note.id),
      })),
    orders: newest(desk, 'order', 'ordered_at', ids)
      .sort(byNewest((row) => row.orderedAt))
      .slice(0, SHOWN),
    orderCount: countOf(desk, 'order_row', ids),
    conversations: newest(desk, 'conversation', 'last_activity_at', ids)
      .sort(byNewest((row) => row.lastActivityAt))
      .slice(0, SHOWN)
      .map((row) => summarise(desk, row)),
    conversationCount: countOf(desk, 'conversation', ids),
    ...relatedCustomers(desk, { rootId, ids }),
  };
}

function listOf<K extends SyncedKind>(desk: Desk, kind: K, customerId: string, tail = ''): RowOf<K>[] {
  const codec = codecOf(kind);
  return desk.cache.reader
    .rows(`select ${codec.select} from ${codec.table} where customer_id = ? ${tail}`, customerId)
    .map((values) => codec.decode(values));
}

function newest<K extends 'order' | 'conversation'>(
  desk: Desk,
  kind: K,
  by: string,
  ids: readonly string[],
): RowOf<K>[] {
  return ids.flatMap((id) => listOf(desk, kind, id, `order by ${by} desc limit ${SHOWN}`));
}

function countOf(desk: Desk, table: 'order_row' | 'conversation', ids: readonly string[]): number {
  return ids.reduce(
    (sum, id) =>
      sum + (desk.cache.reader.value<number>(`select count(*) from ${table} where customer_id = ?`, id) ?? 0),
    0,
  );
}

function ordersAbout(desk: Desk, customerId: string): CommandBody[] {
  return listItems(desk.outbox.reader, 'customer_id = ?', customerId).flatMap(({ body, state }) =>
    isUnderWay(state) ? [body] : [],
  );
}

function byNewest<T extends { id: string }>(timeOf: (row: T) => number): (a: T, b: T) => number {
  return (a, b) => timeOf(b) - timeOf(a) || (a.id < b.id ? -1 : 1);
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
