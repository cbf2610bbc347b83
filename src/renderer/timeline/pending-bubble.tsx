/**
 * A reply or note that this agent has ordered and the server has not shown yet: dashed while it waits, and, when it was
 * stopped, the words that came in meanwhile with the three ways on.
 */
import { Hourglass, Lock, Pencil, Send, Trash2, Undo2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { TimelineEntry } from '../../shared/console-shapes.ts';
import { useOrder } from '../console/use-order.ts';
import { Bubble } from '../design/bubble.tsx';
import { Button } from '../design/button.tsx';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { DeliveryMark } from './delivery-mark.tsx';
import { PendingFiles } from './pending-files.tsx';

export type PendingEntry = Extract<TimelineEntry, { kind: 'pending' }>;
/** What was said after a stopped reply was written. */
export type News = { readonly who: string; readonly text: string };

/** `news` newest last; only drawn when the reply was stopped because the thread moved on. */
export function PendingBubble({
  entry,
  news,
  onEdit,
}: {
  entry: PendingEntry;
  news: readonly News[];
  onEdit: (entry: PendingEntry) => void;
}) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  const order = useOrder();
  const isStopped = entry.state === 'needsReview' || entry.state === 'refused';
  const isNote = entry.what === 'note';
  const isHeld = useIsBefore(entry.holdUntil) && entry.state === 'queued';
  const discard = () => void order((api) => api.outbox.discard({ commandId: entry.commandId }));
  const sendAnyway = () => void order((api) => api.outbox.sendAnyway({ commandId: entry.commandId }));
  return (
    <Bubble
      side="ours"
      tone={entry.state === 'refused' ? 'failed' : isNote && !isStopped ? 'note' : 'waiting'}
      meta={
        <>
          {isHeld ? (
            <span className="flex items-center gap-0.5 font-bold text-ink2">
              <Hourglass size={12} aria-hidden />
              {t('hold.soon')}
            </span>
          ) : (
            <DeliveryMark state={entry.state} />
          )}
          <span className="num">{format.stamp(entry.at, now)}</span>
        </>
      }
      below={
        isStopped ? (
          <div
            role="group"
            aria-label={t('stopped.label')}
            className={`edge-forced w-full max-w-[30rem] rounded-lg border px-3 py-2 text-13 ${entry.state === 'refused' ? 'border-red-line bg-red-tint' : 'border-amber-line bg-amber-tint'}`}
          >
            <p className={`font-bold ${entry.state === 'refused' ? 'text-red' : 'text-amber'}`}>
              {t(entry.reason === null ? 'stopped.unknown' : `verdict.${entry.reason}`)}
            </p>
            {news.length > 0 && (
              <ul className="mt-1.5 grid grid-cols-1 gap-1">
                {news.map((item, i) => (
                  <li key={i} className="message-text rounded-md border border-line bg-surface px-2.5 py-1.5 text-13">
                    <span className="mr-1.5 text-12 font-bold text-ink2">{item.who}</span>
                    {item.text}
                  </li>
                ))}
              </ul>
            )}
            <div className="mt-2 flex flex-wrap justify-end gap-1.5">
              <Button kind="quiet" icon={Trash2} onPress={discard}>
                {t('stopped.discard')}
              </Button>
              <Button icon={Pencil} onPress={() => onEdit(entry)}>
                {t('stopped.edit')}
              </Button>
              {entry.state === 'needsReview' && (
                <Button icon={Send} onPress={sendAnyway}>
                  {t('stopped.sendAnyway')}
                </Button>
              )}
            </div>
          </div>
        ) : isHeld ? (
          <div className="flex justify-end gap-1.5">
            <Button icon={Undo2} onPress={() => onEdit(entry)}>
              {t('action.undo')}
            </Button>
            <Button icon={Send} onPress={() => void order((api) => api.outbox.sendNow({ commandId: entry.commandId }))}>
              {t('hold.now')}
            </Button>
          </div>
        ) : null
      }
    >
      {isNote && <NoteHead />}
      {entry.mail !== null && (
        <span className="block text-12 text-ink3">
          {t('mail.toAndSubject', { to: entry.mail.to.join(', '), subject: entry.mail.subject })}
        </span>
      )}
      {entry.text}
      <PendingFiles files={entry.files} bytesUp={entry.bytesUp} />
    </Bubble>
  );
}

/** Whether a moment is still to come; drawn again when it has. */
function useIsBefore(moment: number | null): boolean {
  const [passed, setPassed] = useState<number | null>(null);
  useEffect(() => {
    if (moment === null) return;
    const timer = setTimeout(() => setPassed(moment), Math.max(0, moment - Date.now()));
    return () => clearTimeout(timer);
  }, [moment]);
  return moment !== null && passed !== moment;
}

/** Over every internal note: the lock, and that the customer never sees it. */
export function NoteHead() {
  const t = useText();
  return (
    <span className="mb-0.5 flex items-center gap-1 text-12 font-bold text-note">
      <Lock size={12} aria-hidden />
      {t('note.head')}
    </span>
  );
}
