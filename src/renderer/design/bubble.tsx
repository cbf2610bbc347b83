/** One utterance in the thread: the customer's on the left, ours on the right, what the customer never sees in dashes. */
import { memo, type ReactNode } from 'react';

export type BubbleTone = 'theirs' | 'ours' | 'waiting' | 'failed' | 'note' | 'gone';

const TONES: Record<BubbleTone, string> = {
  theirs: 'rounded-tl-sm border border-line bg-surface',
  ours: 'edge-forced rounded-tr-sm bg-accent-tint',
  waiting: 'rounded-tr-sm border border-dashed border-amber-line bg-amber-tint',
  failed: 'rounded-tr-sm border border-red-line bg-red-tint',
  note: 'rounded-tr-sm border border-dashed border-note-line bg-note-tint',
  gone: 'border border-dashed border-line bg-transparent text-ink3',
};

type Props = {
  side: 'theirs' | 'ours';
  tone: BubbleTone;
  /** Drawn left of the customer's words. */
  avatar?: ReactNode;
  /** Time and delivery mark, beside the bubble. */
  meta: ReactNode;
  /** What follows from a failure: stands under the bubble, in full width. */
  below?: ReactNode;
  /** Drawn as words that wrap and keep their line breaks, unless `bare` (a picture, a sticker). */
  bare?: boolean;
  children: ReactNode;
};

/** See the file's head. */
export const Bubble = memo(function Bubble({ side, tone, avatar, meta, below, bare = false, children }: Props) {
  const ours = side === 'ours';
  return (
    <div className={`flex gap-2.5 py-[0.3125rem] ${ours ? 'flex-row-reverse' : ''}`}>
      {!ours && <div className="w-7 shrink-0 pt-0.5">{avatar}</div>}
      <div className={`flex max-w-[86%] min-w-0 flex-col ${ours ? 'items-end' : 'items-start'}`}>
        <div className={`flex max-w-full min-w-0 items-end gap-1.5 ${ours ? 'flex-row-reverse' : ''}`}>
          <div className={bare ? 'min-w-0' : `message-text min-w-0 rounded-xl px-3.5 py-2 text-14 ${TONES[tone]}`}>
            {children}
          </div>
          <div
            className={`flex shrink-0 flex-col pb-0.5 text-12 leading-[0.9375rem] text-ink3 ${ours ? 'items-end' : ''}`}
          >
            {meta}
          </div>
        </div>
        {below !== undefined && below !== null && <div className="mt-1 max-w-full">{below}</div>}
      </div>
    </div>
  );
});
