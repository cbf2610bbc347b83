/** Small words with a colour that means something. The colour never stands alone: there is always a word, mostly a sign. */
import type { LucideIcon } from 'lucide-react';
import { memo, type ReactNode } from 'react';

export type Tone = 'ink' | 'accent' | 'red' | 'amber' | 'green' | 'violet' | 'note';

const TONES: Record<Tone, string> = {
  ink: 'bg-chip text-ink2',
  accent: 'bg-accent-tint text-accent-ink',
  red: 'bg-red-tint text-red',
  amber: 'bg-amber-tint text-amber',
  green: 'bg-green-tint text-green',
  violet: 'bg-violet-tint text-violet',
  note: 'bg-note-tint text-note',
};

/** A tag of one or two words. */
export const Chip = memo(function Chip({
  tone = 'ink',
  icon: Icon,
  children,
}: {
  tone?: Tone;
  icon?: LucideIcon;
  children: ReactNode;
}) {
  return (
    <span
      className={`edge-forced inline-flex h-5 shrink-0 items-center gap-1 rounded-sm px-1.5 text-12 font-medium whitespace-nowrap ${TONES[tone]}`}
    >
      {Icon !== undefined && <Icon size={12} strokeWidth={2.3} aria-hidden />}
      {children}
    </span>
  );
});

/** A count on the corner of something. Above 99 it stops counting: the exact number is in the list itself. */
export const Badge = memo(function Badge({
  count,
  label,
  className = '',
}: {
  count: number;
  label: string;
  className?: string;
}) {
  if (count <= 0) return null;
  return (
    <span
      role="img"
      aria-label={label}
      className={`num edge-forced grid h-[1.0625rem] min-w-[1.0625rem] place-items-center rounded-full bg-accent-solid px-1 text-11 leading-none font-bold text-on-accent ${className}`}
    >
      {count > 99 ? '99+' : count}
    </span>
  );
});
