/** Something that happened in the conversation: taken, resolved, reopened. One quiet line. */
import { CircleCheck, Info, type LucideIcon, RotateCcw, UserCheck } from 'lucide-react';
import { memo } from 'react';
import type { MessageRow } from '../../shared/domain/rows.ts';
import { useFormat } from '../i18n/format.ts';
import { hasWords, useText } from '../i18n/text.ts';

const ICONS: Record<string, LucideIcon> = {
  assigned: UserCheck,
  taken: UserCheck,
  resolved: CircleCheck,
  reopened: RotateCcw,
};

/** An event of a newer server that has no words here yet falls back to the text that came with it. */
export const SystemLine = memo(function SystemLine({ message }: { message: MessageRow }) {
  const t = useText();
  const format = useFormat();
  const detail = message.detail;
  const event = detail.kind === 'event' ? detail : null;
  const id = event === null ? null : `event.${event.event}`;
  const words =
    event !== null && id !== null && hasWords(id) ? t(id, { ...event.params, who: event.who }) : message.text;
  const Icon = (event !== null ? ICONS[event.event] : undefined) ?? Info;
  if (words === '') return null;
  return (
    <div className="flex items-center justify-center gap-1.5 py-1 text-12 text-ink3">
      <Icon size={13} aria-hidden className="shrink-0" />
      <span className="min-w-0">{words}</span>
      <time className="num shrink-0">{format.time(message.receivedAt)}</time>
    </div>
  );
});
