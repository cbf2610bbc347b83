/** The first character of a name in a ring. Decoration: the name itself always stands beside it or in a label. */
import { memo } from 'react';

type Look = 'mine' | 'other' | 'person' | 'solid';

const LOOKS: Record<Look, string> = {
  mine: 'bg-accent-tint text-accent-ink ring-1 ring-accent/60 ring-inset',
  other: 'bg-chip text-ink2 ring-1 ring-strong/45 ring-inset',
  person: 'bg-chip text-ink2 ring-1 ring-strong/45 ring-inset',
  solid: 'bg-accent-solid text-on-accent',
};

/** `size` in px at the normal text size. A surrogate pair (𠮷) counts as one character. */
export const Avatar = memo(function Avatar({
  name,
  size = 20,
  look = 'person',
}: {
  name: string;
  size?: number;
  look?: Look;
}) {
  const first = [...name.replace(/^@/, '')][0] ?? '';
  return (
    <span
      aria-hidden
      className={`edge-forced inline-grid shrink-0 place-items-center rounded-full leading-none font-bold ${LOOKS[look]}`}
      style={{ width: `${size / 16}rem`, height: `${size / 16}rem`, fontSize: `${Math.max(10, size * 0.5) / 16}rem` }}
    >
      {first.toUpperCase()}
    </span>
  );
});
