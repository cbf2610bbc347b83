/** A message that failed, or whose fate nobody knows: says why, and lets a person decide. Nothing is ever sent again unasked. */
import { CheckCheck, RotateCcw, Trash2 } from 'lucide-react';
import type { MessageRow } from '../../shared/domain/rows.ts';
import { useOrder } from '../console/use-order.ts';
import { Button } from '../design/button.tsx';
import { useText } from '../i18n/text.ts';
import { deliveryReason } from './delivery-reason.ts';

/** `isDecided`: an order about this message waits in the outbox already. */
export function DecideMessage({ message, isDecided }: { message: MessageRow; isDecided: boolean }) {
  const t = useText();
  const order = useOrder();
  const state = message.deliveryState;
  if (state !== 'failed' && state !== 'refused' && state !== 'needsReview') return null;
  const decide = (decision: 'sendAgain' | 'countAsSent' | 'discard') => () =>
    void order((api) => api.replies.decide({ messageId: message.id, decision }));
  const isUnknown = state === 'needsReview';
  return (
    <div
      className={`edge-forced flex flex-wrap items-center justify-end gap-1.5 rounded-lg border px-2.5 py-1.5 text-12 ${isUnknown ? 'border-amber-line bg-amber-tint text-amber' : 'border-red-line bg-red-tint text-red'}`}
    >
      <span className="min-w-0 flex-1 basis-48">
        {isUnknown ? t('decide.unknown') : t('decide.failed')} {deliveryReason(message.deliveryReason, t)}
      </span>
      {isDecided ? (
        <span className="font-bold">{t('decide.waits')}</span>
      ) : (
        <>
          {isUnknown && (
            <Button icon={CheckCheck} onPress={decide('countAsSent')}>
              {t('decide.countAsSent')}
            </Button>
          )}
          <Button icon={RotateCcw} onPress={decide('sendAgain')}>
            {t('decide.sendAgain')}
          </Button>
          <Button kind="quiet" icon={Trash2} onPress={decide('discard')}>
            {t('decide.discard')}
          </Button>
        </>
      )}
    </div>
  );
}
