/**
 * The customer beside a conversation or a ring. An agent without the right to the directory holds conversations whose
 * customer is not on the device: then what the messages themselves say stands in, so that they can be answered.
 */
import type { CustomerId, WorkspaceId } from '../../../shared/domain/ids.ts';
import type { CustomerRow } from '../../../shared/domain/rows.ts';
import type { Reader } from '../db/connection.ts';
import { findRow } from '../db/find-row.ts';

/** The row, or a stand-in that knows only a name. @param otherName shown when no message names the customer */
export function findShownCustomer(
  cache: Reader,
  customerId: CustomerId,
  workspaceId: WorkspaceId,
  otherName = '',
): CustomerRow {
  return (
    findRow(cache, 'customer', customerId) ??
    standIn(customerId, workspaceId, nameByMessages(cache, customerId) ?? otherName)
  );
}

/** Name of a customer as a list shows it; empty when this device knows none. */
export function shownNameOf(cache: Reader, customerId: string): string {
  return (
    cache.value<string>(
      `select coalesce(root.display_name, own.display_name) from customer own
       left join customer root on root.id = own.merged_into_id where own.id = ?`,
      customerId,
    ) ??
    nameByMessages(cache, customerId) ??
    ''
  );
}

function nameByMessages(cache: Reader, customerId: string): string | undefined {
  // Bounded: a customer who is not on this device may have thousands of messages that are.
  return cache.value<string>(
    `select author_name from
       (select author_name, author_kind from message where customer_id = ? order by received_at desc, seq desc, id desc limit 50)
     where author_kind = 'customer' and author_name <> '' limit 1`,
    customerId,
  );
}

function standIn(id: CustomerId, workspaceId: WorkspaceId, displayName: string): CustomerRow {
  return {
    id,
    sv: 0,
    workspaceId,
    displayName,
    kana: '',
    kind: 'person',
    memberNumber: null,
    rank: null,
    since: null,
    preferredChannel: null,
    preferredNote: null,
    language: 'ja',
    stage: 'notPurchased',
    handlingState: 'normal',
    addressMasked: null,
    lastActivityAt: null,
    mergedIntoId: null,
  };
}
