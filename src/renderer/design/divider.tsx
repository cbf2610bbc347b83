/** A line with words in its middle: a day in the thread, or where the unread part begins. */
import { memo, type ReactNode } from 'react';

/** `tone: 'accent'` is for the one place that the eye must find. */
export const Divider = memo(function Divider({
  tone = 'plain',
  children,
}: {
  tone?: 'plain' | 'accent';
  children: ReactNode;
}) {
  return (
    <div
      className={`flex items-center gap-3 py-2 text-12 ${tone === 'accent' ? 'font-bold text-accent' : 'text-ink3'}`}
    >
      <span className="h-px flex-1 bg-line" />
      {tone === 'accent' && <span className="-mr-1 size-1.5 rounded-full bg-accent-solid" />}
      <span className="num">{children}</span>
      <span className="h-px flex-1 bg-line" />
    </div>
  );
});
