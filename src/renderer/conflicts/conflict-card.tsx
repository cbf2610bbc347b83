/**
 * Somebody else was first: what I ordered and what stands there now, side by side, and the two or three ways on. Stands
 * where the work is, in the thread and in the outbox tray, never over it.
 */
import { GitMerge } from 'lucide-react';
import type { OutboxRow } from '../../shared/console-shapes.ts';
import { channels } from '../../shared/domain/channel.ts';
import { conversationStatuses } from '../../shared/domain/conversation.ts';
import { consentStates } from '../../shared/domain/consent.ts';
import { channelName } from '../console/channel-name.ts';
import { useOrder } from '../console/use-order.ts';
import { Button } from '../design/button.tsx';
import { firstKey } from '../design/hotkey-table.ts';
import { type Text, useText, hasWords } from '../i18n/text.ts';

export type ConflictRow = OutboxRow & { conflict: NonNullable<OutboxRow['conflict']> };
export type ConflictChoice = 'mine' | 'theirs' | 'both';

/** Whether an order of the outbox stands against what somebody else did. */
export function isConflict(row: OutboxRow): row is ConflictRow {
  return row.conflict !== null;
}

/** Carries out a choice. What is not kept of a text stays among the versions of the draft. */
export function useSettleConflict(): (row: ConflictRow, keep: ConflictChoice) => void {
  const order = useOrder();
  return (row, keep) =>
    void order(async (api) => {
      const { commandId } = row;
      if (keep === 'mine') return await api.outbox.sendAnyway({ commandId });
      if (keep === 'both') return await api.outbox.keepBoth({ commandId });
      return await api.outbox.discard({ commandId });
    });
}

/** `hasKeys`: this is the card that the keys 1, 2, 3 decide. */
export function ConflictCard({ row, hasKeys }: { row: ConflictRow; hasKeys: boolean }) {
  const t = useText();
  const settle = useSettleConflict();
  const { conflict } = row;
  const keys = (id: 'conflictMine' | 'conflictTheirs' | 'conflictBoth') => (hasKeys ? firstKey(id) : undefined);
  const title = t('conflict.title', { what: nameOf(conflict, t) });
  return (
    <section
      aria-label={title}
      data-conflict={conflict.field}
      className="edge-forced w-full rounded-lg border border-amber-line bg-amber-tint px-3 py-2 text-13"
    >
      <p className="flex items-center gap-1.5 font-bold text-amber">
        <GitMerge size={14} aria-hidden className="shrink-0" />
        {title}
      </p>
      <dl className="mt-1.5 grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5 gap-y-1 rounded-md border border-line bg-surface px-2.5 py-1.5">
        <dt className="text-12 font-bold text-ink2">{t('conflict.mine')}</dt>
        <dd className="message-text text-ink">{valueOf(conflict, conflict.mine, t)}</dd>
        <dt className="text-12 font-bold text-ink2">{conflict.who === null ? t('conflict.theirs') : conflict.who}</dt>
        <dd className="message-text text-ink">{valueOf(conflict, conflict.theirs, t)}</dd>
      </dl>
      <div className="mt-2 flex flex-wrap justify-end gap-1.5">
        <Button keys={keys('conflictMine')} onPress={() => settle(row, 'mine')}>
          {t('conflict.keepMine')}
        </Button>
        <Button keys={keys('conflictTheirs')} onPress={() => settle(row, 'theirs')}>
          {t('conflict.keepTheirs')}
        </Button>
        {conflict.canKeepBoth && (
          <Button keys={keys('conflictBoth')} onPress={() => settle(row, 'both')}>
            {t('conflict.keepBoth')}
          </Button>
        )}
      </div>
    </section>
  );
}

/** What it is about, in words; a field of a newer version is called by its name. */
function nameOf({ field, detail }: ConflictRow['conflict'], t: Text): string {
  if (field === 'customer') return word(`customer.field.${detail ?? ''}`, detail ?? '', t);
  if (field === 'consent') return word(`consent.purpose.${detail ?? ''}`, detail ?? '', t);
  return t(`conflict.field.${field}`);
}

function valueOf({ field, detail }: ConflictRow['conflict'], value: string | null, t: Text): string {
  if (value === null || value === '') return t(field === 'assignee' ? 'inbox.nobody' : 'conflict.nothing');
  if (field === 'status')
    return conversationStatuses.some((each) => each === value) ? word(`status.${value}`, value, t) : value;
  if (field === 'consent')
    return consentStates.some((each) => each === value) ? word(`consent.${value}`, value, t) : value;
  const channel = detail === 'preferredChannel' ? channels.find((each) => each === value) : undefined;
  return channel === undefined ? value : channelName(channel, t);
}

function word(id: string, otherwise: string, t: Text): string {
  return hasWords(id) ? t(id) : otherwise;
}
