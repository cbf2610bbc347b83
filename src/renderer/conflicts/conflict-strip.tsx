/** The conflicts of the open customer, over the composer: the first of them is decided with 1, 2 or 3. */
import type { ConversationId, CustomerId } from '../../shared/domain/ids.ts';
import { useQuery } from '../console/use-query.ts';
import { useHotkeys } from '../design/use-hotkeys.ts';
import { ConflictCard, isConflict, useSettleConflict } from './conflict-card.tsx';

type Props = { conversationId: ConversationId | null; customerId: CustomerId };

/** Draws nothing while nobody was first. */
export function ConflictStrip({ conversationId, customerId }: Props) {
  const rows = (useQuery('outbox.list', {}).data?.rows ?? [])
    .filter(isConflict)
    .filter((row) =>
      row.conversationId === null ? row.customerId === customerId : row.conversationId === conversationId,
    );
  const settle = useSettleConflict();
  const [first] = rows;
  useHotkeys({
    conflictMine: () => (first === undefined ? false : settle(first, 'mine')),
    conflictTheirs: () => (first === undefined ? false : settle(first, 'theirs')),
    conflictBoth: () => (first?.conflict.canKeepBoth === true ? settle(first, 'both') : false),
  });
  if (first === undefined) return null;
  return (
    <div className="scroll-thin max-h-64 shrink-0 overflow-y-auto px-4 pt-1" tabIndex={-1}>
      <div className="mx-auto grid w-full max-w-[46.25rem] gap-1.5">
        {rows.map((row, i) => (
          <ConflictCard key={row.commandId} row={row} hasKeys={i === 0} />
        ))}
      </div>
    </div>
  );
}
