/** One conversation in the list, drawn from one row of the core. Memoised: a push redraws only the rows it changed. */
import { CircleDashed, Clock, Pencil, ShieldAlert, TriangleAlert } from 'lucide-react';
import { memo } from 'react';
import type { InboxRow as Row } from '../../shared/console-shapes.ts';
import { channelName } from '../console/channel-name.ts';
import { Avatar } from '../design/avatar.tsx';
import { ChannelTile } from '../design/channel-tile.tsx';
import { Badge } from '../design/chip.tsx';
import { SlaChip, SlaPaused } from '../design/sla-chip.tsx';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { type Text, useText } from '../i18n/text.ts';

type Props = {
  row: Row;
  isOpen: boolean;
  isActive: boolean;
};

/** Fills its line; the list gives it the height. */
export const InboxRow = memo(function InboxRow({ row, isOpen, isActive }: Props) {
  const t = useText();
  const isUnread = row.unreadCount > 0;
  return (
    <div
      className={`relative flex h-full items-center gap-3 border-b border-line/70 pr-3 pl-3.5 ${isOpen ? 'bg-selected' : 'hover:bg-hover'} ${isActive ? 'outline-2 -outline-offset-2 outline-focus' : ''}`}
    >
      {isOpen && <span className="absolute inset-y-0 left-0 w-[3px] bg-accent-solid" />}
      <span className="relative shrink-0">
        <ChannelTile kind={row.channel} size={30} label={channelName(row.channel, t)} />
        {isUnread && (
          <Badge
            count={row.unreadCount}
            label={t('inbox.unread', { count: row.unreadCount })}
            className="absolute -top-1.5 -right-1.5 ring-2 ring-surface"
          />
        )}
      </span>
      <span className="block min-w-0 flex-1">
        <span className="flex items-center gap-1.5">
          <span className={`truncate text-14 text-ink ${isUnread ? 'font-bold' : 'font-medium'}`}>
            {row.customerName}
          </span>
          {row.handlingState !== 'normal' && (
            <ShieldAlert
              size={14}
              role="img"
              aria-label={t(`handling.${row.handlingState}`)}
              className="shrink-0 text-red"
            />
          )}
          <span className="ml-auto" />
          <RowTime row={row} />
        </span>
        <span className="mt-0.5 flex items-center gap-1.5">
          <span className={`min-w-0 flex-1 truncate text-13 ${isUnread ? 'text-ink' : 'text-ink3'}`}>
            <PreviewLead row={row} t={t} />
            {row.preview}
          </span>
          {row.attentionCount > 0 ? (
            <TriangleAlert size={14} aria-hidden className="shrink-0 text-red" />
          ) : row.queuedCount > 0 ? (
            <Clock size={14} aria-hidden className="shrink-0 text-amber" />
          ) : row.hasDraft ? (
            <Pencil size={13} aria-hidden className="shrink-0 text-accent" />
          ) : null}
          <Owner row={row} t={t} />
        </span>
      </span>
    </div>
  );
});

function PreviewLead({ row, t }: { row: Row; t: Text }) {
  switch (row.previewKind) {
    case 'attention':
      return <span className="font-bold text-red">{t('inbox.lead.attention')} · </span>;
    case 'queued':
      return <span className="text-amber">{t('inbox.lead.queued')} · </span>;
    case 'draft':
      return <span className="text-accent">{t('inbox.lead.draft')} · </span>;
    case 'note':
      return <span className="text-note">{t('inbox.lead.note')} · </span>;
    default:
      return null;
  }
}

function RowTime({ row }: { row: Row }) {
  const t = useText();
  if (row.status === 'pending' || row.status === 'snoozed') return <SlaPaused />;
  if (row.status === 'resolved' || row.status === 'noActionNeeded')
    return <span className="shrink-0 text-12 text-ink3">{t(`status.${row.status}`)}</span>;
  if (row.dueAt !== null) return <SlaChip dueAt={row.dueAt} />;
  return <LastActivity at={row.lastActivityAt} />;
}

function LastActivity({ at }: { at: number }) {
  const format = useFormat();
  const now = useMinute();
  return <span className="num shrink-0 text-12 text-ink3">{format.stamp(at, now)}</span>;
}

function Owner({ row, t }: { row: Row; t: Text }) {
  if (row.assigneeId === null)
    return <CircleDashed size={18} role="img" aria-label={t('inbox.nobody')} className="shrink-0 text-strong" />;
  const label = row.isMine ? t('inbox.mine') : t('inbox.owner', { name: row.assigneeName ?? '' });
  return (
    <span role="img" aria-label={label} className="inline-flex shrink-0">
      <Avatar name={row.assigneeName ?? '?'} size={18} look={row.isMine ? 'mine' : 'other'} />
    </span>
  );
}
