/** Who stands together with a customer, and who may be the same person, as their sheet shows them. */
import type { Sheet } from '../../../shared/console-shapes.ts';
import type { RelatedCustomer } from '../../../shared/related-customers.ts';
import { duplicateReasons } from '../../../shared/domain/merge.ts';
import type { DuplicateRow } from '../../../shared/domain/rows.ts';
import { findRow } from '../db/find-row.ts';
import { codecOf } from '../db/row-codec.ts';
import type { Desk } from '../desk.ts';
import { isUnderWay, listItems } from '../outbox/outbox-state.ts';
import { type CustomerGroup, groupOf, storedGroup } from './customer-group.ts';

const duplicates = codecOf('duplicate');

/** The strongest reason first. Somebody whom this device does not hold is left out. */
export function relatedCustomers(desk: Desk, group: CustomerGroup): Pick<Sheet, 'merged' | 'duplicates'> {
  const stored = new Set<string>(storedGroup(desk.cache.reader, group.rootId).ids);
  const merged = group.ids.filter((id) => id !== group.rootId).flatMap((id) => describe(desk, id, !stored.has(id)));
  return { merged, duplicates: listDuplicates(desk, group) };
}

function listDuplicates(desk: Desk, { ids }: CustomerGroup): Sheet['duplicates'] {
  const own = new Set<string>(ids);
  const dismissed = new Set(
    listItems(desk.outbox.reader, "kind = 'customer.dismissDuplicate'").flatMap(({ body, state }) =>
      body.kind === 'customer.dismissDuplicate' && isUnderWay(state) ? [body.duplicateId] : [],
    ),
  );
  const byRoot = new Map<string, Sheet['duplicates'][number]>();
  for (const row of openPairs(desk, ids)) {
    const otherId = own.has(row.customerId) ? row.otherId : row.customerId;
    if (own.has(otherId) || dismissed.has(row.id)) continue;
    const { rootId } = groupOf(desk, otherId);
    const [shown] = describe(desk, rootId, false);
    if (shown && !byRoot.has(rootId)) byRoot.set(rootId, { ...shown, duplicateId: row.id, reason: row.reason });
  }
  return [...byRoot.values()];
}

function openPairs(desk: Desk, ids: readonly string[]): DuplicateRow[] {
  const list = JSON.stringify(ids);
  return desk.cache.reader
    .rows(
      `select ${duplicates.select} from duplicate where state = 'open' and (
         customer_id in (select value from json_each(?)) or other_id in (select value from json_each(?)))`,
      list,
      list,
    )
    .map((values): DuplicateRow => duplicates.decode(values))
    .sort((a, b) => duplicateReasons.indexOf(a.reason) - duplicateReasons.indexOf(b.reason) || (a.id < b.id ? -1 : 1));
}

function describe(desk: Desk, id: string, isPending: boolean): RelatedCustomer[] {
  const row = findRow(desk.cache.reader, 'customer', id);
  if (!row) return [];
  const { id: customerId, displayName, kana, memberNumber } = row;
  const channels = desk.cache.reader.column<string>(
    'select distinct channel from channel_identity where customer_id = ? order by channel',
    id,
  );
  const conversationCount =
    desk.cache.reader.value<number>('select count(*) from conversation where customer_id = ?', id) ?? 0;
  return [
    {
      customerId,
      displayName,
      kana,
      memberNumber,
      channels: channels as RelatedCustomer['channels'],
      conversationCount,
      isPending,
    },
  ];
}
