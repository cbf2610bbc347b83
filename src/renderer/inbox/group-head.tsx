/** The head of an urgency group in the list. Red and amber only where time has run out or is short. */
import { memo } from 'react';
import type { UrgencyGroup } from '../../shared/domain/conversation.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';

/** `count` is the number of conversations in the whole group. */
export const GroupHead = memo(function GroupHead({ group, count }: { group: UrgencyGroup; count: number }) {
  const t = useText();
  const format = useFormat();
  const colour = group === 'overdue' ? 'text-red' : group === 'within15Minutes' ? 'text-amber' : 'text-ink2';
  return (
    <div
      className={`flex h-full items-center gap-1.5 border-b border-line/70 bg-subtle px-3 text-12 font-bold ${colour}`}
    >
      {t(`group.${group}`)}
      <span className="num font-normal text-ink3">{format.number(count)}</span>
    </div>
  );
});
