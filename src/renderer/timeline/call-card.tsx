/** One telephone call in the thread: who, how long, what was noted, how it was wrapped up. */
import { PhoneIncoming, PhoneMissed, PhoneOutgoing } from 'lucide-react';
import { memo } from 'react';
import type { TimelineEntry } from '../../shared/console-shapes.ts';
import { type CallState, isOver } from '../../shared/domain/call.ts';
import { ChannelTile } from '../design/channel-tile.tsx';
import { Chip } from '../design/chip.tsx';
import { useMinute, useNow } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useLanguage, useText } from '../i18n/text.ts';

export type CallEntry = Extract<TimelineEntry, { kind: 'call' }>;

/** See the file's head. */
export const CallCard = memo(function CallCard({ entry }: { entry: CallEntry }) {
  const t = useText();
  const format = useFormat();
  const language = useLanguage();
  const now = useMinute();
  const { call } = entry;
  const missed = notTaken(call.state);
  const wasMissed = missed !== null;
  const Icon = wasMissed ? PhoneMissed : call.direction === 'in' ? PhoneIncoming : PhoneOutgoing;
  const title = missed !== null ? t(`call.${missed}`) : t(call.direction === 'in' ? 'call.in' : 'call.out');
  return (
    <article className="my-1 flex items-start gap-3 rounded-xl border border-line bg-surface px-3.5 py-2.5">
      <ChannelTile kind="phone" size={28} label={t('channel.phone')} />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-x-2 text-13">
          <Icon size={14} aria-hidden className={wasMissed ? 'text-red' : 'text-green'} />
          <b className="font-bold">{title}</b>
          {call.answeredAt !== null && call.endedAt !== null && (
            <span className="num text-ink2">{format.duration(call.endedAt - call.answeredAt)}</span>
          )}
          {!isOver(call.state) && <RunningFor since={call.answeredAt ?? call.offeredAt} />}
          {entry.agentName !== null && <span className="text-ink3">{t('call.by', { name: entry.agentName })}</span>}
          {entry.wrapUpCode !== null && (
            <Chip>{language === 'ja' ? entry.wrapUpCode.labelJa : entry.wrapUpCode.labelEn}</Chip>
          )}
          <time className="num ml-auto text-12 text-ink3">{format.dayAndTime(call.offeredAt, now)}</time>
        </div>
        {call.wrapUpNote !== '' && <p className="message-text mt-1 text-13 text-ink2">{call.wrapUpNote}</p>}
        {entry.notes.length > 0 && (
          <ul className="mt-1.5 grid grid-cols-1 gap-1">
            {entry.notes.map((note) => (
              <li
                key={note.id}
                className="edge-forced flex items-start gap-2 rounded-md border border-dashed border-note-line bg-note-tint px-2.5 py-1 text-13"
              >
                <span className="num shrink-0 text-12 leading-5 text-note">{format.clock(note.offsetMs)}</span>
                <span className="message-text min-w-0 flex-1">{note.text}</span>
                {note.isPending && (
                  <span className="shrink-0 text-12 leading-5 font-bold text-amber">{t('delivery.queued')}</span>
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
    </article>
  );
});

function notTaken(state: CallState): 'missed' | 'abandoned' | 'rejected' | 'failed' | null {
  return state === 'missed' || state === 'abandoned' || state === 'rejected' || state === 'failed' ? state : null;
}

function RunningFor({ since }: { since: number }) {
  const format = useFormat();
  const t = useText();
  return (
    <span className="num font-bold text-accent">
      {t('call.running')} {format.clock(useNow() - since)}
    </span>
  );
}
