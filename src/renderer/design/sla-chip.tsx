/**
 * How much time is left, in a shape that grows louder: plain, hourglass, triangle, solid. It ticks by the one clock of
 * the window (`use-now.ts`), and only while it is on screen. It decides nothing: levels come from `slaLevel`.
 */
import { CirclePause, Hourglass, OctagonAlert, TriangleAlert } from 'lucide-react';
import { memo } from 'react';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { useNow } from './use-now.ts';

export type SlaLevel = 'overdue' | 'critical' | 'warning' | 'plain';

/** At three minutes left an answer can just be written; at fifteen it can still be planned. */
const CRITICAL_MS = 3 * 60_000;
const WARNING_MS = 15 * 60_000;

/** The level of a deadline. Both times in epoch milliseconds of the same clock. */
export function slaLevel(dueAt: number, now: number): SlaLevel {
  const left = dueAt - now;
  if (left <= 0) return 'overdue';
  if (left <= CRITICAL_MS) return 'critical';
  if (left <= WARNING_MS) return 'warning';
  return 'plain';
}

const LOOKS: Record<SlaLevel, string> = {
  overdue: 'bg-red-solid text-on-red px-1.5 font-bold',
  critical: 'bg-red-tint text-red px-1.5 font-bold',
  warning: 'bg-amber-tint text-amber px-1.5 font-bold',
  plain: 'text-ink3',
};

const SHELL = 'num edge-forced inline-flex h-5 shrink-0 items-center gap-1 rounded-sm text-12 whitespace-nowrap';

/** The countdown of a running deadline. */
export const SlaChip = memo(function SlaChip({ dueAt }: { dueAt: number }) {
  const now = useNow();
  const format = useFormat();
  const t = useText();
  const level = slaLevel(dueAt, now);
  const left = dueAt - now;
  const Icon =
    level === 'overdue' ? OctagonAlert : level === 'critical' ? TriangleAlert : level === 'warning' ? Hourglass : null;
  const words =
    level === 'overdue'
      ? `+${format.clock(-left)}`
      : level !== 'plain'
        ? format.clock(left)
        : left < 60 * 60_000
          ? t('sla.minutes', { minutes: Math.ceil(left / 60_000) })
          : format.stamp(dueAt, now);
  return (
    <span className={`${SHELL} ${LOOKS[level]}`}>
      {Icon !== null && <Icon size={12} strokeWidth={2.4} aria-hidden />}
      <span className="sr-only">{t(`sla.${level}`)}</span>
      {words}
    </span>
  );
});

/** The clock stands still: the conversation waits for the customer. */
export const SlaPaused = memo(function SlaPaused() {
  const t = useText();
  return (
    <span className={`${SHELL} text-ink3`}>
      <CirclePause size={12} strokeWidth={2.4} aria-hidden />
      {t('sla.paused')}
    </span>
  );
});
